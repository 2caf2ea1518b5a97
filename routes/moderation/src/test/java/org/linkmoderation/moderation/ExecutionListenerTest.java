package org.linkmoderation.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.linkmoderation.moderation.ModerationUnderTest.request;
import static org.linkmoderation.testkit.ConformanceCase.SAFE;
import static org.linkmoderation.testkit.ConformanceCase.THROWS;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.StartRequest;
import org.linkmoderation.journal.JournalUnavailableException;
import org.linkmoderation.testkit.InMemoryJournal.Failure;
import org.linkmoderation.testkit.Requested;
import org.linkmoderation.testkit.ScriptedLambda;

/** What runs tell listeners, the log and the record of themselves. */
class ExecutionListenerTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @RegisterExtension
    static final ModerationUnderTest moderation = new ModerationUnderTest(Duration.ZERO);

    @Test
    void shouldTellEachStateAndRetry() throws Exception {
        moderation.lambda.script(List.of(THROWS, SAFE));

        moderation.deliver(request("e1"));

        assertThat(moderation.listener.lines())
                .containsExactly(
                        "run of e1 began",
                        "e1 started",
                        "CheckSafety retried after " + failure("e1"),
                        "CheckSafety exited",
                        "IsSafe exited",
                        "Activate exited",
                        "e1 SUCCEEDED",
                        "run of e1 ended");
    }

    @Test
    void shouldTellTheStateInWhichAnExecutionFailed() throws Exception {
        moderation.lambda.script(List.of(ScriptedLambda.returns("{}")));

        moderation.deliver(request("e1"));

        assertThat(moderation.listener.lines())
                .containsExactly(
                        "run of e1 began",
                        "e1 started",
                        "CheckSafety exited",
                        "IsSafe failed",
                        "e1 FAILED",
                        "run of e1 ended");
    }

    @Test
    void shouldTellOnceWhatARunThatWasCutOffHasToldAlready() throws Exception {
        moderation.journal.failAt(HistoryEventType.TaskScheduled, Failure.AFTER);
        assertThatThrownBy(() -> moderation.deliver(request("e1"))).isInstanceOf(JournalUnavailableException.class);

        moderation.deliver(request("e1"));

        assertThat(moderation.listener.lines())
                .containsOnlyOnce("e1 started", "CheckSafety exited", "Activate exited", "e1 SUCCEEDED")
                .contains("append not answered");
    }

    @Test
    void shouldRecordTheTraceOfTheRequest() throws Exception {
        moderation.deliver(request("e1").tracedBy("00-" + TRACE + "-00f067aa0ba902b7-01"));
        moderation.deliver(request("e2").tracedBy("no trace"));
        moderation.deliver(request("e3").tracedBy("00-" + TRACE + "-00f067aa0ba902b7-01-" + "a".repeat(10_000)));

        assertThat(traceId("e1")).contains(TRACE);
        assertThat(traceId("e2")).isEmpty();
        assertThat(traceId("e3")).as("a trace too long to be one").isEmpty();
    }

    @Test
    void shouldRecordTheTraceOfARedrive() throws Exception {
        moderation.lambda.script(List.of(ScriptedLambda.returns("{}")));
        moderation.deliver(request("e1").tracedBy("00-" + TRACE + "-00f067aa0ba902b7-01"));
        String later = TRACE.replace('4', '5');

        moderation.deliver(Requested.redrive("e1", "redrive-1").tracedBy("00-" + later + "-00f067aa0ba902b7-01"));

        assertThat(traceId("e1")).contains(later);
        assertThat(moderation.listener.lines()).contains("e1 redriven");
    }

    private static String failure(String name) {
        return moderation
                .details(name, HistoryEventType.LambdaFunctionFailed)
                .get(0)
                .get("error");
    }

    private static Optional<String> traceId(String name) {
        return moderation.execution(name).traceparent().flatMap(StartRequest::traceId);
    }
}
