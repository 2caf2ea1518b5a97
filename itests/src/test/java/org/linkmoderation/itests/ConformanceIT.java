package org.linkmoderation.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.linkmoderation.itests.FunctionEndpoint.Call;
import org.linkmoderation.testkit.ConformanceCase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conformance cases with real delays, in a real container: those with delays are started at once, so that the
 * delays overlap. The table of what came out is in {@code target/conformance.txt}.
 */
class ConformanceIT {

    private static final Logger LOG = LoggerFactory.getLogger(ConformanceIT.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static ModerationNode node;
    private static List<ConformanceCase> cases;
    private static final Map<Integer, String> TABLE = new TreeMap<>();

    /** Those with delays last, and alone: what else the container does must not lengthen them. */
    @BeforeAll
    static void startAll() {
        node = ModerationNode.shared();
        cases = ConformanceCase.all().toList();
        List<ConformanceCase> timed =
                cases.stream().filter(ConformanceIT::hasDelays).toList();
        List<ConformanceCase> others =
                cases.stream().filter(each -> !hasDelays(each)).toList();
        others.forEach(ConformanceIT::start);
        others.forEach(each -> node.awaitEnd(executionName(each)));
        timed.forEach(ConformanceIT::start);
    }

    private static boolean hasDelays(ConformanceCase theCase) {
        List<Double> delays = theCase.expected().retryDelaysSeconds();
        return delays != null && !delays.isEmpty();
    }

    private static void start(ConformanceCase theCase) {
        String code = code(theCase);
        String url = "https://example.org/" + theCase.id();
        node.lambda().script(code, theCase.prepare(node.links().link(code), url));
        node.messages().request(executionName(theCase), code, url);
    }

    private static String code(ConformanceCase theCase) {
        return theCase.id().replace('.', '-');
    }

    private static String executionName(ConformanceCase theCase) {
        return "case-" + code(theCase);
    }

    @AfterAll
    static void writeTable() throws IOException {
        String head = row("case", "trail", "calls", "delays (s)", "status", "link", "error");
        String table = head + "\n" + String.join("\n", TABLE.values()) + "\n";
        Files.writeString(KarafNode.MODULE.resolve("target/conformance.txt"), table);
        LOG.info("{} of {} conformance cases ended:\n{}", TABLE.size(), cases == null ? 0 : cases.size(), table);
    }

    @Test
    void shouldHaveNoTwoCasesOfOneName() {
        assertThat(cases).extracting(ConformanceCase::id).doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("org.linkmoderation.testkit.ConformanceCase#all")
    void shouldConform(ConformanceCase theCase) throws IOException {
        JsonNode execution = node.awaitEnd(executionName(theCase));
        JsonNode events = execution.path("events");
        List<Call> calls = node.lambda().calls(code(theCase));
        List<Double> delays = delays(calls);
        List<String> trail = trail(events);
        String linkStatus = node.links().status(code(theCase));
        TABLE.put(
                cases.indexOf(theCase),
                row(
                        theCase.id(),
                        String.join(" ", trail),
                        Integer.toString(calls.size()),
                        delays.stream()
                                .map(delay -> String.format(Locale.ROOT, "%.2f", delay))
                                .reduce((a, b) -> a + " " + b)
                                .orElse("-"),
                        execution.path("status").asText(),
                        linkStatus == null ? "-" : linkStatus,
                        execution.path("error").asText(storedError(theCase))));

        ConformanceCase.Expected expected = theCase.expected();
        assertThat(trail).as("trail").isEqualTo(expected.statesEntered());
        assertThat(execution.path("status").asText()).as("status").isEqualTo(expected.executionStatus());
        assertThat(linkStatus).as("status of the link").isEqualTo(expected.linkStatus());
        if (expected.checkSafetyCalls() != null) {
            assertThat(calls).as("calls").hasSize(expected.checkSafetyCalls());
        }
        if (expected.retryDelaysSeconds() != null) {
            shouldHaveDelays(delays, expected.retryDelaysSeconds());
        }
        shouldHaveError(execution, expected);
        if (expected.markErrorInput() != null) {
            shouldHaveStoredError(theCase, execution, expected.markErrorInput(), calls);
        }
        shouldHaveHistory(execution, events, trail, calls.size());
    }

    @Test
    void shouldKeepFailuresOfStatesOutOfTheErrorLog() {
        cases.forEach(each -> node.awaitEnd(executionName(each)));
        assertThat(node.karaf().log().lines())
                .as("errors in the log")
                .noneMatch(line -> line.contains("| ERROR |") && line.contains("TaskFailedException"));
    }

    /** Right within -10 % / +1.5 s of the delay, the reference says. */
    private static void shouldHaveDelays(List<Double> delays, List<Double> expected) {
        assertThat(delays).as("delays").hasSameSizeAs(expected);
        for (int i = 0; i < delays.size(); i++) {
            assertThat(delays.get(i)).as("delay %d", i + 1).isBetween(expected.get(i) * 0.9, expected.get(i) + 1.5);
        }
    }

    private static void shouldHaveError(JsonNode execution, ConformanceCase.Expected expected) {
        if (expected.error() == null) {
            assertThat(execution.path("error").asText("")).as("error").isEmpty();
            assertThat(execution.path("output").isMissingNode()).as("no output").isFalse();
        } else if (expected.error().equals("DynamoDB.<exception name>")) {
            assertThat(execution.path("error").asText()).as("error").matches("DynamoDB\\.\\w+Exception");
        } else {
            assertThat(execution.path("error").asText()).as("error").isEqualTo(expected.error());
        }
        if (expected.cause() != null) {
            assertThat(execution.path("cause").asText()).as("cause").isEqualTo(expected.cause());
        }
    }

    private static void shouldHaveStoredError(
            ConformanceCase theCase, JsonNode execution, JsonNode markErrorInput, List<Call> calls) throws IOException {
        assertThat(node.links().attribute(code(theCase), "error"))
                .as("error of the link")
                .isEqualTo(markErrorInput.path("Error").asText());
        String cause = node.links().attribute(code(theCase), "cause");
        if (markErrorInput.has("Cause")) { // in words: the error payload that Lambda returned, as a JSON string
            assertThat(JSON.readTree(cause))
                    .as("cause of the link")
                    .isEqualTo(JSON.readTree(calls.get(calls.size() - 1).answer()));
        } else {
            // The service gives a timeout no cause
            assertThat(cause).as("cause of the link").isNotNull().hasSizeLessThanOrEqualTo(32_768);
        }
        Instant errorAt = Instant.parse(node.links().attribute(code(theCase), "errorAt"));
        assertThat(errorAt)
                .as("time of the link's error")
                .isBetween(
                        Instant.parse(execution.path("startDate").asText()),
                        Instant.parse(execution.path("stopDate").asText()));
    }

    /**
     * The history is whole: numbered without gaps, in the order of time, from the start to the end that the record
     * shows.
     */
    private static void shouldHaveHistory(JsonNode execution, JsonNode events, List<String> trail, int calls) {
        Instant before = Instant.parse(execution.path("startDate").asText());
        for (int i = 0; i < events.size(); i++) {
            JsonNode event = events.get(i);
            assertThat(event.path("id").asInt()).as("id of event %d", i).isEqualTo(i + 1);
            assertThat(event.path("previousEventId").asInt())
                    .as("previousEventId of event %d", i)
                    .isEqualTo(i);
            Instant timestamp = Instant.parse(event.path("timestamp").asText());
            assertThat(timestamp).as("time of event %d", i).isAfterOrEqualTo(before);
            before = timestamp;
        }
        List<String> types = types(events);
        assertThat(types.get(0)).isEqualTo("ExecutionStarted");
        JsonNode last = events.get(events.size() - 1);
        if (execution.path("status").asText().equals("SUCCEEDED")) {
            assertThat(last.path("type").asText()).isEqualTo("ExecutionSucceeded");
        } else {
            assertThat(last.path("type").asText()).isEqualTo("ExecutionFailed");
            JsonNode details = last.path("executionFailedEventDetails");
            assertThat(details.path("error")).as("error in the history").isEqualTo(execution.path("error"));
            assertThat(details.path("cause")).as("cause in the history").isEqualTo(execution.path("cause"));
        }
        assertThat(types.stream().filter("LambdaFunctionScheduled"::equals).count())
                .as("LambdaFunctionScheduled")
                .isEqualTo(calls);
        assertThat(types.stream().filter("TaskStateEntered"::equals).count())
                .as("TaskStateEntered")
                .isEqualTo(trail.size() - (trail.contains("IsSafe") ? 1 : 0));
        assertThat(types).as("events of a container's crash").doesNotContain("ExecutionResumed");
    }

    private static List<String> trail(JsonNode events) {
        List<String> trail = new ArrayList<>();
        for (JsonNode event : events) {
            if (event.path("type").asText().endsWith("StateEntered")) {
                trail.add(event.path("stateEnteredEventDetails").path("name").asText());
            }
        }
        return trail;
    }

    private static List<String> types(JsonNode events) {
        List<String> types = new ArrayList<>();
        events.forEach(event -> types.add(event.path("type").asText()));
        return types;
    }

    private static List<Double> delays(List<Call> calls) {
        List<Double> delays = new ArrayList<>();
        for (int i = 1; i < calls.size(); i++) {
            delays.add(calls.get(i - 1).secondsUntil(calls.get(i)));
        }
        return delays;
    }

    private static String storedError(ConformanceCase theCase) {
        String error = node.links().attribute(code(theCase), "error");
        return error == null ? "-" : error;
    }

    private static String row(
            String id, String trail, String calls, String delays, String status, String link, String error) {
        return String.format("%-38s %-27s %5s %-15s %-9s %-8s %s", id, trail, calls, delays, status, link, error);
    }
}
