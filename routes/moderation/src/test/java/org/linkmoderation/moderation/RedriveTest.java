package org.linkmoderation.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.linkmoderation.moderation.ModerationUnderTest.CODE;
import static org.linkmoderation.moderation.ModerationUnderTest.URL;
import static org.linkmoderation.moderation.ModerationUnderTest.request;
import static org.linkmoderation.testkit.ConformanceCase.SAFE;
import static org.linkmoderation.testkit.ConformanceCase.THROWS;
import static org.linkmoderation.testkit.ConformanceCase.THROWS_RUNTIME;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.JournalUnavailableException;
import org.linkmoderation.testkit.ConformanceCase;
import org.linkmoderation.testkit.HistoryChecker;
import org.linkmoderation.testkit.InMemoryJournal.Failure;
import org.linkmoderation.testkit.Recorded;
import org.linkmoderation.testkit.Requested;
import org.linkmoderation.testkit.ScriptedLambda;

/** Executions that ended without success, by themselves, by their timeout or by an operator, and go on. */
class RedriveTest {
    private static final StartRequest REDRIVE = Requested.redrive("e1", "redrive-1");

    /** Ways to an end without success, with what it takes to go on from there. */
    enum End {
        FAILED_WITHOUT_LINK {
            @Override
            void run() throws Exception {
                moderation.links.delete(CODE);
                moderation.deliver(request("e1"));
            }
        },
        FAILED_IN_CHECK_SAFETY {
            @Override
            void run() throws Exception {
                moderation.lambda.script(List.of(THROWS_RUNTIME));
                moderation.deliver(request("e1"));
            }
        },
        FAILED_TO_MARK_ERROR {
            @Override
            void run() throws Exception {
                moderation.links.delete(CODE);
                moderation.lambda.script(List.of(ScriptedLambda.timesOut()));
                moderation.deliver(request("e1"));
            }
        },
        TIMED_OUT_BEHIND_CHECK_SAFETY {
            @Override
            void run() throws Exception {
                moderation.lambda.script(
                        List.of(SAFE.after(() -> moderation.clock.advance(ModerationUnderTest.TIMEOUT))));
                moderation.deliver(request("e1"));
            }
        },
        TIMED_OUT_IN_CHECK_SAFETY {
            @Override
            void run() throws Exception {
                moderation.lambda.script(
                        List.of(THROWS, THROWS.after(() -> moderation.clock.advance(ModerationUnderTest.TIMEOUT))));
                moderation.deliver(request("e1"));
            }
        },
        ABORTED_IN_CHECK_SAFETY {
            @Override
            void run() throws Exception {
                moderation.lambda.script(List.of(SAFE.after(RedriveTest::abort)));
                moderation.deliver(request("e1"));
            }
        };

        /** Runs to the end. */
        abstract void run() throws Exception;

        /** Back to the start, then to the end; from then on there is a link and a function that finds it safe. */
        void reach() throws Exception {
            moderation.reset();
            run();
            moderation.links.put(CODE, URL, "pending");
            moderation.lambda.script(List.of(SAFE));
        }
    }

    @RegisterExtension
    static final ModerationUnderTest moderation = new ModerationUnderTest(Duration.ZERO);

    @ParameterizedTest
    @EnumSource
    void shouldGoOnWhereItEnded(End end) throws Exception {
        end.reach();
        assertThat(moderation.execution("e1").status().name())
                .isEqualTo(end.name().split("_(?!OUT)")[0]);

        moderation.deliver(REDRIVE);

        Execution execution = checked();
        assertThat(execution.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(execution.redriveCount()).isEqualTo(1);
        assertThat(moderation.links.get(CODE, "decisions")).isEqualTo("1");
        assertThat(moderation.links.get(CODE, "status"))
                .isEqualTo(end == End.FAILED_TO_MARK_ERROR ? "error" : "active");
        assertThat(moderation.lambda.calls())
                .as("calls of the redrive")
                .hasSize(end.name().endsWith("IN_CHECK_SAFETY") ? 1 : 0);
    }

    @ParameterizedTest
    @EnumSource
    void shouldComeToTheSameEndWhereverItDies(End end) throws Exception {
        end.reach();
        int before = moderation.journal.writes();
        moderation.deliver(REDRIVE);
        int writes = moderation.journal.writes() - before;

        for (int n = 1; n <= writes; n++) {
            for (Failure failure : Failure.values()) {
                String death = failure + " write " + n;
                end.reach();
                moderation.journal.failAt(n, failure);

                assertThatThrownBy(() -> moderation.deliver(REDRIVE))
                        .as(death)
                        .isInstanceOf(JournalUnavailableException.class);
                moderation.deliver(REDRIVE);

                Execution execution = checked();
                assertThat(execution.status()).as(death).isEqualTo(ExecutionStatus.SUCCEEDED);
                assertThat(execution.redriveCount()).as(death).isEqualTo(1);
                assertThat(moderation.links.get(CODE, "decisions")).as(death).isEqualTo("1");
            }
        }
    }

    @Test
    void shouldFailAgainWhereNothingHasChanged() throws Exception {
        moderation.lambda.script(List.of(ScriptedLambda.returns("{}")));
        moderation.deliver(request("e1"));

        moderation.deliver(REDRIVE);
        moderation.deliver(Requested.redrive("e1", "redrive-2"));

        assertThat(checked().status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(checked().redriveCount()).isEqualTo(2);
        assertThat(checked().trail()).containsExactly("CheckSafety", "IsSafe");
        assertThat(moderation.lambda.calls()).hasSize(1);
    }

    @Test
    void shouldCountRetriesFromTheRedrive() throws Exception {
        End.FAILED_IN_CHECK_SAFETY.reach();
        moderation.lambda.script(List.of(THROWS, THROWS, THROWS, SAFE));

        moderation.deliver(REDRIVE);

        assertThat(checked().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(moderation.lambda.calls()).hasSize(4);
    }

    @Test
    void shouldDoNothingForARedriveThatIsDeliveredAgain() throws Exception {
        End.FAILED_WITHOUT_LINK.reach();
        moderation.deliver(REDRIVE);
        Execution execution = checked();

        moderation.deliver(REDRIVE);
        moderation.deliver(request("e1"));

        assertThat(checked()).isEqualTo(execution);
    }

    @Test
    void shouldDoNothingForTheFirstMessageThatIsDeliveredAgainBehindARedrive() throws Exception {
        End.FAILED_WITHOUT_LINK.reach();
        moderation.journal.failAt(2, Failure.AFTER);
        assertThatThrownBy(() -> moderation.deliver(REDRIVE)).isInstanceOf(JournalUnavailableException.class);
        Execution execution = checked();
        assertThat(execution.status()).isEqualTo(ExecutionStatus.RUNNING);

        moderation.deliver(request("e1"));

        assertThat(checked()).isEqualTo(execution);
    }

    @Test
    void shouldStopARunThatOutlivesAnAbortAndARedrive() throws Exception {
        moderation.lambda.script(List.of(
                SAFE.after(() -> {
                    abort();
                    deliver(REDRIVE);
                }),
                ConformanceCase.UNSAFE));

        moderation.deliver(request("e1"));

        assertThat(checked().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(moderation.links.get(CODE, "status")).as("the redrive's").isEqualTo("rejected");
        assertThat(moderation.links.get(CODE, "decisions")).isEqualTo("1");
    }

    @Test
    void shouldDeliverTheFirstMessageAgainWhileTheRedriveRuns() throws Exception {
        moderation.lambda.script(List.of(
                SAFE.after(() -> {
                    abort();
                    moderation.journal.failAt(2, Failure.AFTER);
                    assertThatThrownBy(() -> moderation.deliver(REDRIVE))
                            .isInstanceOf(JournalUnavailableException.class);
                }),
                SAFE));

        assertThatThrownBy(() -> moderation.deliver(request("e1"))).isInstanceOf(ExecutionFencedException.class);
        moderation.deliver(request("e1"));
        assertThat(checked().status()).isEqualTo(ExecutionStatus.RUNNING);
        moderation.deliver(REDRIVE);

        assertThat(checked().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    }

    @Test
    void shouldNotTouchTheLinkBehindAnAbort() throws Exception {
        moderation.lambda.script(List.of(SAFE.after(RedriveTest::abort)));

        moderation.deliver(request("e1"));
        moderation.deliver(request("e1"));

        assertThat(checked().status()).isEqualTo(ExecutionStatus.ABORTED);
        assertThat(checked().error()).contains("Operator");
        assertThat(checked().cause()).contains("a test");
        assertThat(moderation.links.get(CODE, "status")).isEqualTo("pending");
        assertThat(moderation.links.requests()).isEmpty();
    }

    @Test
    void shouldRefuseToRedriveWhatHasSucceeded() throws Exception {
        moderation.deliver(request("e1"));

        assertThatThrownBy(() -> moderation.deliver(REDRIVE))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("ExecutionNotRedrivable: the execution 'e1' has status SUCCEEDED; expected FAILED,"
                        + " TIMED_OUT or ABORTED");
    }

    @Test
    void shouldRefuseToRedriveWhatRuns() {
        moderation.journal.failAt(1, Failure.AFTER);
        assertThatThrownBy(() -> moderation.deliver(request("e1"))).isInstanceOf(JournalUnavailableException.class);

        assertThatThrownBy(() -> moderation.deliver(REDRIVE))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("has status RUNNING");
    }

    @Test
    void shouldRefuseToRedriveWhatIsNotThere() {
        assertThatThrownBy(() -> moderation.deliver(REDRIVE))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("There is no execution 'e1' of state machine 'moderation' to redrive");
    }

    /** As an operator does it. */
    private static void abort() {
        Execution running = moderation.execution("e1");
        HistoryEvent aborted = new HistoryEvent(
                running.events().size() + 1L,
                moderation.clock.instant(),
                HistoryEventType.ExecutionAborted,
                Map.of("error", "Operator", "cause", "a test"));
        Recorded.end(moderation.journal, running, aborted, ExecutionStatus.ABORTED);
    }

    private static void deliver(StartRequest request) {
        try {
            moderation.deliver(request);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Execution checked() {
        Execution execution = moderation.execution("e1");
        HistoryChecker.check(execution.events(), execution.status(), ModerationUnderTest.RETRY_MAX_ATTEMPTS);
        return execution;
    }
}
