package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.functionError;
import static org.linkmoderation.testkit.ScriptedLambda.returns;
import static org.linkmoderation.testkit.ScriptedLambda.returnsInputWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.testkit.ScriptedLambda.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the person on call sees: the page of metrics after a mixed run, and the failure of each dependency. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MonitoringIT {

    private static final Logger LOG = LoggerFactory.getLogger(MonitoringIT.class);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** How long a probe may wait at the most; the services are given five seconds. */
    private static final Duration PROBE = Duration.ofSeconds(8);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Step SAFE = returnsInputWith("safe", "true");
    private static final Step UNSAFE = returnsInputWith("safe", "false");
    private static final String WAITING_FOR_RETRY =
            "link_moderation_executions_waiting{reason=\"RETRY\",state_machine=\"moderation\"}";
    private static final Step THROWS = functionError("ListsUnavailable", "for now");
    private static final String JOURNAL = " waits: The journal can't be reached: ";
    private static final String LINK = "https://example.org/";
    private static final String EXECUTIONS = "org.linkmoderation:type=Executions";
    private static final String REQUESTS_ROUTE = "moderation.requests";

    private static Site site;
    private static KarafNode node;

    @BeforeAll
    static void start() {
        site = new Site("monitoring", 1);
        node = site.node();
        node.setting("org.linkmoderation.monitoring", "poll.seconds", 1);
        node.setting("org.linkmoderation.moderation", "retry.interval.seconds", 2);
        writeJsonLog();
        site.start();
    }

    @AfterAll
    static void end() {
        if (site != null) {
            site.close();
        }
    }

    /** Removes the # of the lines that etc/org.ops4j.pax.logging.cfg has ready. */
    private static void writeJsonLog() {
        Path file = node.base().resolve("etc/org.ops4j.pax.logging.cfg");
        try {
            List<String> lines = Files.readAllLines(file).stream()
                    .map(line -> line.startsWith("#log4j2.") ? line.substring(1) : line)
                    .toList();
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Order(1)
    void shouldShowWhatAMixedRunDid() throws Exception {
        runAMix();

        await(
                "the counts of the mixed run",
                () -> page().containsAll(
                                List.of(
                                        "link_moderation_executions_started_total{state_machine=\"moderation\"} 4.0",
                                        "link_moderation_executions_ended_total{state_machine=\"moderation\",status=\"SUCCEEDED\"} 3.0",
                                        "link_moderation_executions_ended_total{state_machine=\"moderation\",status=\"FAILED\"} 1.0",
                                        "link_moderation_retries_total{error=\"ListsUnavailable\",state=\"CheckSafety\",state_machine=\"moderation\"} 1.0",
                                        "link_moderation_executions_in_flight{state_machine=\"moderation\"} 0.0",
                                        "link_moderation_queue_messages{state_machine=\"moderation\"} 0.0",
                                        "link_moderation_dead_letters{state_machine=\"moderation\"} 1.0",
                                        "link_moderation_scan_list_age_seconds 4321.0",
                                        "link_moderation_state_duration_seconds_count{outcome=\"exited\",state=\"CheckSafety\",state_machine=\"moderation\"} 4",
                                        "link_moderation_state_duration_seconds_count{outcome=\"exited\",state=\"Activate\",state_machine=\"moderation\"} 2",
                                        "link_moderation_state_duration_seconds_count{outcome=\"exited\",state=\"Reject\",state_machine=\"moderation\"} 1",
                                        "link_moderation_state_duration_seconds_count{outcome=\"failed\",state=\"IsSafe\",state_machine=\"moderation\"} 1",
                                        "link_moderation_journal_request_duration_seconds_count{answered=\"true\",request=\"create\"} 4")));
        assertThat(page())
                .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"))
                .anyMatch(line ->
                        line.startsWith("link_moderation_service_up{service=\"broker") && line.endsWith(" 1.0"));
        Files.writeString(
                KarafNode.MODULE.resolve("target/metrics.txt"), get("metrics").body());
    }

    @Test
    @Order(2)
    void shouldLogOneLineForARunThatIsStoppedWhileItWaitsForItsRetry() {
        int logged = node.log().length();
        site.links().putPending("stopped", LINK + "stopped");
        site.lambda().script("stopped", THROWS);
        site.messages().request("stopped", "stopped", LINK + "stopped");
        await(
                "the second failure",
                () -> RecordedExecution.find(site.links(), "stopped")
                        .filter(execution -> execution.count("LambdaFunctionFailed") == 2)
                        .isPresent());
        await("the gauge of what waits", () -> page().contains(WAITING_FOR_RETRY + " 1.0"));
        node.shellOk("moderation:stop --error Operator.Stop --cause \"a test\" stopped");
        await("the request's end", () -> site.messages().count(Messages.REQUESTS) == 0);

        assertThat(newLines(logged))
                .noneMatch(line -> line.contains("| ERROR ") || line.contains("| WARN "))
                .noneMatch(line -> line.startsWith("\tat "))
                .filteredOn(line -> line.contains("moderation stopped ABORTED after "))
                .hasSize(1);
        await(
                "the count",
                () -> page().contains(
                                "link_moderation_executions_ended_total{state_machine=\"moderation\",status=\"ABORTED\"} 1.0"));
        await("the gauge of what waits", () -> page().contains(WAITING_FOR_RETRY + " 0.0"));
    }

    @Test
    @Order(3)
    void shouldWriteJsonWithTheExecutionThatALineBelongsTo() throws Exception {
        if (RecordedExecution.find(site.links(), "retried").isEmpty()) {
            runAMix();
        }
        Path file = node.base().resolve("data/log/karaf.json");
        List<JsonNode> events = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            events.add(JSON.readTree(line));
        }

        List<JsonNode> failures = events.stream()
                .filter(event -> event.path("message").asText().startsWith("moderation retried CheckSafety failed: "))
                .toList();
        assertThat(failures).isNotEmpty();
        JsonNode failure = failures.get(0);
        assertThat(failure.path("log.level").asText()).isEqualTo("INFO");
        assertThat(failure.path("stateMachine").asText()).as(failure.toString()).isEqualTo("moderation");
        assertThat(failure.path("execution").asText()).isEqualTo("retried");
        assertThat(failure.path("state").asText()).isEqualTo("CheckSafety");
        assertThat(events)
                .as("lines behind a run")
                .filteredOn(event -> event.path("message").asText().contains("is now a dead letter"))
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.has("execution")).isFalse());
    }

    @Test
    @Order(4)
    void shouldSayWhichDependencyIsAwayAndWhenItIsBack() throws IOException {
        Path inbox = Site.inbox(node);
        List<Outage> outages = List.of(
                new Outage("DynamoDB killed", "DynamoDB, ", JOURNAL, site.dynamoDb()::kill, site.dynamoDb()::start),
                new Outage("DynamoDB hangs", "DynamoDB, ", JOURNAL, site.dynamoDb()::pause, site.dynamoDb()::resume),
                new Outage(
                        "broker killed",
                        "broker, ",
                        "attempting to automatically reconnect",
                        site.broker()::kill,
                        site.broker()::start),
                new Outage(
                        "Lambda killed",
                        "Lambda, ",
                        "CheckSafety failed: Lambda.SdkClientException",
                        site.lambda()::kill,
                        site.lambda()::start),
                new Outage("drop folder deleted", "disk, ", "", () -> delete(inbox), () -> Site.inbox(node)));
        List<String> table = new ArrayList<>();
        for (Outage outage : outages) {
            table.add(row(outage));
        }

        String text = String.join("\n\n", table) + "\n";
        Files.writeString(KarafNode.MODULE.resolve("target/outages.txt"), text);
        LOG.info("Outages\n{}", text);
    }

    /**
     * One way that a dependency fails.
     *
     * @param name what happens
     * @param service how the name of the service starts that must be shown as away
     * @param log what a line of the log says of it; nothing where executions are not touched
     * @param begin makes it fail
     * @param end repairs it
     */
    private record Outage(String name, String service, String log, Runnable begin, Runnable end) {}

    private static String row(Outage outage) {
        String name = "outage-" + outage.name().replace(' ', '-');
        await("readiness before: " + outage.name(), () -> get("health/ready").statusCode() == 200);
        site.links().putPending(name, LINK + name);
        site.lambda().script(name, SAFE);
        int logged = node.log().length();
        Map<String, Long> failed = failed();
        outage.begin().run();
        try {
            if (!outage.service().startsWith("broker")) {
                site.messages().request(name, name, LINK + name);
            }
            await("the probe: " + outage.name(), () -> get("health/ready").statusCode() == 503);
            HttpResponse<String> ready = get("health/ready");
            assertThat(services(ready))
                    .as(outage.name())
                    .filteredOn(service -> !service.path("ok").asBoolean())
                    .allSatisfy(service ->
                            assertThat(service.path("service").asText()).startsWith(outage.service()));
            assertThat(get("health/live").statusCode()).as("live").isEqualTo(200);
            await(
                    "the status: " + outage.name(),
                    () -> !node.shell("moderation:status --json").succeeded());
            String gauge = awaitLine(line -> line.startsWith("link_moderation_service_up{service=\"" + outage.service())
                    && line.endsWith(" 0.0"));
            String detail = services(ready)
                    .filter(service -> !service.path("ok").asBoolean())
                    .findFirst()
                    .orElseThrow()
                    .path("detail")
                    .asText();
            String log = outage.log().isEmpty()
                    ? "(nothing: links are moderated)"
                    : awaitLog(logged, line -> line.contains(outage.log()));
            return outage.name() + "\n  status  NO, " + detail + "\n  ready   " + ready.statusCode()
                    + ", live 200\n  metric  " + gauge + "\n  log     " + log + "\n  hawtio  "
                    + console(outage, failed);
        } finally {
            outage.end().run();
            await("readiness after: " + outage.name(), () -> get("health/ready").statusCode() == 200);
            if (outage.service().startsWith("broker")) {
                site.messages().request(name, name, LINK + name);
            }
            awaitEnd(name);
        }
    }

    /** What hawtio shows: the MBean's answer about the services, and the counters of the routes' diagrams. */
    private static String console(Outage outage, Map<String, Long> failedBefore) {
        if (outage.log().equals(JOURNAL)) {
            await(
                    "the counter of the diagram: " + outage.name(),
                    () -> failed().get(REQUESTS_ROUTE) > failedBefore.get(REQUESTS_ROUTE));
        }
        try {
            String answer = (String)
                    node.mbeanServer().invoke(new ObjectName(EXECUTIONS), "status", new Object[0], new String[0]);
            List<String> away = StreamSupport.stream(
                            JSON.readTree(answer).path("services").spliterator(), false)
                    .filter(service -> !service.path("ok").asBoolean())
                    .map(service -> service.path("service").asText())
                    .toList();
            assertThat(away)
                    .as("what the MBean shows as away")
                    .isNotEmpty()
                    .allSatisfy(service -> assertThat(service).startsWith(outage.service()));
            Map<String, Long> failures = new TreeMap<>();
            failed().forEach((route, count) -> {
                if (count > failedBefore.get(route)) {
                    failures.put(route, count - failedBefore.get(route));
                }
            });
            return "Executions.status: not ok " + away + "; failed exchanges by route: " + failures;
        } catch (JMException | IOException e) {
            throw new IllegalStateException("No answer by JMX", e);
        }
    }

    /** How many exchanges have failed in each route, as its diagram counts. */
    private static Map<String, Long> failed() {
        Map<String, Long> failed = new TreeMap<>();
        for (String route : node.mbeans("org.apache.camel:context=moderation,type=routes,*")) {
            failed.put((String) node.mbeanAttribute(route, "RouteId"), (Long)
                    node.mbeanAttribute(route, "ExchangesFailed"));
        }
        return failed;
    }

    private static String awaitLine(Predicate<String> wanted) {
        await("the metric", () -> page().stream().anyMatch(wanted));
        return page().stream().filter(wanted).findFirst().orElseThrow();
    }

    private static String awaitLog(int logged, Predicate<String> wanted) {
        await("the line in the log", () -> newLines(logged).stream().anyMatch(wanted));
        return newLines(logged).stream().filter(wanted).findFirst().orElseThrow();
    }

    private static Stream<JsonNode> services(HttpResponse<String> ready) {
        try {
            return StreamSupport.stream(
                    JSON.readTree(ready.body()).path("services").spliterator(), false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> page() {
        return get("metrics").body().lines().toList();
    }

    /** A page, which comes within the time that a probe waits whatever is down. */
    private static HttpResponse<String> get(String page) {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create(node.api() + page))
                            .timeout(PROBE)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while " + page + " was read", e);
        }
    }

    private static List<String> newLines(int logged) {
        return node.log().substring(logged).lines().toList();
    }

    private static void runAMix() {
        site.links().putPending("safe", LINK + "safe");
        site.links().putPending("unsafe", LINK + "unsafe");
        site.links().putPending("retried", LINK + "retried");
        site.links().putPending("failed", LINK + "failed");
        site.lambda().script("safe", returns("{\"safe\":true,\"listVersion\":\"v1\",\"listAgeSeconds\":4321}"));
        site.lambda().script("unsafe", UNSAFE);
        site.lambda().script("retried", THROWS, SAFE);
        site.lambda().script("failed", returns("{}"));
        List<String> names = List.of("safe", "unsafe", "retried", "failed");
        names.forEach(name -> site.messages().request(name, name, LINK + name));
        site.messages().send(Messages.REQUESTS, "no JSON");
        names.forEach(MonitoringIT::awaitEnd);
    }

    private static void awaitEnd(String name) {
        await(
                "the end of " + name,
                () -> RecordedExecution.find(site.links(), name)
                        .filter(RecordedExecution::isEnded)
                        .isPresent());
    }

    private static void await(String what, Callable<Boolean> condition) {
        node.await(what, PATIENCE, condition);
    }

    private static void delete(Path folder) {
        try (Stream<Path> content = Files.list(folder)) {
            assertThat(content).as("files that wait").isEmpty();
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
