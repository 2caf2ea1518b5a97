package org.linkmoderation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.linkmoderation.testkit.Requested.INPUT;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionAlreadyExistsException;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.JournalUnavailableException;
import org.linkmoderation.states.TaskKind;
import org.linkmoderation.testkit.InMemoryJournal;
import org.linkmoderation.testkit.InMemoryJournal.Failure;
import org.linkmoderation.testkit.Recorded;
import org.linkmoderation.testkit.RecordedEvents;
import org.linkmoderation.testkit.Requested;
import org.linkmoderation.testkit.SettableClock;
import software.amazon.awssdk.core.exception.AbortedException;

/** The runner over a state machine of one step, which each test sets. */
class ExecutionRunnerTest {
    private static final StartRequest REQUEST = Requested.start("e1", "id-1", INPUT);
    private static final ExecutionId ID = new ExecutionId("moderation", "e1");
    private static final Duration TIMEOUT = Duration.ofHours(1);

    static final List<Exception> PASSING = List.of(
            new JournalUnavailableException("The journal can't be reached", null),
            AbortedException.create("Thread was interrupted"),
            new RejectedExecutionException("The container stops"),
            new InterruptedException());

    private static final CamelContext CONTEXT = new DefaultCamelContext();
    private static Step step;

    /** What the one task of the state machine does. */
    private interface Step {
        String run(RunningExecution execution) throws Exception;
    }

    private final InMemoryJournal journal = new InMemoryJournal();
    private final SettableClock clock = new SettableClock();
    private final RecordedEvents told = new RecordedEvents();
    private final ExecutionRunner runner =
            new ExecutionRunner(journal, CONTEXT.createProducerTemplate(), RunPolicy.of(TIMEOUT), clock, told);
    private int runs;

    @BeforeAll
    static void start() throws Exception {
        CONTEXT.disableJMX();
        CONTEXT.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:moderation").process(exchange -> {
                    RunningExecution execution = RunningExecution.of(exchange);
                    execution.enter(HistoryEventType.TaskStateEntered, "Step", execution.input());
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
        step = execution -> {
            runs++;
            return "\"done\"";
        };
    }

    @Test
    void shouldRunAnExecutionToItsEnd() throws Exception {
        step = execution -> "{\"of\":" + execution.input() + "}";

        Execution execution = run(REQUEST).orElseThrow();

        assertThat(execution.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(execution.output()).contains("{\"of\":" + INPUT + "}");
        assertThat(recorded().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(recorded().output()).isEqualTo(execution.output());
        assertThat(types())
                .startsWith("ExecutionStarted")
                .endsWith("ExecutionSucceeded")
                .hasSize(7);
    }

    @Test
    void shouldFailWithTheErrorOfAState() throws Exception {
        step = execution -> {
            throw new TaskFailedException("CustomError", "broken");
        };

        Execution execution = run(REQUEST).orElseThrow();

        assertThat(execution.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(recorded().error()).contains("CustomError");
        assertThat(recorded().cause()).contains("broken");
        assertThat(types()).endsWith("TaskFailed", "ExecutionFailed");
    }

    @Test
    void shouldFailWithADefect() throws Exception {
        step = execution -> {
            throw new IllegalStateException("cannot be");
        };

        run(REQUEST);

        assertThat(recorded().status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(recorded().error()).contains("States.Runtime");
        assertThat(recorded().cause()).contains("java.lang.IllegalStateException: cannot be");
    }

    @ParameterizedTest
    @FieldSource("PASSING")
    void shouldBeDeliveredAgainBehindWhatPasses(Exception passing) throws Exception {
        step = execution -> {
            throw passing;
        };

        assertThatThrownBy(() -> run(REQUEST)).isSameAs(passing);
        reset();
        run(REQUEST);

        assertThat(recorded().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    }

    @Test
    void shouldAnswerAMessageThatIsDeliveredAgainWithWhatItCameTo() throws Exception {
        run(REQUEST);

        assertThat(run(REQUEST)).contains(recorded());

        assertThat(types())
                .startsWith("ExecutionStarted")
                .endsWith("ExecutionSucceeded")
                .hasSize(7);
    }

    @Test
    void shouldSayNothingToASecondMessageOfTheSameRequest() throws Exception {
        run(REQUEST);

        assertThat(run(REQUEST.deliveredAs("another message"))).isEmpty();
    }

    @Test
    void shouldLeaveARunningExecutionToTheMessageThatStartedIt() throws Exception {
        dieBehindTheStart();

        assertThat(run(REQUEST.deliveredAs("another message"))).isEmpty();
        assertThat(recorded().status()).isEqualTo(ExecutionStatus.RUNNING);
        run(REQUEST);

        assertThat(recorded().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    }

    @Test
    void shouldRefuseTheNameOfAnExecutionThatHasEnded() throws Exception {
        run(REQUEST);

        assertThatThrownBy(() -> run(Requested.start("e1", "id-2", INPUT)))
                .isInstanceOf(ExecutionAlreadyExistsException.class)
                .hasMessage("ExecutionAlreadyExists: the execution 'e1' of state machine 'moderation' ended with status"
                        + " SUCCEEDED");
    }

    @Test
    void shouldTakeASecondRequestForARunningExecutionAsTheFirst() throws Exception {
        dieBehindTheStart();

        assertThat(run(Requested.start("e1", "id-2", "{\"url\": \"https://example.org/\", \"code\": \"a1\"}")))
                .isEmpty();
    }

    @Test
    void shouldRefuseTheNameOfAnExecutionThatRunsWithAnotherInput() {
        dieBehindTheStart();

        assertThatThrownBy(() -> run(Requested.start("e1", "id-2", "{\"code\":\"a2\"}")))
                .isInstanceOf(ExecutionAlreadyExistsException.class)
                .hasMessage("ExecutionAlreadyExists: the execution 'e1' of state machine 'moderation' is running with"
                        + " another input");
    }

    @Test
    void shouldGoOnWithTheRecordedInput() throws Exception {
        dieBehindTheStart();
        step = RunningExecution::input;

        run(new StartRequest(
                "moderation", "e1", "id-1", REQUEST.deliveryId(), ExecutionType.STANDARD, false, "{\"code\":\"a2\"}"));

        assertThat(recorded().output()).contains(INPUT);
    }

    @Test
    void shouldBeDeliveredAgainBehindARunThatHasTakenOver() {
        step = execution -> {
            Recorded.append(journal, recorded(), event(5));
            return "{}";
        };

        assertThatThrownBy(() -> run(REQUEST)).isInstanceOf(ExecutionFencedException.class);
    }

    @Test
    void shouldAcceptThatTheExecutionWasAbortedMeanwhile() throws Exception {
        step = execution -> {
            HistoryEvent aborted =
                    new HistoryEvent(5, recordedDate(), HistoryEventType.ExecutionAborted, Map.of("error", "Stopped"));
            Recorded.end(journal, recorded(), aborted, ExecutionStatus.ABORTED);
            return "{}";
        };

        Execution execution = run(REQUEST).orElseThrow();

        assertThat(execution.status()).isEqualTo(ExecutionStatus.ABORTED);
        assertThat(types()).endsWith("TaskStarted", "ExecutionAborted");
    }

    @Test
    void shouldAcceptThatTheRecordWasDeletedMeanwhile() throws Exception {
        step = execution -> {
            journal.forget(ID);
            return "{}";
        };

        assertThat(run(REQUEST)).isEmpty();
    }

    @Test
    void shouldNotRunWhatTheJournalDoesNotTake() {
        journal.failAt(1, Failure.BEFORE);

        assertThatThrownBy(() -> run(REQUEST)).isInstanceOf(JournalUnavailableException.class);
        assertThat(journal.find(ID)).isEmpty();
    }

    @Test
    void shouldKeepNothingOfAnExpressExecution() throws Exception {
        Execution execution = run(Requested.express("e1", "id-1", INPUT)).orElseThrow();

        assertThat(execution.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(execution.output()).contains("\"done\"");
        assertThat(journal.writes()).isZero();
    }

    @Test
    void shouldRunAnExpressExecutionAgainWheneverItIsAskedTo() throws Exception {
        run(Requested.express("e1", "id-1", INPUT));
        run(Requested.express("e1", "id-1", INPUT));
        run(Requested.express("e1", "id-2", "{\"code\":\"a2\"}"));

        assertThat(runs).isEqualTo(3);
    }

    @Test
    void shouldGiveAnExpressExecutionFiveMinutesAtMost() throws Exception {
        Duration[] remaining = new Duration[1];
        step = execution -> {
            remaining[0] = execution.remaining();
            return "{}";
        };

        run(Requested.express("e1", "id-1", INPUT));
        assertThat(remaining[0]).isEqualTo(Duration.ofMinutes(5));
        run(Requested.start("e2", "id-2", INPUT));
        assertThat(remaining[0]).isEqualTo(TIMEOUT);
    }

    @Test
    void shouldFailAnExpressExecutionWithTheErrorOfAState() throws Exception {
        step = execution -> {
            throw new TaskFailedException("CustomError", "broken");
        };

        Execution execution = run(Requested.express("e1", "id-1", INPUT)).orElseThrow();

        assertThat(execution.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(execution.error()).contains("CustomError");
    }

    @Test
    void shouldRefuseToRedriveAnExpressExecution() {
        StartRequest redrive = new StartRequest("moderation", "e1", "r", "m", ExecutionType.EXPRESS, true, "{}");

        assertThatThrownBy(() -> run(redrive))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("An EXPRESS execution has no record to redrive");
    }

    /** The record is created, and the container dies. */
    private void dieBehindTheStart() {
        Recorded.create(journal, REQUEST, recordedDate(), event(1));
    }

    private static HistoryEvent event(long id) {
        return new HistoryEvent(id, recordedDate(), HistoryEventType.ExecutionStarted, Map.of("input", INPUT));
    }

    private static Instant recordedDate() {
        return new SettableClock().instant();
    }

    private Optional<Execution> run(StartRequest request) throws Exception {
        return runner.run(request) instanceof Outcome.Ended ended ? Optional.of(ended.execution()) : Optional.empty();
    }

    private Execution recorded() {
        return journal.find(ID).orElseThrow();
    }

    private List<String> types() {
        return recorded().events().stream().map(event -> event.type().name()).toList();
    }
}
