package org.linkmoderation.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.linkmoderation.moderation.ModerationUnderTest.CODE;
import static org.linkmoderation.moderation.ModerationUnderTest.TIMEOUT;
import static org.linkmoderation.moderation.ModerationUnderTest.request;
import static org.linkmoderation.testkit.ConformanceCase.SAFE;
import static org.linkmoderation.testkit.ConformanceCase.THROWS;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.journal.JournalUnavailableException;
import org.linkmoderation.testkit.HistoryChecker;
import org.linkmoderation.testkit.InMemoryJournal.Failure;
import org.linkmoderation.testkit.Requested;
import org.linkmoderation.testkit.ScriptedLambda;

/** The state machine's own TimeoutSeconds. */
@Timeout(30)
class ExecutionTimeoutTest {
    @RegisterExtension
    static final ModerationUnderTest moderation = new ModerationUnderTest(Duration.ZERO);

    @Test
    void shouldEndBeforeTheNextTask() throws Exception {
        moderation.lambda.script(List.of(SAFE.after(() -> moderation.clock.advance(TIMEOUT))));

        moderation.deliver(request("e1"));

        shouldHaveTimedOut();
        assertThat(moderation.execution("e1").trail()).containsExactly("CheckSafety", "IsSafe", "Activate");
        assertThat(moderation.details("e1", HistoryEventType.TaskScheduled)).isEmpty();
    }

    @Test
    void shouldEndInsteadOfARetry() throws Exception {
        moderation.lambda.script(List.of(THROWS.after(() -> moderation.clock.advance(TIMEOUT)), SAFE));

        moderation.deliver(request("e1"));

        shouldHaveTimedOut();
        assertThat(moderation.lambda.calls()).hasSize(1);
    }

    @Test
    void shouldEndInsteadOfACatch() throws Exception {
        moderation.lambda.script(List.of(ScriptedLambda.timesOut().after(() -> moderation.clock.advance(TIMEOUT))));

        moderation.deliver(request("e1"));

        shouldHaveTimedOut();
        assertThat(moderation.execution("e1").trail()).containsExactly("CheckSafety");
    }

    @Test
    void shouldNotBeForgottenOverADecisionThatWasTakenInTime() throws Exception {
        moderation.deliver(request("e1"));
        moderation.clock.advance(TIMEOUT);

        moderation.deliver(request("e1"));

        assertThat(moderation.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    }

    @Test
    void shouldCountFromTheStartThoughItWasResumed() throws Exception {
        moderation.journal.failAt(1, Failure.AFTER);
        assertThatThrownBy(() -> moderation.deliver(request("e1"))).isInstanceOf(JournalUnavailableException.class);
        moderation.clock.advance(TIMEOUT);

        moderation.deliver(request("e1"));

        shouldHaveTimedOut();
        assertThat(moderation.lambda.calls()).isEmpty();
    }

    @Test
    void shouldCountFromTheRedrive() throws Exception {
        moderation.lambda.script(List.of(THROWS.after(() -> moderation.clock.advance(TIMEOUT)), SAFE));
        moderation.deliver(request("e1"));

        moderation.deliver(Requested.redrive("e1", "r1"));

        assertThat(moderation.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    }

    @Test
    void shouldLimitTheCallOfTheFunction() throws Exception {
        moderation.journal.failAt(1, Failure.AFTER);
        assertThatThrownBy(() -> moderation.deliver(request("e1"))).isInstanceOf(JournalUnavailableException.class);
        moderation.clock.advance(TIMEOUT.minusSeconds(7));

        moderation.deliver(request("e1"));

        assertThat(moderation
                        .lambda
                        .calls()
                        .get(0)
                        .overrideConfiguration()
                        .orElseThrow()
                        .apiCallTimeout())
                .contains(Duration.ofSeconds(7));
    }

    private static void shouldHaveTimedOut() {
        Execution execution = moderation.execution("e1");
        HistoryChecker.check(execution.events(), execution.status(), ModerationUnderTest.RETRY_MAX_ATTEMPTS);
        assertThat(execution.status()).isEqualTo(ExecutionStatus.TIMED_OUT);
        assertThat(execution.error()).contains("States.Timeout");
        assertThat(execution.cause().orElseThrow()).startsWith("The execution did not end by 20");
        assertThat(moderation.links.get(CODE, "status")).isEqualTo("pending");
        assertThat(moderation.links.requests()).isEmpty();
    }
}
