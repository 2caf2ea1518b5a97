package org.linkmoderation.itests.domains;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.itests.domains.SagaGate.refused;

import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.crash.RecordedExecution;
import org.linkmoderation.itests.crash.TraceCollector;
import org.linkmoderation.itests.domains.SagaGate.Act;

/** The trace of a saga: what was done and what was undone is one trace. */
class SagaTraceIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static DomainsSite site;
    private static TraceCollector collector;

    @BeforeAll
    static void start() {
        collector = new TraceCollector();
        site = new DomainsSite("saga-trace", 300).start();
        site.node().shellOk("feature:install link-moderation-tracing");
        site.node().setting("org.linkmoderation.tracing", "endpoint", collector.endpoint());
        await("the sentence about traces", () -> site.node().log().contains("Traces go to " + collector.endpoint()));
        site.node().awaitReady();
    }

    @AfterAll
    static void end() {
        if (site != null) {
            site.close();
        }
        collector.close();
    }

    @Test
    void shouldTraceWhatASagaDidAndWhatItUndidInOneTrace() throws IOException {
        String name = "undone";
        String traceId = "0af7651916cd43dd8448eb211c80319c";
        String sender = "b7ad6b7169203331";
        site.gate().treat(name, Act.ConfirmDomain, refused());
        site.cards().issue(DomainsSite.card(name), DomainsSite.PRICE);

        site.messages()
                .send(
                        DomainsSite.REQUESTS,
                        DomainsSite.input(name),
                        Map.of("ExecutionName", name, "traceparent", "00-" + traceId + "-" + sender + "-01"));
        await("the end of the saga", () -> {
            RecordedExecution execution = site.executions().get(name);
            return execution != null && execution.isEnded();
        });
        await("the spans", () -> collector.isWhole(traceId, sender, "topic:domain.notices"));

        List<Span> trace = collector.trace(traceId);
        String text = TraceCollector.print(trace, sender, "");
        Files.writeString(KarafNode.MODULE.resolve("target/saga-trace.txt"), text);
        assertThat(site.executions().get(name).status()).isEqualTo("FAILED");
        assertThat(text.lines()).as("every span below the sender's").hasSize(trace.size());
        assertThat(trace.stream().map(Span::getName))
                .containsSubsequence(
                        "queue:domain.requests",
                        "domains",
                        "domains.forward",
                        "ReserveDomain",
                        "ChargeCard",
                        "aws2-lambda",
                        "ConfirmDomain",
                        "domains.backward",
                        "RefundCharge",
                        "aws2-lambda",
                        "ReleaseDomain",
                        "aws2-ddb",
                        "FailSaga");
        assertThat(site.node()
                        .shellOk("moderation:describe --state-machine domains " + name)
                        .output())
                .contains(traceId);
    }

    private static void await(String what, Callable<Boolean> condition) {
        site.node().await(what, PATIENCE, condition);
    }
}
