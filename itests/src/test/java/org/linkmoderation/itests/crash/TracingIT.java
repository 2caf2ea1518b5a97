package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.functionError;
import static org.linkmoderation.testkit.ScriptedLambda.returnsInputWith;
import static org.linkmoderation.testkit.ScriptedLambda.timesOut;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.Ports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The traces of executions, as a collector receives them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TracingIT {
    private static final Logger LOG = LoggerFactory.getLogger(TracingIT.class);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String LINK = "https://example.org/";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Site site;
    private static KarafNode node;
    private static TraceCollector collector;

    @BeforeAll
    static void start() {
        collector = new TraceCollector();
        site = new Site("tracing", 1).start();
        node = site.node();
    }

    @AfterAll
    static void end() {
        if (site != null) {
            site.close();
        }
        collector.close();
    }

    @Test
    @Order(1)
    void shouldTraceNothingUntilAnEndpointIsSet() {
        node.shellOk("feature:install link-moderation-tracing");
        await("the sentence about traces", () -> node.log().contains("Nothing is traced: no endpoint is set"));
        node.awaitReady();

        moderate("untraced", Map.of());

        assertThat(describe("untraced").has("traceId")).isFalse();
        assertThat(collector.size()).isZero();
    }

    @Test
    @Order(2)
    void shouldGoOnWithTheTraceOfTheSenderThroughAllThatAnExecutionCalls() throws IOException {
        String traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
        String sender = "00f067aa0ba902b7";
        trace();
        site.lambda().script("traced", functionError("ListsUnavailable", "for now"), returnsInputWith("safe", "true"));

        // Of a sender's properties this one is taken, and what would steer Camel is not
        moderate(
                "traced",
                Map.of("traceparent", "00-" + traceId + "-" + sender + "-01", "CamelAwsDdbTableName", "elsewhere"));
        // The retry is a run of its own, woken by a message
        await("the spans", () -> collector.isWhole(traceId, sender, "topic:moderation.notices"));

        List<Span> trace = collector.trace(traceId);
        String text = TraceCollector.print(trace, sender, "");
        Files.writeString(KarafNode.MODULE.resolve("target/trace.txt"), text);
        LOG.info("The trace of one execution\n{}", text);
        assertThat(describe("traced").path("traceId").asText()).isEqualTo(traceId);
        assertThat(node.shellOk("moderation:describe traced").output()).contains(traceId);
        assertThat(text.lines()).as("every span below the sender's").hasSize(trace.size());
        assertThat(trace.stream().map(Span::getName))
                .containsSubsequence(
                        "queue:moderation.requests",
                        "moderation",
                        "CheckSafety",
                        "invokeModerateCheck",
                        "journal create",
                        "aws2-lambda",
                        "journal append",
                        "moderation",
                        "CheckSafety",
                        "invokeModerateCheck",
                        "journal append",
                        "aws2-lambda",
                        "Activate",
                        "updateLink",
                        "journal append",
                        "aws2-ddb",
                        "journal append");
    }

    @Test
    @Order(3)
    void shouldBeginATraceWhereTheSenderHasNone() {
        trace();
        moderate("own-trace", Map.of());

        String traceId = describe("own-trace").path("traceId").asText();
        assertThat(traceId).matches("[0-9a-f]{32}");
        await("the spans", () -> collector.isWhole(traceId, "", "topic:moderation.notices"));
        Set<String> ids = collector.trace(traceId).stream()
                .map(span -> TraceCollector.hex(span.getSpanId()))
                .collect(Collectors.toSet());
        assertThat(collector.trace(traceId))
                .filteredOn(span -> !ids.contains(TraceCollector.hex(span.getParentSpanId())))
                .as("roots")
                .hasSize(1);
    }

    @Test
    @Order(4)
    void shouldGoOnWithTheRecordedTraceWhenTheContainerWasKilled() {
        String name = "cut-off";
        trace();
        site.links().putPending(name, LINK + name);
        site.lambda().script(name, timesOut(), returnsInputWith("safe", "true"));
        send(name, Map.of());
        await("the first call", () -> site.lambda().calls(name).size() == 1);
        node.kill();
        int before = collector.size();

        node.start();
        awaitEnd(name);

        String traceId = describe(name).path("traceId").asText();
        assertThat(describe(name).path("redriveCount").asInt()).isZero();
        await("spans", () -> collector.size() > before);
        await(
                "the spans of the run that resumed",
                () -> collector.trace(traceId).stream()
                        .anyMatch(span -> span.getName().equals("Activate")));
        assertThat(collector.trace(traceId).stream().map(Span::getName))
                .containsSubsequence("moderation", "CheckSafety", "aws2-lambda", "Activate", "aws2-ddb");
    }

    @Test
    @Order(5)
    void shouldModerateOnWhenTheCollectorIsAway() {
        trace();
        String away = "http://127.0.0.1:" + Ports.free() + "/v1/traces";
        node.setting("org.linkmoderation.tracing", "endpoint", away + "?api-key=hidden");
        await("the sentence about traces", () -> node.log().contains("Traces go to " + away));
        node.awaitReady();
        int logged = node.log().length();

        moderate("collector-away", Map.of());
        await(
                "the sentence about spans",
                () -> node.log().substring(logged).contains(away + " takes no spans: no connection"));
        moderate("collector-still-away", Map.of());

        assertThat(describe("collector-away").path("traceId").asText()).matches("[0-9a-f]{32}");
        assertThat(node.log().substring(logged).lines().filter(line -> line.contains("spans")))
                .hasSize(1);
        assertThat(node.log()).doesNotContain("hidden", "HttpExporter");

        node.setting(
                "org.linkmoderation.tracing", "endpoint", collector.endpoint().replace("/v1/traces", "/elsewhere"));
        await("another sentence about traces", () -> node.log().contains("/elsewhere"));
        node.awaitReady();
        moderate("collector-refuses", Map.of());
        await("the refusal", () -> node.log().contains("/elsewhere takes no spans: it refuses them"));
    }

    @Test
    @Order(6)
    void shouldModerateOnWhenTheFeatureIsUninstalled() {
        trace();
        node.shellOk("feature:uninstall link-moderation-tracing");
        node.awaitReady();

        moderate("after", Map.of());

        assertThat(describe("after").has("traceId")).isFalse();
    }

    /** Has the collector get the traces, where no test before has done so. */
    private static void trace() {
        node.shellOk("feature:install link-moderation-tracing");
        node.setting("org.linkmoderation.tracing", "endpoint", collector.endpoint());
        await("the sentence about traces", () -> node.log().contains("Traces go to " + collector.endpoint()));
        node.awaitReady();
    }

    private static void moderate(String name, Map<String, String> properties) {
        site.links().putPending(name, LINK + name);
        if (!name.equals("traced")) {
            site.lambda().script(name, returnsInputWith("safe", "true"));
        }
        send(name, properties);
        awaitEnd(name);
    }

    private static void send(String name, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("ExecutionName", name);
        site.messages().send(Messages.REQUESTS, "{\"code\":\"" + name + "\",\"url\":\"" + LINK + name + "\"}", all);
    }

    private static void awaitEnd(String name) {
        await(
                "the end of " + name,
                () -> RecordedExecution.find(site.links(), name)
                        .filter(RecordedExecution::isEnded)
                        .isPresent());
        assertThat(site.links().status(name)).isEqualTo("active");
    }

    private static JsonNode describe(String name) {
        try {
            return JSON.readTree(
                    node.shellOk("moderation:describe --json " + name).output());
        } catch (IOException e) {
            throw new AssertionError("moderation:describe gave no JSON", e);
        }
    }

    private static void await(String what, Callable<Boolean> condition) {
        node.await(what, PATIENCE, condition);
    }
}
