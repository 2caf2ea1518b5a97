package org.linkmoderation.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.linkmoderation.ExecutionEvent;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ServiceStatus;
import org.linkmoderation.Waiting;
import org.yaml.snakeyaml.Yaml;

class MetricsTest {
    private static final ExecutionId ID = new ExecutionId(OneStateMachine.STATE_MACHINE, "e1");
    private static final Path FILES = Path.of("../etc/monitoring");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ExecutionMetrics metrics = new ExecutionMetrics(registry);
    private final OneStateMachine container = new OneStateMachine();
    private final ServiceMetrics services =
            new ServiceMetrics(() -> Optional.of(container.executions()), metrics, registry, Duration.ofHours(1));

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void shouldShowAStateMachineBeforeAnythingHasHappened() {
        services.ask();

        assertThat(page())
                .contains(
                        "link_moderation_executions_started_total{state_machine=\"moderation\"} 0.0",
                        "link_moderation_executions_ended_total{state_machine=\"moderation\",status=\"FAILED\"} 0.0",
                        "link_moderation_executions_in_flight{state_machine=\"moderation\"} 0.0",
                        "link_moderation_scan_list_age_seconds NaN");
    }

    @Test
    void shouldCountExecutionsByMachineAndStatus() {
        metrics.on(new ExecutionEvent.Started(ID));
        metrics.on(new ExecutionEvent.Started(ID));
        metrics.on(new ExecutionEvent.Ended(ID, ExecutionStatus.SUCCEEDED, Duration.ofMillis(80)));
        metrics.on(new ExecutionEvent.Ended(ID, ExecutionStatus.ABORTED, Duration.ofSeconds(3)));

        assertThat(page())
                .contains(
                        "link_moderation_executions_started_total{state_machine=\"moderation\"} 2.0",
                        "link_moderation_executions_ended_total{state_machine=\"moderation\",status=\"SUCCEEDED\"} 1.0",
                        "link_moderation_executions_ended_total{state_machine=\"moderation\",status=\"ABORTED\"} 1.0",
                        "link_moderation_execution_duration_seconds_bucket{state_machine=\"moderation\",status=\"SUCCEEDED\",le=\"0.05\"} 0",
                        "link_moderation_execution_duration_seconds_bucket{state_machine=\"moderation\",status=\"SUCCEEDED\",le=\"0.1\"} 1");
    }

    @Test
    void shouldKnowHowManyAreInFlight() {
        metrics.on(new ExecutionEvent.RunBegan(ID));
        metrics.on(new ExecutionEvent.RunBegan(ID));
        metrics.on(new ExecutionEvent.RunEnded(ID));
        assertThat(page()).contains("link_moderation_executions_in_flight{state_machine=\"moderation\"} 1.0");

        metrics.on(new ExecutionEvent.RunEnded(ID));
        metrics.on(new ExecutionEvent.RunEnded(ID));
        assertThat(page()).contains("link_moderation_executions_in_flight{state_machine=\"moderation\"} 0.0");
    }

    @Test
    void shouldTimeStatesAndTheJournalAndNameErrors() {
        metrics.on(new ExecutionEvent.StateLeft(ID, "IsSafe", Optional.empty(), Duration.ofMillis(1)));
        metrics.on(new ExecutionEvent.Retried(ID, "CheckSafety", "Lambda.TooManyRequestsException"));
        metrics.on(new ExecutionEvent.Journaled("append", Instant.now(), Duration.ofMillis(7), false));

        assertThat(page())
                .contains(
                        "link_moderation_state_duration_seconds_count{outcome=\"failed\",state=\"IsSafe\",state_machine=\"moderation\"} 1",
                        "link_moderation_retries_total{error=\"Lambda.TooManyRequestsException\",state=\"CheckSafety\",state_machine=\"moderation\"} 1.0",
                        "link_moderation_journal_request_duration_seconds_bucket{answered=\"false\",request=\"append\",le=\"0.005\"} 0",
                        "link_moderation_journal_request_duration_seconds_bucket{answered=\"false\",request=\"append\",le=\"0.01\"} 1");
    }

    @Test
    void shouldTakeTheAgeOfTheListsFromTheVerdict() {
        metrics.on(new ExecutionEvent.StateLeft(
                ID, "CheckSafety", Optional.of("{\"listAgeSeconds\":3600}"), Duration.ZERO));
        metrics.on(new ExecutionEvent.StateLeft(ID, "Activate", Optional.of("{\"Attributes\":{}}"), Duration.ZERO));

        assertThat(page()).contains("link_moderation_scan_list_age_seconds 3600.0");
    }

    @Test
    void shouldCountWhatExecutionsWaitFor() {
        Waiting waiting = new Waiting(Waiting.Reason.RETRY, "CheckSafety", "throttled", Instant.now());
        metrics.on(new ExecutionEvent.Parked(ID, waiting));
        metrics.on(new ExecutionEvent.Parked(ID, waiting));

        assertThat(page())
                .contains("link_moderation_executions_parked_total{reason=\"RETRY\",state_machine=\"moderation\"} 2.0");
    }

    @Test
    void shouldNotGrowWithTheNamesOfErrors() {
        for (int n = 0; n < 500; n++) {
            metrics.on(new ExecutionEvent.Retried(ID, "CheckSafety", "Error" + n));
        }

        assertThat(page())
                .filteredOn(line -> line.startsWith("link_moderation_retries_total"))
                .hasSizeBetween(50, 100);
    }

    @Test
    void shouldShowNoOldNumbersOfAServiceThatIsAway() {
        services.ask();
        assertThat(page())
                .contains(
                        "link_moderation_service_up{service=\"broker\"} 1.0",
                        "link_moderation_queue_messages{state_machine=\"moderation\"} 7.0",
                        "link_moderation_dead_letters{state_machine=\"moderation\"} 2.0",
                        "link_moderation_executions_waiting{reason=\"RETRY\",state_machine=\"moderation\"} 3.0",
                        "link_moderation_executions_waiting{reason=\"CALLBACK\",state_machine=\"moderation\"} 0.0");

        container.statuses = () -> List.of(new ServiceStatus("broker", false, "away"));
        container.sizes = Optional.empty();
        container.waiting = Optional.empty();
        services.ask();

        assertThat(page())
                .contains("link_moderation_service_up{service=\"broker\"} 0.0")
                .noneMatch(line -> line.startsWith("link_moderation_queue_messages{"))
                .noneMatch(line -> line.startsWith("link_moderation_dead_letters{"))
                .noneMatch(line -> line.startsWith("link_moderation_executions_waiting{"));
    }

    @Test
    void shouldBeReadWhileTheServicesAreAskedAgain() {
        CompletableFuture<Void> rounds = CompletableFuture.runAsync(() -> {
            for (int round = 0; round < 200; round++) {
                services.ask();
            }
        });

        while (!rounds.isDone()) {
            assertThat(page()).isNotEmpty();
        }
        rounds.join();
    }

    @Test
    void shouldExportEveryMetricOfTheAlertRules() throws IOException {
        Map<String, List<Map<String, List<Map<String, Object>>>>> file;
        try (Reader reader = Files.newBufferedReader(FILES.resolve("prometheus-alerts.yml"))) {
            file = new Yaml().load(reader);
        }
        List<Map<String, Object>> rules = file.get("groups").get(0).get("rules");

        assertThat(rules)
                .hasSizeGreaterThan(5)
                .allSatisfy(rule -> assertThat(rule).containsKeys("alert", "expr", "labels", "annotations"));
        assertThat(rules)
                .allSatisfy(rule -> assertThat(exported())
                        .as(rule.get("alert").toString())
                        .containsAll(metricsIn(rule.get("expr").toString())));
    }

    @Test
    void shouldExportEveryMetricOfTheDashboard() throws IOException {
        JsonNode dashboard = new ObjectMapper()
                .readTree(FILES.resolve("grafana-dashboard.json").toFile());
        List<JsonNode> panels = StreamSupport.stream(dashboard.path("panels").spliterator(), false)
                .toList();

        assertThat(panels).hasSizeGreaterThan(10);
        assertThat(panels)
                .allSatisfy(panel -> assertThat(panel.path("targets"))
                        .isNotEmpty()
                        .allSatisfy(target -> assertThat(exported())
                                .as(panel.path("title").asText())
                                .containsAll(metricsIn(target.path("expr").asText()))));
    }

    /** The names in an expression that are metrics: those of this product's and of the JVM's. */
    private static Set<String> metricsIn(String expression) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = Pattern.compile("\\b(?:link_moderation|jvm|process|system)_[a-z_]+|\\bup\\b")
                .matcher(expression);
        while (matcher.find()) {
            names.add(matcher.group());
        }
        assertThat(names).as(expression).isNotEmpty();
        return names;
    }

    /** The names of the samples of a page after everything has happened once; {@code up} is Prometheus' own. */
    private Set<String> exported() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        try (JvmGcMetrics garbage = new JvmGcMetrics()) {
            garbage.bindTo(registry);
        }
        services.ask();
        metrics.on(new ExecutionEvent.Ended(ID, ExecutionStatus.SUCCEEDED, Duration.ZERO));
        metrics.on(new ExecutionEvent.StateLeft(ID, "CheckSafety", Optional.of("{}"), Duration.ZERO));
        metrics.on(new ExecutionEvent.Retried(ID, "CheckSafety", "States.Timeout"));
        metrics.on(new ExecutionEvent.UndoFailed(ID, "RefundCharge", "States.Timeout"));
        metrics.on(new ExecutionEvent.Journaled("create", Instant.now(), Duration.ZERO, true));
        Set<String> names = services.read(registry::scrape)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]")[0])
                .collect(Collectors.toCollection(TreeSet::new));
        // The latter is shown when the first collection has paused the JVM
        names.addAll(Set.of("up", "jvm_gc_pause_seconds_sum"));
        return names;
    }

    /** The page of metrics, a line an element. */
    private List<String> page() {
        return services.read(registry::scrape).lines().toList();
    }
}
