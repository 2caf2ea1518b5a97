package org.linkmoderation.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.linkmoderation.moderation.ModerationUnderTest.CODE;
import static org.linkmoderation.moderation.ModerationUnderTest.request;
import static org.linkmoderation.testkit.ConformanceCase.SAFE;
import static org.linkmoderation.testkit.ConformanceCase.THROTTLED;
import static org.linkmoderation.testkit.ConformanceCase.THROWS;
import static org.linkmoderation.testkit.ConformanceCase.UNSAFE;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.JournalUnavailableException;
import org.linkmoderation.testkit.Deliveries.ParkedExecution;
import org.linkmoderation.testkit.HistoryChecker;
import org.linkmoderation.testkit.InMemoryJournal.Failure;
import org.linkmoderation.testkit.ScriptedLambda;
import org.linkmoderation.testkit.ScriptedLambda.Step;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * A container that dies at a write of the journal is played by a journal that fails there: all that the run knew is
 * gone with it, and the request is delivered again.
 */
@Timeout(30)
class ResumeTest {
    private static final Set<HistoryEventType> ENDS_OF_CALLS = EnumSet.of(
            HistoryEventType.LambdaFunctionSucceeded,
            HistoryEventType.LambdaFunctionFailed,
            HistoryEventType.LambdaFunctionTimedOut);

    /** Ways through the state machine. */
    enum Way {
        ACTIVATE(SAFE),
        REJECT(UNSAFE),
        ACTIVATE_AFTER_RETRIES(THROWS, THROTTLED, SAFE),
        MARK_ERROR_AFTER_RETRIES(THROWS),
        MARK_ERROR_AT_ONCE(ScriptedLambda.timesOut()),
        MARK_ERROR_AFTER_RETRY_AND_TIMEOUT(THROWS, ScriptedLambda.timesOut()),
        FAIL_WITHOUT_BRANCH(ScriptedLambda.returns("{}")),
        FAIL_WITHOUT_LINK(SAFE),
        FAIL_TO_MARK_ERROR(ScriptedLambda.timesOut()),
        LONG_PAYLOADS(ScriptedLambda.returns("{\"safe\":true,\"text\":\"" + "x".repeat(100_000) + "\"}"));

        private final List<Step> script;

        Way(Step... script) {
            this.script = List.of(script);
        }

        /**
         * Back to the start of this way, with a function that answers by what is journaled: not by when it is asked.
         */
        void reset() {
            moderation.reset();
            moderation.lambda.script(script, call -> journaledEndsOfCalls());
            if (this == FAIL_WITHOUT_LINK || this == FAIL_TO_MARK_ERROR) {
                moderation.links.delete(CODE);
            }
        }
    }

    /** What an execution came to. */
    private record Outcome(
            ExecutionStatus status, List<String> trail, String error, String link, String decisions, int endsOfCalls) {
        static Outcome now() {
            Execution execution = moderation.execution("e1");
            HistoryChecker.check(execution.events(), execution.status(), ModerationUnderTest.RETRY_MAX_ATTEMPTS);
            return new Outcome(
                    execution.status(),
                    execution.trail(),
                    execution.error().orElse(null),
                    moderation.links.get(CODE, "status"),
                    moderation.links.get(CODE, "decisions"),
                    journaledEndsOfCalls());
        }
    }

    @RegisterExtension
    static final ModerationUnderTest moderation = new ModerationUnderTest(Duration.ZERO);

    @ParameterizedTest
    @EnumSource
    void shouldComeToTheSameEndWhereverItDies(Way way) throws Exception {
        way.reset();
        moderation.deliver(request("e1"));
        Outcome undisturbed = Outcome.now();
        int writes = moderation.journal.writes();

        for (int n = 1; n <= writes; n++) {
            for (Failure failure : Failure.values()) {
                String death = failure + " write " + n;
                way.reset();
                moderation.journal.failAt(n, failure);
                assertThatThrownBy(() -> moderation.deliver(request("e1")))
                        .as(death)
                        .isInstanceOf(JournalUnavailableException.class);
                int callsBefore = moderation.lambda.calls().size();
                int endsBefore = journaledEndsOfCalls();

                moderation.deliver(request("e1"));

                assertThat(Outcome.now()).as(death).isEqualTo(undisturbed);
                assertThat(moderation.lambda.calls().size() - callsBefore)
                        .as("calls after %s: one for each result that was not journaled", death)
                        .isEqualTo(undisturbed.endsOfCalls() - endsBefore);
                boolean wasRecorded = n > 1 || failure == Failure.AFTER;
                boolean wasEnded = n == writes && failure == Failure.AFTER;
                assertThat(moderation.details("e1", HistoryEventType.ExecutionResumed))
                        .as("resumed after %s", death)
                        .hasSize(wasRecorded && !wasEnded ? 1 : 0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldComeToTheSameEndThoughItDiesTwice(Way way) throws Exception {
        way.reset();
        moderation.deliver(request("e1"));
        Outcome undisturbed = Outcome.now();
        int writes = moderation.journal.writes();

        for (int n = 1; n <= writes; n++) {
            for (int m = 1; m <= writes; m++) {
                for (Failure first : Failure.values()) {
                    for (Failure second : Failure.values()) {
                        way.reset();
                        moderation.journal.failAt(n, first);
                        moderation.journal.failAt(n + m, second);

                        moderation.deliverUntilDone(request("e1"));

                        assertThat(Outcome.now())
                                .as("%s write %d, then %s the %d. behind it", first, n, second, m)
                                .isEqualTo(undisturbed);
                    }
                }
            }
        }
    }

    @Test
    void shouldUseTheJournaledResultInsteadOfAskingAgain() throws Exception {
        moderation.journal.failAt(HistoryEventType.LambdaFunctionSucceeded, Failure.AFTER);
        assertThatThrownBy(() -> moderation.deliver(request("e1"))).isInstanceOf(JournalUnavailableException.class);
        moderation.lambda.script(List.of(UNSAFE));

        moderation.deliver(request("e1"));

        assertThat(moderation.lambda.calls()).isEmpty();
        assertThat(moderation.links.get(CODE, "status")).isEqualTo("active");
    }

    @Test
    void shouldMarkTheJournaledErrorInsteadOfAskingAgain() throws Exception {
        moderation.lambda.script(List.of(ScriptedLambda.timesOut()));
        moderation.journal.failAt(HistoryEventType.LambdaFunctionTimedOut, Failure.AFTER);
        assertThatThrownBy(() -> moderation.deliver(request("e1"))).isInstanceOf(JournalUnavailableException.class);
        moderation.lambda.script(List.of(SAFE));

        moderation.deliver(request("e1"));

        assertThat(moderation.lambda.calls()).isEmpty();
        assertThat(moderation.links.get(CODE, "status")).isEqualTo("error");
        assertThat(moderation.links.get(CODE, "error")).isEqualTo("States.Timeout");
    }

    @Test
    void shouldGoOnWhenTheAnswerOfItsOwnUpdateWasLost() throws Exception {
        moderation.links.failAfter(UpdateItemRequest.class, SdkClientException.create("Read timed out"));

        assertThatThrownBy(() -> moderation.deliver(request("e1"))).isInstanceOf(ParkedExecution.class);
        assertThat(moderation.execution("e1").status()).isEqualTo(ExecutionStatus.RUNNING);
        moderation.clock.advance(Duration.ofMinutes(1));
        moderation.deliver(request("e1"));

        assertThat(moderation.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(moderation.links.get(CODE, "decisions")).isEqualTo("1");
    }

    @Test
    void shouldNotFailWhileDynamoDbIsAway() throws Exception {
        SdkClientException noConnection = SdkClientException.create("Connection refused");
        moderation.links.failBefore(UpdateItemRequest.class, noConnection);
        moderation.links.failBefore(
                UpdateItemRequest.class, InMemoryLinks.refusal(500, "InternalServerError", "sorry"));
        moderation.links.failAfter(UpdateItemRequest.class, SdkClientException.create("Read timed out"));
        // For the read that tells whose decision it is
        moderation.links.failBefore(GetItemRequest.class, noConnection);

        for (int delivery = 1; delivery <= 4; delivery++) {
            assertThatThrownBy(() -> moderation.deliver(request("e1"))).isInstanceOf(ParkedExecution.class);
            moderation.clock.advance(Duration.ofMinutes(1));
        }
        assertThat(moderation.execution("e1").status()).isEqualTo(ExecutionStatus.RUNNING);
        moderation.deliver(request("e1"));

        assertThat(moderation.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(moderation.links.get(CODE, "decisions")).isEqualTo("1");
        assertThat(moderation.lambda.calls()).hasSize(1);
    }

    @Test
    void shouldNotFailWhenItsThreadIsInterruptedInACall() throws Exception {
        moderation.lambda.script(List.of(ScriptedLambda.aborted(), SAFE));

        assertThatThrownBy(() -> moderation.deliver(request("e1"))).isInstanceOf(AbortedException.class);
        moderation.deliver(request("e1"));

        assertThat(moderation.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(moderation.retries)
                .as("a call that was cut off is no failure")
                .isEmpty();
    }

    @Test
    void shouldLetOneOfTwoRunsGoOn() throws Exception {
        // The message is delivered to another node while the first run waits for its function
        moderation.lambda.script(List.of(SAFE.after(this::deliverOnceMore), UNSAFE));

        moderation.deliver(request("e1"));

        Outcome outcome = Outcome.now();
        assertThat(outcome.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(outcome.link()).as("the later run took over").isEqualTo("rejected");
        assertThat(outcome.decisions()).isEqualTo("1");
    }

    @Test
    void shouldDeliverAgainWhatLostToARunThatIsStillUnderWay() throws Exception {
        // The other run dies when it has taken over
        moderation.journal.failAt(HistoryEventType.ExecutionResumed, Failure.AFTER);
        moderation.lambda.script(List.of(
                SAFE.after(() -> assertThatThrownBy(this::deliverOnceMore)
                        .hasCauseInstanceOf(JournalUnavailableException.class)),
                SAFE));

        assertThatThrownBy(() -> moderation.deliver(request("e1"))).isInstanceOf(ExecutionFencedException.class);
        moderation.deliver(request("e1"));

        assertThat(Outcome.now().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(Outcome.now().decisions()).isEqualTo("1");
    }

    private void deliverOnceMore() {
        try {
            moderation.deliver(request("e1"));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldWaitTheRestOfEachDelayWhereverItDies() throws Exception {
        try (ModerationUnderTest slow = slow(Duration.ofMinutes(10))) {
            dieBehindFailure(slow, THROWS);
            Instant failed = slow.clock.instant();
            slow.clock.advance(Duration.ofMinutes(3));
            assertThatThrownBy(() -> slow.deliver(request("e1"))).isInstanceOf(ParkedExecution.class);
            assertThat(slow.deliveries.wake().at()).isEqualTo(failed.plus(Duration.ofMinutes(10)));
            slow.clock.advance(Duration.ofMinutes(7));
            dieBehindFailure(slow, THROTTLED);
            assertThatThrownBy(() -> slow.deliver(request("e1"))).isInstanceOf(ParkedExecution.class);
            assertThat(slow.deliveries.wake().at()).isEqualTo(failed.plus(Duration.ofMinutes(30)));
            slow.clock.advance(Duration.ofMinutes(20));

            slow.deliver(request("e1"));

            assertThat(slow.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
            assertThat(slow.details("e1", HistoryEventType.ExecutionResumed)).isEmpty();
        }
    }

    @Test
    void shouldWaitAWholeDelayBehindAFailureAfterItWasResumed() throws Exception {
        try (ModerationUnderTest slow = slow(Duration.ofMillis(100))) {
            dieBehindFailure(slow, THROWS);
            slow.clock.advance(Duration.ofHours(1));
            slow.lambda.script(List.of(THROWS, SAFE));

            Duration waited = timeOf(() -> slow.deliver(request("e1")));

            assertThat(waited).as("the second delay").isGreaterThanOrEqualTo(Duration.ofMillis(190));
        }
    }

    @Test
    void shouldNotStartTheCountOfRetriesAnew() throws Exception {
        for (int failures = 0; failures <= ModerationUnderTest.RETRY_MAX_ATTEMPTS; failures++) {
            dieBehindFailure(moderation, THROWS);
        }
        moderation.lambda.script(List.of(SAFE));

        moderation.deliver(request("e1"));

        assertThat(moderation.lambda.calls()).isEmpty();
        assertThat(Outcome.now().link()).isEqualTo("error");
    }

    private static ModerationUnderTest slow(Duration interval) throws Exception {
        ModerationUnderTest slow = new ModerationUnderTest(interval);
        slow.reset();
        return slow;
    }

    /** The function fails, and the container dies when that is journaled. From then on the function finds all safe. */
    private static void dieBehindFailure(ModerationUnderTest where, Step failure) {
        where.lambda.script(List.of(failure));
        where.journal.failAt(HistoryEventType.LambdaFunctionFailed, Failure.AFTER);
        assertThatThrownBy(() -> where.deliver(request("e1"))).isInstanceOf(JournalUnavailableException.class);
        where.lambda.script(List.of(SAFE));
    }

    /** A delivery, which throws what it likes. */
    private interface Delivery {
        void run() throws Exception;
    }

    private static Duration timeOf(Delivery delivery) throws Exception {
        long start = System.nanoTime();
        delivery.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static int journaledEndsOfCalls() {
        return moderation
                .journal
                .find(request("e1").id())
                .map(execution -> (int) execution.events().stream()
                        .filter(event -> ENDS_OF_CALLS.contains(event.type()))
                        .count())
                .orElse(0);
    }
}
