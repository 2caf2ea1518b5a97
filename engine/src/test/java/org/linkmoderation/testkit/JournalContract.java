package org.linkmoderation.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.PendingCallback;
import org.linkmoderation.RunState;
import org.linkmoderation.StartRequest;
import org.linkmoderation.UndoFailure;
import org.linkmoderation.Waiting;
import org.linkmoderation.journal.CallbackPage;
import org.linkmoderation.journal.ExecutionDeletedException;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.ExecutionRecordedException;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.JournalRefusedException;
import org.linkmoderation.journal.JournalUnavailableException;
import org.linkmoderation.journal.Transition;

/**
 * What every {@link Journal} guarantees, whatever it keeps its records in. A journal's test extends this class, and
 * says how one is opened. Each test has a state machine of its own, so that all can share one store.
 */
public abstract class JournalContract {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00.000Z");
    private static final Waiting RETRY =
            new Waiting(Waiting.Reason.RETRY, "CheckSafety", "attempt 2", START.plusSeconds(2));

    /** The state machine of this test. */
    private final String stateMachine = "sm-" + UUID.randomUUID().toString().substring(0, 8);

    private final Journal journal = journal();

    /** The journal, over a store that the tests share. */
    protected abstract Journal journal();

    /** A journal over the same store, as another container has it. */
    protected abstract Journal another();

    @Test
    void shouldGiveBackWhatWasCreated() {
        String input = "{\"ä\":\"€\\u0000😀\"}";
        HistoryEvent first =
                event(1, 0, HistoryEventType.ExecutionStarted, Map.of("input", input, "traceparent", "\u0000\t"));
        HistoryEvent second = event(2, 1, HistoryEventType.TaskStateEntered, Map.of("name", "CheckSafety"));
        Execution created = Recorded.create(journal, request("e1", "r1", input), START, first, second);

        Execution found = found("e1");

        assertThat(found.events()).containsExactly(first, second);
        assertThat(found)
                .isEqualTo(new Execution(
                        stateMachine,
                        "e1",
                        created.incarnation(),
                        List.of("r1"),
                        "definition",
                        RunState.started("message of r1", START.plus(Duration.ofMinutes(5))),
                        input,
                        START,
                        List.of(first, second)));
        assertThat(another().find(id("e1"))).as("in another container").contains(found);
        assertThat(journal.find(id("e2"))).isEmpty();
        assertThat(journal.find(new ExecutionId("another", "e1"))).isEmpty();
    }

    @Test
    void shouldCreateANameOnceAndSayWhatIsRecorded() {
        Execution first = create("e1", "r1");

        ExecutionRecordedException refusal =
                catchThrowableOfType(ExecutionRecordedException.class, () -> create("e1", "r2"));

        assertThat(refusal.execution()).isEqualTo(first);
        assertThat(found("e1")).isEqualTo(first);
    }

    @Test
    void shouldRefuseARepeatedRequestWithWhatItsFirstDeliveryHasComeTo() {
        Execution ended = end(create("e1", "r1"), ExecutionStatus.SUCCEEDED);

        ExecutionRecordedException refusal =
                catchThrowableOfType(ExecutionRecordedException.class, () -> create("e1", "r1"));

        assertThat(refusal.execution()).isEqualTo(ended);
        assertThat(refusal.execution().requestIds()).containsExactly("r1");
    }

    @Test
    void shouldCreateANameOnceOfManyWhoTryAtOnce() throws Exception {
        for (int round = 0; round < 10; round++) {
            String name = "e" + round;
            List<Boolean> created = atOnce(8, n -> {
                try {
                    create(name, "r" + n);
                    return true;
                } catch (ExecutionRecordedException e) {
                    return false;
                }
            });

            assertThat(created).containsOnlyOnce(true);
            int winner = created.indexOf(true);
            assertThat(found(name).requestIds()).containsExactly("r" + winner);
            assertThat(found(name).events()).hasSize(1);
        }
    }

    @Test
    void shouldAppendEventsInTheirOrder() {
        Execution execution = create("e1", "r1");
        List<HistoryEvent> expected = new ArrayList<>(execution.events());
        for (int i = 2; i < 60; i += 2) {
            HistoryEvent entered = event(i, i, HistoryEventType.TaskStateEntered, Map.of("name", "S" + i));
            HistoryEvent exited = event(i + 1, i, HistoryEventType.TaskStateExited, Map.of("name", "S" + i));
            expected.addAll(List.of(entered, exited));
            write(execution, execution.run(), entered, exited);
            execution = found("e1");
        }

        assertThat(execution.events()).isEqualTo(expected);
        assertThat(execution.trail()).hasSize(29);
    }

    @Test
    void shouldGiveBackALongHistoryThatSeveralContainersHaveWritten() {
        Journal another = another();
        Execution execution = create("e1", "r1");
        for (int i = 2; i <= 120; i++) {
            // Every tenth is too long for the record, and the same each time
            String cause = i % 10 == 0 ? "p".repeat(3_000) : "c".repeat(1_000) + i;
            HistoryEvent event =
                    event(i, i, HistoryEventType.LambdaFunctionFailed, Map.of("error", "E", "cause", cause));
            (i % 7 < 4 ? journal : another).write(Transition.of(execution, execution.run(), List.of(event)));
            List<HistoryEvent> events = new ArrayList<>(execution.events());
            events.add(event);
            execution = execution.with(execution.run(), events);
        }
        assertThat(found("e1")).isEqualTo(execution);
        assertThat(another.find(id("e1"))).contains(execution);

        Execution failed = end(execution, ExecutionStatus.FAILED);
        HistoryEvent redriven = event(122, 9_000, HistoryEventType.ExecutionRedriven, Map.of("redriveCount", "1"));
        journal.write(redrive(failed, failed.run().redriven("message of r2", START), redriven, "r2"));
        Execution ended = end(found("e1"), ExecutionStatus.SUCCEEDED);
        assertThat(ended.events()).hasSize(123).startsWith(execution.events().toArray(HistoryEvent[]::new));
        assertThat(catchThrowableOfType(ExecutionRecordedException.class, () -> create("e1", "r2"))
                        .execution())
                .isEqualTo(ended);

        journal.delete(ended);
        Execution second = create("e1", "r3");
        assertThat(found("e1")).isEqualTo(second);
        assertThatThrownBy(() -> write(cutOff(ended, 120), ended.run(), third().get(0)))
                .isInstanceOf(ExecutionFencedException.class);
        assertThat(found("e1")).isEqualTo(second);
    }

    private static Execution cutOff(Execution execution, int events) {
        return execution.with(execution.run(), execution.events().subList(0, events));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"})
    void shouldGiveBackHowAnExecutionEnded(ExecutionStatus status) {
        Execution execution = create("e1", "r1");
        HistoryEvent last = event(2, 1_234, HistoryEventType.ExecutionFailed, Map.of("error", "E", "cause", "c"));
        Recorded.end(journal, execution, last, status);

        Execution found = found("e1");

        assertThat(found.status()).isEqualTo(status);
        assertThat(found.run()).isEqualTo(execution.run().ended(status));
        assertThat(found.events()).containsExactly(execution.events().get(0), last);
        assertThat(found.stopDate()).contains(START.plusMillis(1_234));
        assertThat(found.error()).contains("E");
        assertThat(found.output()).isEmpty();
    }

    @Test
    void shouldGiveBackARedrivenExecutionWithAllItsRequests() {
        Execution failed = end(create("e1", "r1"), ExecutionStatus.FAILED);
        RunState redriven = failed.run().redriven("message of r2", START.plusSeconds(60));
        HistoryEvent event = event(3, 9_000, HistoryEventType.ExecutionRedriven, Map.of("redriveCount", "1"));
        journal.write(redrive(failed, redriven, event, "r2 \"\n\\ é"));

        Execution found = found("e1");

        assertThat(found.status()).isEqualTo(ExecutionStatus.RUNNING);
        assertThat(found.run()).isEqualTo(redriven);
        assertThat(found.requestIds()).containsExactly("r1", "r2 \"\n\\ é");
        assertThat(found.stopDate()).isEmpty();
        assertThat(found.events()).hasSize(3);
        assertThat(names(query().in(Set.of(ExecutionStatus.FAILED)))).isEmpty();
        assertThat(list(query()).executions().get(0).stopDate()).isEmpty();
    }

    @Test
    void shouldGiveBackADoubtUntilItIsSettled() {
        Execution execution = create("e1", "r1");
        UndoFailure doubt = new UndoFailure(3, "Lambda.ServiceException", "x".repeat(5_000), START.plusSeconds(7));
        write(
                execution,
                execution.run().inDoubt(doubt),
                event(2, 0, HistoryEventType.LambdaFunctionFailed, Map.of("error", "E", "cause", "c")));
        Execution inDoubt = found("e1");
        assertThat(inDoubt.status()).isEqualTo(ExecutionStatus.IN_DOUBT);
        assertThat(inDoubt.doubt())
                .contains(new UndoFailure(3, doubt.error(), "x".repeat(1_024), START.plusSeconds(7)));
        assertThat(names(query().in(Set.of(ExecutionStatus.IN_DOUBT)))).containsExactly("e1");

        write(inDoubt, inDoubt.run().inDoubt(new UndoFailure(4, "E", "c", START)));
        Execution later = found("e1");
        assertThat(later.doubt()).contains(new UndoFailure(4, "E", "c", START));
        assertThat(later.events()).hasSize(2);

        write(
                later,
                later.run().settled(),
                event(3, 0, HistoryEventType.UndoResolved, Map.of("name", "n", "reason", "r")));
        assertThat(found("e1").doubt()).isEmpty();
        assertThat(found("e1").status()).isEqualTo(ExecutionStatus.RUNNING);
        assertThat(names(query().in(Set.of(ExecutionStatus.IN_DOUBT)))).isEmpty();
    }

    @Test
    void shouldRefuseAWriteOfWhoeverDoesNotKnowTheExecutionAsItIs() {
        Execution known = create("e1", "r1");
        RunState run = known.run();
        write(known, run, event(2, 0, HistoryEventType.ExecutionResumed, Map.of()));
        Execution found = found("e1");
        String other = UUID.randomUUID().toString();
        RunState otherToken = new RunState(
                run.status(), "other~0", run.claimedBy(), run.waiting(), run.wakeAt(), run.doubt(), run.redriveCount());
        RunState unclaimed =
                new RunState(run.status(), run.token(), Optional.empty(), run.waiting(), run.wakeAt(), run.doubt(), 0);

        assertFenced(Transition.of(known, run, List.of(event(2, 1, HistoryEventType.ExecutionResumed, Map.of()))));
        assertFenced(new Transition(found.id(), other, 2, run, run, third(), Optional.empty()));
        assertFenced(new Transition(found.id(), found.incarnation(), 3, run, run, third(), Optional.empty()));
        assertFenced(new Transition(found.id(), found.incarnation(), 2, otherToken, run, third(), Optional.empty()));
        assertFenced(new Transition(found.id(), found.incarnation(), 2, unclaimed, run, third(), Optional.empty()));
        assertFenced(new Transition(
                found.id(), found.incarnation(), 2, run.claimed("another", START), run, third(), Optional.empty()));
        assertFenced(new Transition(
                found.id(), found.incarnation(), 2, run.ended(ExecutionStatus.FAILED), run, third(), Optional.empty()));
        assertThat(found("e1")).isEqualTo(found);
        write(found, run, third().get(0));
        assertThat(found("e1").events()).hasSize(3);
    }

    private static List<HistoryEvent> third() {
        return List.of(event(3, 3, HistoryEventType.TaskStateEntered, Map.of("name", "S", "input", "i".repeat(2_000))));
    }

    private void assertFenced(Transition transition) {
        assertThatThrownBy(() -> journal.write(transition))
                .isInstanceOfSatisfying(
                        ExecutionFencedException.class,
                        e -> assertThat(e.isEnded()).isFalse());
    }

    @Test
    void shouldSayOfARefusedWriteWhetherTheExecutionHasEnded() {
        Execution known = create("e1", "r1");
        end(known, ExecutionStatus.ABORTED);
        Execution never = Recorded.started(request("e2", "r2"), START);

        assertThatThrownBy(() -> write(known, known.run(), third().get(0)))
                .isInstanceOfSatisfying(
                        ExecutionFencedException.class,
                        e -> assertThat(e.isEnded()).isTrue());
        assertThatThrownBy(() -> write(never, never.run(), third().get(0)))
                .isInstanceOfSatisfying(
                        ExecutionFencedException.class,
                        e -> assertThat(e.isEnded()).isTrue());
        assertThat(journal.find(id("e2"))).isEmpty();
    }

    @Test
    void shouldTakeOneOfTheWritesThatAreMadeAtOnce() throws Exception {
        Execution execution = create("e1", "r1");
        for (int round = 0; round < 20; round++) {
            Execution found = execution;
            int next = round + 2;
            List<Boolean> written = atOnce(6, n -> {
                try {
                    write(
                            found,
                            found.run(),
                            event(
                                    next,
                                    0,
                                    HistoryEventType.TaskStateEntered,
                                    Map.of("name", "by " + n, "input", "y".repeat(800 + 50 * next + n))));
                    return true;
                } catch (ExecutionFencedException e) {
                    return false;
                }
            });

            assertThat(written).containsOnlyOnce(true);
            execution = found("e1");
            assertThat(execution.events()).hasSize(next);
            assertThat(execution.events().get(next - 1).details()).containsEntry("name", "by " + written.indexOf(true));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_024, 1_025, 32_768, 262_144})
    void shouldGiveBackTextsOfAnyLength(int bytes) {
        String input = "{\"code\":\"ä" + "x".repeat(bytes - 13) + "\"}";
        Execution created = Recorded.create(
                journal,
                request("e1", "r1", input),
                START,
                started(input),
                event(2, 0, HistoryEventType.TaskStateEntered, Map.of("name", "CheckSafety", "input", input)));
        String output = "\"" + "😀".repeat(bytes / 4 - 1) + "\"";
        write(
                created,
                created.run(),
                event(3, 0, HistoryEventType.TaskStateExited, Map.of("name", "CheckSafety", "output", input)),
                event(4, 0, HistoryEventType.TaskStateEntered, Map.of("name", "Activate", "input", output)));

        Execution found = found("e1");

        assertThat(found.input()).isEqualTo(input);
        assertThat(found.events()).hasSize(4);
        assertThat(found.events().get(2).details()).containsEntry("output", input);
        assertThat(found.events().get(3).details()).containsEntry("input", output);
        assertThat(catchThrowableOfType(ExecutionRecordedException.class, () -> create("e1", "r2"))
                        .execution())
                .isEqualTo(found);
    }

    @Test
    void shouldUseADeletedNameAgainButNotForTheRequestsThatItHad() {
        Execution failed = end(create("e1", "r1"), ExecutionStatus.FAILED);
        journal.write(redrive(
                failed,
                failed.run().redriven("message of r2", START),
                event(3, 0, HistoryEventType.ExecutionRedriven, Map.of()),
                "r2"));
        Execution ended = end(found("e1"), ExecutionStatus.SUCCEEDED);

        journal.delete(ended);

        assertThat(journal.find(id("e1"))).isEmpty();
        assertThat(names(query())).isEmpty();
        assertThat(names(query().named("e"))).isEmpty();
        assertThatThrownBy(() -> create("e1", "r1")).isInstanceOf(ExecutionDeletedException.class);
        assertThatThrownBy(() -> create("e1", "r2")).isInstanceOf(ExecutionDeletedException.class);

        Execution second = create("e1", "r3");
        assertThat(second.incarnation()).isNotEqualTo(ended.incarnation());
        assertThat(found("e1")).isEqualTo(second);
        assertThatThrownBy(() -> create("e1", "r1"))
                .as("the name is in use again")
                .isInstanceOf(ExecutionDeletedException.class);
        assertThatThrownBy(() -> create("e1", "r4")).isInstanceOf(ExecutionRecordedException.class);

        journal.delete(end(second, ExecutionStatus.SUCCEEDED));
        for (String request : List.of("r1", "r2", "r3")) {
            assertThatThrownBy(() -> create("e1", request)).isInstanceOf(ExecutionDeletedException.class);
        }
        assertThat(create("e1", "r5").events()).hasSize(1);
    }

    @Test
    void shouldKeepTheTextsOfAnExecutionApartFromThoseOfOneThatHadItsName() {
        String input = "\"" + "z".repeat(3_000) + "\"";
        Execution first = Recorded.create(journal, request("e1", "r1", input), START, started(input));
        Execution ended = end(first, ExecutionStatus.SUCCEEDED);
        journal.delete(ended);
        Execution second = Recorded.create(journal, request("e1", "r2", input), START, started(input));

        // A write of the first, from a container that slept
        assertThatThrownBy(() -> write(first, first.run(), third().get(0)))
                .isInstanceOf(ExecutionFencedException.class);
        assertThatThrownBy(() -> journal.delete(ended)).isInstanceOf(ExecutionFencedException.class);

        assertThat(found("e1")).isEqualTo(second);
    }

    @Test
    void shouldCreateAnewOnceOfManyWhoTryAfterADelete() throws Exception {
        for (int round = 0; round < 5; round++) {
            String name = "e" + round;
            journal.delete(end(create(name, "r"), ExecutionStatus.FAILED));

            List<Boolean> created = atOnce(6, n -> {
                try {
                    create(name, n % 2 == 0 ? "r" : "r" + n);
                    assertThat(n % 2).as("the request that was deleted").isOne();
                    return true;
                } catch (ExecutionRecordedException | ExecutionDeletedException e) {
                    return false;
                } catch (JournalUnavailableException e) {
                    // "Try again": of two at the same time
                    return false;
                }
            });

            assertThat(created).containsOnlyOnce(true);
            assertThat(found(name).requestIds()).containsExactly("r" + created.indexOf(true));
        }
    }

    @Test
    void shouldRestoreAnExecutionThatHasEndedInAnotherJournal() {
        Execution ended = endedElsewhere("e1");

        journal.restore(ended);

        assertThat(found("e1")).isEqualTo(ended);
        assertThat(another().find(id("e1"))).contains(ended);
        assertThat(list(query()).executions()).containsExactly(Recorded.summary(ended));
        assertThat(names(query().named("e").in(Set.of(ended.status())))).containsExactly("e1");
        assertThat(journal.inFlight(stateMachine, 10)).isZero();
        assertThat(journal.due(stateMachine, START.plus(Duration.ofDays(1)), 10))
                .isEmpty();
        assertThatThrownBy(() -> create("e1", "r1"))
                .as("a request that it belongs to, sent again")
                .isInstanceOfSatisfying(
                        ExecutionRecordedException.class,
                        e -> assertThat(e.execution()).isEqualTo(ended));

        long next = ended.events().size() + 1L;
        HistoryEvent event = event(next, 90_000, HistoryEventType.ExecutionRedriven, Map.of("redriveCount", "2"));
        journal.write(redrive(ended, ended.run().redriven("message of r3", START), event, "r3"));
        Execution again = end(found("e1"), ExecutionStatus.SUCCEEDED);
        assertThat(again.events())
                .hasSize(ended.events().size() + 2)
                .startsWith(ended.events().toArray(HistoryEvent[]::new));
        assertThat(again.requestIds()).containsExactly("r1", "r2", "r3");
        assertThat(again.redriveCount()).isEqualTo(2);
    }

    @Test
    void shouldRestoreANameOnceOfManyWhoTryAtOnce() throws Exception {
        Execution ended = endedElsewhere("e1");

        List<Boolean> restored = atOnce(4, n -> {
            try {
                (n % 2 == 0 ? journal : another()).restore(ended);
                return true;
            } catch (ExecutionRecordedException e) {
                assertThat(e.execution()).isEqualTo(ended);
                return false;
            }
        });

        assertThat(restored).containsOnlyOnce(true);
        assertThat(found("e1")).isEqualTo(ended);
    }

    @Test
    void shouldLeaveTheExecutionThatHasTheNameOfOneToBeRestored() {
        Execution here = create("e1", "another");

        assertThatThrownBy(() -> journal.restore(endedElsewhere("e1")))
                .isInstanceOfSatisfying(
                        ExecutionRecordedException.class,
                        e -> assertThat(e.execution()).isEqualTo(here));

        assertThat(found("e1")).isEqualTo(here);
        write(here, here.run(), event(2, 0, HistoryEventType.ExecutionResumed, Map.of()));
    }

    @Test
    void shouldNotRestoreWhatWasDeleted() {
        Execution ended = endedElsewhere("e1");
        journal.restore(ended);
        journal.delete(ended);

        assertThatThrownBy(() -> journal.restore(ended)).isInstanceOf(ExecutionDeletedException.class);
        assertThat(journal.find(id("e1"))).isEmpty();

        Execution second = create("e1", "r4");
        assertThatThrownBy(() -> journal.restore(ended))
                .as("the name is in use again")
                .isInstanceOf(ExecutionDeletedException.class);
        journal.delete(end(second, ExecutionStatus.FAILED));
        Execution other = new Execution(
                stateMachine,
                "e1",
                "another incarnation",
                List.of("r5"),
                "definition",
                ended.run(),
                ended.input(),
                START,
                ended.events());
        journal.restore(other);
        assertThat(found("e1")).as("in place of what was deleted").isEqualTo(other);
    }

    /** An execution with a long history and long texts that failed, was redriven, and failed again. */
    private Execution endedElsewhere(String name) {
        Journal elsewhere = new InMemoryJournal();
        String input = "{\"ä\":\"" + "\\u0000😀".repeat(300) + "\"}";
        Recorded.create(elsewhere, request(name, "r1", input), START, started(input));
        for (int i = 2; i <= 40; i++) {
            String cause = i % 10 == 0 ? "p".repeat(3_000) : "c".repeat(500) + i;
            Recorded.append(
                    elsewhere,
                    elsewhere.find(id(name)).orElseThrow(),
                    event(i, i, HistoryEventType.LambdaFunctionFailed, Map.of("error", "E", "cause", cause)));
        }
        HistoryEvent failed = event(41, 50, HistoryEventType.ExecutionFailed, Map.of("error", "E", "cause", "c"));
        Recorded.end(elsewhere, elsewhere.find(id(name)).orElseThrow(), failed, ExecutionStatus.FAILED);
        Execution first = elsewhere.find(id(name)).orElseThrow();
        HistoryEvent redriven = event(42, 60_000, HistoryEventType.ExecutionRedriven, Map.of("redriveCount", "1"));
        elsewhere.write(redrive(first, first.run().redriven("message of r2", START), redriven, "r2"));
        HistoryEvent last = event(43, 61_000, HistoryEventType.ExecutionFailed, Map.of("error", "F", "cause", "d"));
        Recorded.end(elsewhere, elsewhere.find(id(name)).orElseThrow(), last, ExecutionStatus.FAILED);
        return elsewhere.find(id(name)).orElseThrow();
    }

    @Test
    void shouldNotDeleteWhatHasMovedOn() {
        Execution failed = end(create("e1", "r1"), ExecutionStatus.FAILED);
        journal.write(redrive(
                failed,
                failed.run().redriven("message of r2", START),
                event(3, 0, HistoryEventType.ExecutionRedriven, Map.of()),
                "r2"));

        assertThatThrownBy(() -> journal.delete(failed))
                .isInstanceOfSatisfying(
                        ExecutionFencedException.class,
                        e -> assertThat(e.isEnded()).isFalse());
        assertThat(found("e1").events()).hasSize(3);
    }

    @Test
    void shouldParkAndClaimByToken() {
        Execution created = create("e1", "r1");
        Waiting callback = new Waiting(
                Waiting.Reason.CALLBACK,
                "Review",
                "a reviewer",
                START.plusSeconds(30),
                Optional.of(
                        new PendingCallback("ab12", Optional.of(Duration.ofSeconds(30)), START.plusSeconds(3_600))));
        RunState parked = created.run().parked(callback, START.plusSeconds(30));
        write(created, parked, event(2, 0, HistoryEventType.TaskSubmitted, Map.of("resource", "review")));
        Execution waiting = found("e1");
        assertThat(waiting.run()).isEqualTo(parked);
        assertThat(waiting.run().token()).isEqualTo("message of r1~1");
        assertThat(list(query()).executions().get(0).waiting()).contains(callback);

        RunState claimed = waiting.run().claimed("wake 1", START.plusSeconds(300));
        write(waiting, claimed);
        assertThat(found("e1").run()).isEqualTo(claimed);
        assertThatThrownBy(() -> write(waiting, waiting.run().claimed("wake 2", START)))
                .isInstanceOf(ExecutionFencedException.class);
        assertThatThrownBy(() -> write(created, created.run(), third().get(0)))
                .as("the run that has parked it")
                .isInstanceOf(ExecutionFencedException.class);
        assertThat(list(query()).executions().get(0).waiting()).isEmpty();

        Waiting withoutHeartbeat = new Waiting(
                Waiting.Reason.CALLBACK,
                "Review",
                "d".repeat(300),
                START.plusSeconds(30),
                Optional.of(new PendingCallback("ab12", Optional.empty(), START.plusSeconds(30))));
        Execution running = found("e1");
        write(running, running.run().parked(withoutHeartbeat, START));
        assertThat(found("e1").waiting()).contains(withoutHeartbeat);
    }

    @Test
    void shouldFindWhatIsDue() {
        Execution soon = create("soon", "r1");
        write(soon, soon.run().parked(RETRY, START.plusSeconds(10)));
        Execution later = create("later", "r2");
        write(later, later.run().parked(RETRY, START.plusSeconds(20)));
        create("running", "r3");
        end(create("ended", "r4"), ExecutionStatus.SUCCEEDED);

        assertThat(journal.due(stateMachine, START.plusSeconds(9), 10)).isEmpty();
        assertThat(journal.due(stateMachine, START.plusSeconds(10), 10)).containsExactly(id("soon"));
        assertThat(journal.due(stateMachine, START.plusSeconds(20), 10))
                .containsExactlyInAnyOrder(id("soon"), id("later"));
        assertThat(journal.due(stateMachine, START.plus(Duration.ofMinutes(5)), 10))
                .containsExactlyInAnyOrder(id("soon"), id("later"), id("running"));
        assertThat(journal.due(stateMachine, START.plus(Duration.ofDays(1)), 2)).hasSize(2);
        assertThat(journal.due("another", START.plus(Duration.ofDays(1)), 2)).isEmpty();
    }

    @Test
    void shouldCountWhatExecutionsWaitFor() {
        for (int i = 0; i < 3; i++) {
            Execution execution = create("retry" + i, "r" + i);
            write(execution, execution.run().parked(RETRY, START));
        }
        Execution undo = create("undo", "ru");
        write(undo, undo.run().parked(new Waiting(Waiting.Reason.UNDO_FAILED, "", "", START), START));
        create("running", "r");
        end(create("ended", "re"), ExecutionStatus.FAILED);

        assertThat(journal.waiting(stateMachine, 100))
                .isEqualTo(Map.of(Waiting.Reason.RETRY, 3, Waiting.Reason.UNDO_FAILED, 1));
        assertThat(journal.waiting(stateMachine, 2).values().stream()
                        .mapToInt(Integer::intValue)
                        .sum())
                .isEqualTo(2);
        assertThat(journal.waiting("another", 2)).isEmpty();
    }

    @Test
    void shouldListTheTasksThatWaitTheFirstToEndFirstPageByPage() {
        List<ExecutionId> expected = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            Execution execution = create("task#" + i, "r" + i);
            // Two of each time, the last ones without a fraction of a second
            Instant until = START.plusMillis(500L * (i / 2));
            write(
                    execution,
                    execution
                            .run()
                            .parked(
                                    new Waiting(
                                            Waiting.Reason.CALLBACK,
                                            "Review",
                                            "",
                                            until,
                                            Optional.of(new PendingCallback("ab12", Optional.empty(), until))),
                                    until));
            expected.add(id("task#" + i));
        }
        Execution retry = create("retry", "rr");
        write(retry, retry.run().parked(RETRY, START));

        List<ExecutionId> listed = new ArrayList<>();
        Optional<String> token = Optional.empty();
        do {
            CallbackPage page = journal.callbacks(stateMachine, 3, token);
            assertThat(page.executions()).hasSizeLessThanOrEqualTo(3);
            listed.addAll(page.executions());
            token = page.nextToken();
        } while (token.isPresent());

        assertThat(listed).isEqualTo(expected);
        assertThat(journal.callbacks("another", 3, Optional.empty()).executions())
                .isEmpty();
    }

    @Test
    void shouldRefuseATokenOfNoPage() {
        Optional<String> token = Optional.of("nonsense");

        assertThatThrownBy(() -> journal.list(query(3).page(token)))
                .isInstanceOf(JournalRefusedException.class)
                .hasMessage("'nonsense' is no token of a page");
        assertThatThrownBy(() -> journal.callbacks(stateMachine, 3, token)).isInstanceOf(JournalRefusedException.class);
    }

    @Test
    void shouldListHowOftenAnExecutionWasRedriven() {
        Execution failed = end(create("e1", "r1"), ExecutionStatus.FAILED);
        assertThat(list(query()).executions().get(0).redriveCount()).contains(0);

        HistoryEvent event = event(3, 9_000, HistoryEventType.ExecutionRedriven, Map.of("redriveCount", "1"));
        journal.write(redrive(failed, failed.run().redriven("message of r2", START.plusSeconds(60)), event, "r2"));
        assertThat(list(query()).executions().get(0).redriveCount()).contains(1);

        end(found("e1"), ExecutionStatus.FAILED);
        assertThat(list(query()).executions().get(0).redriveCount()).contains(1);
    }

    @Test
    void shouldCountWhatHasNotEndedUpToALimit() {
        Execution parked = create("parked", "rp");
        write(parked, parked.run().parked(RETRY, START));
        create("running", "r");
        end(create("ended", "re"), ExecutionStatus.FAILED);

        assertThat(journal.inFlight(stateMachine, 10)).isEqualTo(2);
        assertThat(journal.inFlight(stateMachine, 1)).isEqualTo(1);
        assertThat(journal.inFlight("another", 10)).isZero();
    }

    @Test
    void shouldPostponeOnlyWhatIsAsItWasFound() {
        Execution created = create("e1", "r1");
        write(created, created.run().parked(RETRY, START.plusSeconds(10)));
        Execution found = found("e1");

        assertThat(journal.postpone(found, START.plusSeconds(70))).isTrue();
        assertThat(journal.postpone(found, START.plusSeconds(80)))
                .as("a second node")
                .isFalse();

        assertThat(found("e1").run().wakeAt()).contains(START.plusSeconds(70));
        assertThat(found("e1").waiting()).contains(RETRY);
        assertThat(journal.due(stateMachine, START.plusSeconds(69), 10)).isEmpty();
        assertThat(journal.due(stateMachine, START.plusSeconds(70), 10)).hasSize(1);
        Execution waiting = found("e1");
        write(waiting, waiting.run().claimed("wake", START.plusSeconds(70)));
        assertThat(journal.postpone(waiting, START.plusSeconds(90)))
                .as("it was woken meanwhile")
                .isFalse();
        Execution woken = found("e1");
        end(woken, ExecutionStatus.SUCCEEDED);
        assertThat(journal.postpone(woken, START.plusSeconds(90))).isFalse();
    }

    @Test
    void shouldListTheNewestFirstPageByPage() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            String name = String.format("n%02d", i);
            // Always two at one time
            Execution execution =
                    Recorded.create(journal, request(name, "r" + i), START.plusMillis(i / 2), started(Requested.INPUT));
            if (i % 3 == 0) {
                end(execution, ExecutionStatus.FAILED);
            } else if (i % 3 == 1) {
                end(execution, ExecutionStatus.SUCCEEDED);
            }
            expected.add(0, name);
        }

        for (int limit : new int[] {1, 4, 22, 23, 100}) {
            assertThat(names(query(limit))).as("pages of %d", limit).isEqualTo(expected);
        }
        assertThat(names(query(2).in(Set.of(ExecutionStatus.FAILED))))
                .containsExactly("n21", "n18", "n15", "n12", "n09", "n06", "n03", "n00");
        assertThat(names(query(2).between(Optional.of(START.plusMillis(2)), Optional.of(START.plusMillis(4)))))
                .containsExactly("n07", "n06", "n05", "n04");
        assertThat(names(query(5).in(Set.of(ExecutionStatus.RUNNING, ExecutionStatus.FAILED))
                        .between(Optional.of(START.plusMillis(10)), Optional.empty())))
                .containsExactly("n21", "n20");
        assertThat(list(query(23)).nextToken()).isEmpty();
        ExecutionSummary ended =
                list(query(1).in(Set.of(ExecutionStatus.FAILED))).executions().get(0);
        assertThat(ended)
                .isEqualTo(new ExecutionSummary(
                        stateMachine,
                        "n21",
                        ExecutionStatus.FAILED,
                        START.plusMillis(10),
                        Optional.of(START.plusSeconds(5))));
    }

    @Test
    void shouldListByNameInTheirOrderPageByPage() {
        List<String> names = List.of("a", "ab", "ab-1", "ab-10", "ab-2", "abZ", "ab_", "abz", "abé", "ab😀", "ac", "b");
        for (String name : names) {
            Execution execution = create(name, "r " + name);
            if (name.startsWith("ab-")) {
                end(execution, ExecutionStatus.FAILED);
            }
        }

        List<String> expected = names.subList(1, 10);
        for (int limit : new int[] {1, 2, 9, 50}) {
            assertThat(names(query(limit).named("ab"))).as("pages of %d", limit).isEqualTo(expected);
        }
        assertThat(names(query(2).named("ab").in(Set.of(ExecutionStatus.FAILED))))
                .containsExactly("ab-1", "ab-10", "ab-2");
        assertThat(names(query(2).named("é"))).isEmpty();
        assertThat(names(query(2).named("abé"))).containsExactly("abé");
        assertThat(names(query(2).named("ab").between(Optional.of(START.plusSeconds(1)), Optional.empty())))
                .isEmpty();
    }

    @Test
    void shouldAnswer() throws Exception {
        assertThat(journal.check().question().call()).isNotBlank();
    }

    private ExecutionQuery query() {
        return query(10);
    }

    private ExecutionQuery query(int limit) {
        return ExecutionQuery.all(stateMachine, limit);
    }

    private ExecutionPage list(ExecutionQuery query) {
        return journal.list(query);
    }

    /** The names on all pages. */
    private List<String> names(ExecutionQuery query) {
        List<String> names = new ArrayList<>();
        Optional<String> token = Optional.empty();
        do {
            ExecutionPage page = journal.list(query.page(token));
            assertThat(page.executions()).hasSizeLessThanOrEqualTo(query.limit());
            page.executions().forEach(execution -> names.add(execution.name()));
            token = page.nextToken();
        } while (token.isPresent());
        return names;
    }

    private Execution create(String name, String requestId) {
        return Recorded.create(journal, request(name, requestId), START, started(Requested.INPUT));
    }

    private Execution end(Execution execution, ExecutionStatus status) {
        HistoryEvent last = event(
                execution.events().size() + 1L,
                5_000,
                status == ExecutionStatus.SUCCEEDED
                        ? HistoryEventType.ExecutionSucceeded
                        : HistoryEventType.ExecutionFailed,
                Map.of("output", "{}"));
        Recorded.end(journal, execution, last, status);
        return found(execution.name());
    }

    private void write(Execution found, RunState to, HistoryEvent... events) {
        journal.write(Transition.of(found, to, Arrays.asList(events)));
    }

    private static Transition redrive(Execution found, RunState to, HistoryEvent event, String requestId) {
        return new Transition(
                found.id(),
                found.incarnation(),
                found.events().size(),
                found.run(),
                to,
                List.of(event),
                Optional.of(requestId));
    }

    private Execution found(String name) {
        return journal.find(id(name)).orElseThrow();
    }

    private ExecutionId id(String name) {
        return new ExecutionId(stateMachine, name);
    }

    private StartRequest request(String name, String requestId) {
        return request(name, requestId, Requested.INPUT);
    }

    private StartRequest request(String name, String requestId, String input) {
        return new StartRequest(
                stateMachine, name, requestId, "message of " + requestId, ExecutionType.STANDARD, false, input);
    }

    private static HistoryEvent started(String input) {
        return event(1, 0, HistoryEventType.ExecutionStarted, Map.of("input", input));
    }

    private static HistoryEvent event(long id, long millis, HistoryEventType type, Map<String, String> details) {
        return new HistoryEvent(id, START.plusMillis(millis), type, details);
    }

    private interface Attempt {
        boolean succeeds(int n);
    }

    /** Whether each of several attempts at the same time has succeeded. */
    private static List<Boolean> atOnce(int threads, Attempt attempt) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Boolean>> attempts = IntStream.range(0, threads)
                    .mapToObj(n -> executor.submit(() -> attempt.succeeds(n)))
                    .toList();
            List<Boolean> succeeded = new ArrayList<>();
            for (Future<Boolean> future : attempts) {
                succeeded.add(future.get());
            }
            return succeeded;
        } finally {
            executor.shutdownNow();
        }
    }
}
