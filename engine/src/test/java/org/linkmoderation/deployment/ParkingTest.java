package org.linkmoderation.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.linkmoderation.testkit.Requested.INPUT;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionAlreadyExistsException;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.ServiceUnavailableException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.Waiting;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.JournalUnavailableException;
import org.linkmoderation.run.ExecutionRunner;
import org.linkmoderation.run.Outcome;
import org.linkmoderation.run.RunPolicy;
import org.linkmoderation.run.RunningExecution;
import org.linkmoderation.run.Sweep;
import org.linkmoderation.run.Wake;
import org.linkmoderation.states.StateMachineBuilder;
import org.linkmoderation.states.TaskKind;
import org.linkmoderation.testkit.AnyObject;
import org.linkmoderation.testkit.InMemoryJournal;
import org.linkmoderation.testkit.InMemoryJournal.Failure;
import org.linkmoderation.testkit.RecordedEvents;
import org.linkmoderation.testkit.Requested;
import org.linkmoderation.testkit.SettableClock;

/** The schedules in which an execution could be lost, driven twice, or driven by a run that is not its own. */
class ParkingTest {
    private static final ExecutionId ID = new ExecutionId("moderation", "e1");
    private static final StartRequest REQUEST = Requested.start("e1", "id-1", INPUT);
    private static final Duration TIMEOUT = Duration.ofDays(2);
    private static final Duration TAKE_OVER = Duration.ofMinutes(5);

    private static final CamelContext CONTEXT = new DefaultCamelContext();
    private static Step step;
    private static Duration pause;

    /** What the task of the state machine does. */
    private interface Step {
        String run(RunningExecution execution) throws Exception;
    }

    private final InMemoryJournal journal = new InMemoryJournal();
    private final SettableClock clock = new SettableClock();
    private final ExecutionRunner runner = runner("v1");
    private final List<Wake> sent = new ArrayList<>();
    private final Sweep sweep = new Sweep("moderation", journal, runner, sent::add, clock);
    private final ExecutionsService operator = new ExecutionsService(journal, new Observation(null), clock);
    private int runs;

    private ExecutionRunner runner(String definition) {
        return new ExecutionRunner(
                journal,
                CONTEXT.createProducerTemplate(),
                RunPolicy.of(TIMEOUT).definition(definition),
                clock,
                new RecordedEvents());
    }

    /** Check, and while it does not answer "done", Cool and Check again. */
    @BeforeAll
    static void start() throws Exception {
        CONTEXT.disableJMX();
        CONTEXT.addRoutes(new StateMachineBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:moderation")
                        .to("direct:Check")
                        .loopDoWhile(body().isNotEqualTo("\"done\""))
                        .to("direct:Cool")
                        .to("direct:Check")
                        .end();
                waitUntil("Cool", (exchange, entered) -> entered.plus(pause));
                task("Check").process(exchange -> {
                    RunningExecution execution = RunningExecution.of(exchange);
                    exchange.getMessage()
                            .setBody(execution.attempt(
                                    TaskKind.SERVICE_INTEGRATION, Map.of(), () -> step.run(execution)));
                });
            }
        });
        CONTEXT.start();
    }

    @AfterAll
    static void stop() {
        CONTEXT.stop();
    }

    @BeforeEach
    void reset() {
        pause = Duration.ofSeconds(10);
        step = execution -> ++runs < 3 ? "\"wait\"" : "\"done\"";
        operator.addStateMachine(new AnyObject() {
            @Override
            public void wake(Wake wake) {
                sent.add(wake);
            }
        });
    }

    @Test
    void shouldHoldNothingWhileItWaits() throws Exception {
        Wake wake = parked(runner.run(REQUEST));

        Execution parked = recorded();
        assertThat(parked.status()).isEqualTo(ExecutionStatus.RUNNING);
        assertThat(parked.run().claimedBy()).isEmpty();
        assertThat(parked.waiting().orElseThrow())
                .isEqualTo(new Waiting(
                        Waiting.Reason.WAIT_STATE, "Cool", "", clock.instant().plus(pause)));
        assertThat(wake.at()).isEqualTo(clock.instant().plus(pause));
    }

    @Test
    void shouldEnterAStateAsOftenAsTheLoopDoes() throws Exception {
        Wake first = parked(runner.run(REQUEST));
        clock.advance(pause);
        Wake second = parked(runner.wake(first, "w1"));
        clock.advance(pause);

        assertThat(runner.wake(second, "w2")).isInstanceOf(Outcome.Ended.class);

        assertThat(recorded().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(recorded().trail()).containsExactly("Check", "Cool", "Check", "Cool", "Check");
        assertThat(runs).isEqualTo(3);
        assertThat(types()).as("a planned wake is no resumption").doesNotContain("ExecutionResumed");
    }

    @Test
    void shouldDropAWakeThatIsTooOld() throws Exception {
        Wake first = parked(runner.run(REQUEST));
        clock.advance(pause);
        Wake second = parked(runner.wake(first, "w1"));

        assertThat(parked(runner.wake(first, "w1")))
                .as("its parker may have been cut off before it sent the next one")
                .isEqualTo(second);
        clock.advance(pause);
        runner.wake(second, "w2");
        assertThat(runner.wake(first, "w1")).isInstanceOf(Outcome.Done.class);
        assertThat(runner.run(REQUEST)).isInstanceOf(Outcome.Done.class);
        assertThat(runs).isEqualTo(3);
    }

    @Test
    void shouldLetOneOfTwoWakesDrive() throws Exception {
        Wake wake = parked(runner.run(REQUEST));
        clock.advance(pause);
        List<Outcome> other = new ArrayList<>();
        step = execution -> {
            runs++;
            other.add(runner.wake(wake, "another message"));
            return "\"done\"";
        };

        assertThat(runner.wake(wake, "w1")).isInstanceOf(Outcome.Ended.class);

        assertThat(other).containsExactly(new Outcome.Done());
        assertThat(runs).isEqualTo(2);
        assertThat(runner.wake(wake, "w1")).as("delivered again: told again").isInstanceOf(Outcome.Ended.class);
        assertThat(runner.wake(wake, "another message")).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void shouldSendTheWakeAgainWhereItDiesBetweenParkAndAcknowledgement() throws Exception {
        journal.failAt(HistoryEventType.WaitStateEntered, Failure.AFTER);
        assertThatThrownBy(() -> runner.run(REQUEST)).isInstanceOf(JournalUnavailableException.class);

        Wake wake = parked(runner.run(REQUEST));

        assertThat(wake.token()).isEqualTo(recorded().run().token());
        assertThat(runs).isEqualTo(1);
    }

    @Test
    void shouldGoOnAfterAWakeThatDied() throws Exception {
        Wake wake = parked(runner.run(REQUEST));
        clock.advance(pause);
        journal.failAt(1, Failure.AFTER);
        assertThatThrownBy(() -> runner.wake(wake, "w1")).isInstanceOf(JournalUnavailableException.class);

        assertThat(runner.wake(wake, "another message")).as("claimed").isInstanceOf(Outcome.Done.class);
        parked(runner.wake(wake, "w1"));

        assertThat(types()).containsOnlyOnce("ExecutionResumed");
    }

    @Test
    void shouldFindAnExecutionWhoseWakeWasLost() throws Exception {
        runner.run(REQUEST);
        clock.advance(pause);
        sweep();
        assertThat(sent).as("the message may still come").isEmpty();
        clock.advance(Duration.ofMinutes(1));

        sweep();
        sweep();

        assertThat(sent).hasSize(1);
        parked(runner.wake(sent.get(0), "w1"));
        assertThat(runs).isEqualTo(2);
    }

    @Test
    void shouldWakeByTheSweepAloneWhatWaitsForHours() throws Exception {
        pause = Duration.ofHours(3);
        assertThat(runner.run(REQUEST)).as("no message that long").isInstanceOf(Outcome.Done.class);
        clock.advance(pause.minusSeconds(1));
        sweep();
        assertThat(sent).isEmpty();
        clock.advance(Duration.ofSeconds(1));

        sweep();

        assertThat(sent).hasSize(1);
    }

    @Test
    void shouldTakeUpAnExecutionThatNobodyDrives() throws Exception {
        journal.failAt(HistoryEventType.TaskScheduled, Failure.AFTER);
        assertThatThrownBy(() -> runner.run(REQUEST)).isInstanceOf(JournalUnavailableException.class);
        clock.advance(TAKE_OVER);
        sweep();
        assertThat(sent).as("a call may take that long").isEmpty();
        clock.advance(Duration.ofSeconds(1));

        sweep();
        assertThat(sent).hasSize(1);
        parked(runner.wake(sent.get(0), "w1"));

        assertThat(runner.run(REQUEST)).as("its own message, late").isInstanceOf(Outcome.Done.class);
        assertThat(types()).containsOnlyOnce("ExecutionResumed");
        assertThat(runs).isEqualTo(1);
    }

    @Test
    void shouldTakeUpByAResentMessageWhatNobodyDrives() throws Exception {
        journal.failAt(HistoryEventType.TaskScheduled, Failure.AFTER);
        assertThatThrownBy(() -> runner.run(REQUEST)).isInstanceOf(JournalUnavailableException.class);
        StartRequest resent = REQUEST.deliveredAs("the dead letter, sent again");

        assertThat(runner.run(resent)).as("it may be alive").isInstanceOf(Outcome.Done.class);
        clock.advance(TAKE_OVER.plusSeconds(1));
        Wake wake = parked(runner.run(resent));

        parked(runner.wake(wake, "w1"));
        assertThat(runs).isEqualTo(1);
    }

    @Test
    void shouldTimeOutWhileItWaits() throws Exception {
        pause = Duration.ofDays(30);
        runner.run(REQUEST);
        assertThat(recorded().waiting().orElseThrow().until())
                .isEqualTo(clock.instant().plus(TIMEOUT));
        clock.advance(TIMEOUT);
        sweep();

        runner.wake(sent.get(0), "w1");

        assertThat(recorded().status()).isEqualTo(ExecutionStatus.TIMED_OUT);
    }

    @Test
    void shouldStopAtOnceWhatWaits() throws Exception {
        Wake wake = parked(runner.run(REQUEST));

        operator.stop(ID, "Operator.Stop", "wrong link");

        assertThat(recorded().status()).isEqualTo(ExecutionStatus.ABORTED);
        assertThat(recorded().run().wakeAt()).isEmpty();
        assertThat(runner.wake(sent.get(0), "w1")).as("its end is told").isInstanceOf(Outcome.Ended.class);
        assertThat(runner.wake(wake, "w2")).isInstanceOf(Outcome.Done.class);
        assertThat(runs).isEqualTo(1);
    }

    @Test
    void shouldHoldBackAMessageThatTheBrokerDidNotDelay() throws Exception {
        Wake wake = parked(runner.run(REQUEST));

        assertThat(runner.wake(wake, "w1")).isInstanceOf(Outcome.Done.class);
        assertThat(runner.brokerDelays()).isFalse();
        clock.advance(pause);
        sweep();

        assertThat(sent).hasSize(1);
        parked(runner.wake(sent.get(0), "w2"));
    }

    @Test
    void shouldNotWriteToAnotherExecutionOfTheSameName() throws Exception {
        StartRequest other = Requested.start("e1", "id-2", "{\"code\":\"a1\",\"url\":\"https://example.net/\"}");
        step = execution -> {
            operator.stop(ID, "", "");
            operator.delete(ID);
            step = again -> "\"wait\"";
            runner.run(other);
            return "\"done\"";
        };

        assertThatThrownBy(() -> runner.run(REQUEST)).isInstanceOf(ExecutionFencedException.class);

        assertThat(recorded().requestIds()).containsExactly("id-2");
        assertThat(recorded().status()).isEqualTo(ExecutionStatus.RUNNING);
        assertThat(recorded().trail()).containsExactly("Check", "Cool");
        assertThat(runner.run(REQUEST)).as("delivered again").isInstanceOf(Outcome.Done.class);
    }

    @Test
    void shouldNotStartAgainWhatWasDeleted() throws Exception {
        journal.failAt(HistoryEventType.TaskScheduled, Failure.AFTER);
        assertThatThrownBy(() -> runner.run(REQUEST)).isInstanceOf(JournalUnavailableException.class);
        operator.stop(ID, "", "");
        operator.delete(ID);

        assertThat(runner.run(REQUEST)).isInstanceOf(Outcome.Done.class);

        assertThat(journal.find(ID)).isEmpty();
        assertThat(runs).isZero();
        parked(runner.run(Requested.start("e1", "id-2", INPUT)));
    }

    @Test
    void shouldRefuseARequestIdThatComesWithAnotherInput() throws Exception {
        runner.run(REQUEST);

        StartRequest other = Requested.start("e1", "id-1", "{\"code\":\"a2\"}").deliveredAs("another message");

        assertThatThrownBy(() -> runner.run(other))
                .isInstanceOf(InvalidRequestException.class)
                .isNotInstanceOf(ExecutionAlreadyExistsException.class)
                .hasMessage("RequestId 'id-1' started the execution 'e1' of state machine 'moderation' with another"
                        + " input; expected the same input, or another id");
    }

    @Test
    void shouldWaitForAnOperatorWhereTheDefinitionHasChanged() throws Exception {
        Wake wake = parked(runner.run(REQUEST));
        clock.advance(pause);
        step = execution -> "\"done\"";
        // As if the history were of a definition with another first state
        Execution found = recorded();
        journal.forget(ID);
        List<HistoryEvent> events = new ArrayList<>(found.events());
        events.set(
                1,
                new HistoryEvent(
                        2,
                        events.get(1).timestamp(),
                        HistoryEventType.TaskStateEntered,
                        Map.of("name", "Renamed", "input", INPUT)));
        journal.create(found, events);

        ExecutionRunner changed = runner("v2");
        Wake next = parked(changed.wake(wake, "w1"));

        assertThat(recorded().waiting().orElseThrow().reason()).isEqualTo(Waiting.Reason.DEFINITION_CHANGED);
        assertThat(recorded().events()).as("nothing was done").hasSize(events.size());
        assertThat(next.at()).isAfter(clock.instant());
        operator.stop(ID, "Operator.Stop", "an old definition");
        assertThat(recorded().status()).isEqualTo(ExecutionStatus.ABORTED);
    }

    @Test
    void shouldWaitLongerEachTimeThatAServiceDoesNotAnswer() throws Exception {
        step = execution -> {
            throw new ServiceUnavailableException("no answer", null);
        };
        Wake wake = parked(runner.run(REQUEST));
        List<Long> delays = new ArrayList<>();
        for (int n = 1; n <= 9; n++) {
            delays.add(Duration.between(clock.instant(), wake.at()).toSeconds());
            clock.advance(Duration.between(clock.instant(), wake.at()));
            wake = parked(runner.wake(wake, "w" + n));
        }

        assertThat(delays).containsExactly(1L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
        assertThat(types()).as("an outage does not fill the history").hasSize(4);
        step = execution -> "\"done\"";
        clock.advance(Duration.ofMinutes(1));
        assertThat(runner.wake(wake, "last")).isInstanceOf(Outcome.Ended.class);
    }

    @Test
    void shouldKeepWhatFailedThoughItIsParked() throws Exception {
        step = execution -> {
            throw new TaskFailedException("CustomError", "broken");
        };

        runner.run(REQUEST);

        assertThat(recorded().status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(recorded().error()).contains("CustomError");
    }

    private Wake parked(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Parked.class);
        return ((Outcome.Parked) outcome).wake();
    }

    private void sweep() {
        sweep.process(new DefaultExchange(CONTEXT));
    }

    private Execution recorded() {
        return journal.find(ID).orElseThrow();
    }

    private List<String> types() {
        return recorded().events().stream().map(event -> event.type().name()).toList();
    }
}
