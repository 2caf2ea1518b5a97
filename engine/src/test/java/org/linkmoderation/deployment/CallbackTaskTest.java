package org.linkmoderation.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.linkmoderation.testkit.Requested.INPUT;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.Waiting;
import org.linkmoderation.run.ExecutionRunner;
import org.linkmoderation.run.Outcome;
import org.linkmoderation.run.RunPolicy;
import org.linkmoderation.run.Sweep;
import org.linkmoderation.run.Wake;
import org.linkmoderation.states.CallbackTask;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.StateMachineBuilder;
import org.linkmoderation.testkit.AnyObject;
import org.linkmoderation.testkit.InMemoryJournal;
import org.linkmoderation.testkit.RecordedEvents;
import org.linkmoderation.testkit.Requested;
import org.linkmoderation.testkit.SettableClock;

class CallbackTaskTest {
    private static final ExecutionId ID = new ExecutionId("moderation", "e1");
    private static final StartRequest REQUEST = Requested.start("e1", "id-1", INPUT);
    private static final Duration TIMEOUT = Duration.ofHours(72);
    private static final Duration HEARTBEAT = Duration.ofHours(1);
    private static final CamelContext CONTEXT = new DefaultCamelContext();
    private static final List<String> TOKENS = new ArrayList<>();

    private final InMemoryJournal journal = new InMemoryJournal();
    private final SettableClock clock = new SettableClock();
    private final ExecutionRunner runner = new ExecutionRunner(
            journal, CONTEXT.createProducerTemplate(), RunPolicy.of(Duration.ofDays(30)), clock, new RecordedEvents());
    private final List<Wake> sent = new ArrayList<>();
    private final Sweep sweep = new Sweep("moderation", journal, runner, sent::add, clock);
    private final ExecutionsService operator = new ExecutionsService(journal, new Observation(null), clock);

    @BeforeAll
    static void start() throws Exception {
        CONTEXT.disableJMX();
        CONTEXT.addRoutes(new StateMachineBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:moderation").to("direct:Review");
                task("Review").to("direct:askReviewer");
                attempt("askReviewer")
                        .policy(new CallbackTask("jms", "sendMessage", TIMEOUT, Optional.of(HEARTBEAT), Retry.NONE))
                        .process(exchange ->
                                TOKENS.add(exchange.getMessage().getHeader(CallbackTask.TASK_TOKEN, String.class)))
                        .end();
            }
        });
        CONTEXT.start();
    }

    @AfterAll
    static void stop() {
        CONTEXT.stop();
    }

    @BeforeEach
    void reset() throws Exception {
        TOKENS.clear();
        operator.addStateMachine(new AnyObject() {
            @Override
            public void wake(Wake wake) {
                sent.add(wake);
            }
        });
        runner.run(REQUEST);
    }

    @Test
    void shouldWaitForTheAnswerWithoutAMessage() {
        Waiting waiting = recorded().waiting().orElseThrow();

        assertThat(waiting.reason()).isEqualTo(Waiting.Reason.CALLBACK);
        assertThat(waiting.until()).isEqualTo(clock.instant().plus(HEARTBEAT));
        assertThat(recorded().toString()).as("the token is nowhere").doesNotContain(TOKENS.get(0));
        assertThat(types())
                .containsExactly(
                        "ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSubmitted");
    }

    @Test
    void shouldGoOnWithTheAnswer() throws Exception {
        operator.sendTaskSuccess(TOKENS.get(0), "{\"approved\":true}");

        assertThat(runner.wake(sent.get(0), "w1")).isInstanceOf(Outcome.Ended.class);

        assertThat(recorded().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(recorded().output()).contains("{\"approved\":true}");
        assertThat(TOKENS).hasSize(1);
        assertThat(types()).containsSequence("TaskSubmitted", "TaskSucceeded", "TaskStateExited");
    }

    @Test
    void shouldFailWithTheAnswer() throws Exception {
        operator.sendTaskFailure(TOKENS.get(0), "Rejected", "a phishing page");

        runner.wake(sent.get(0), "w1");

        assertThat(recorded().status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(recorded().error()).contains("Rejected");
        assertThat(recorded().cause()).contains("a phishing page");
    }

    @Test
    void shouldTakeATokenOnce() throws Exception {
        operator.sendTaskSuccess(TOKENS.get(0), "{}");

        assertThatThrownBy(() -> operator.sendTaskSuccess(TOKENS.get(0), "{}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("TaskTimedOut: no task of the execution 'e1' waits for this token; it was used, or its task"
                        + " is over");
    }

    @Test
    void shouldTakeNoForgedToken() {
        for (String forged : List.of("", "x", "a.b", "bW9kZXJhdGlvbgplMQo", "%%%", "x".repeat(5_000))) {
            assertThatThrownBy(() -> operator.sendTaskSuccess(forged, "{}"))
                    .as(forged)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageMatching("(InvalidToken|TaskTimedOut): .*");
        }
        assertThat(recorded().waiting()).isPresent();
        assertThat(types()).hasSize(5);
    }

    @Test
    void shouldRefuseAnOutputThatIsNoJson() {
        assertThatThrownBy(() -> operator.sendTaskSuccess(TOKENS.get(0), "{\"a\":1,\"a\":2}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("InvalidOutput: ");
        assertThat(recorded().waiting()).isPresent();
    }

    @Test
    void shouldTimeOutWithoutAHeartbeat() throws Exception {
        clock.advance(HEARTBEAT.minusMinutes(1));
        operator.sendTaskHeartbeat(TOKENS.get(0));
        clock.advance(HEARTBEAT.minusMinutes(1));
        sweep();
        assertThat(sent).as("it is at work").isEmpty();
        clock.advance(Duration.ofMinutes(1));
        sweep();

        runner.wake(sent.get(0), "w1");

        assertThat(recorded().error()).contains("States.HeartbeatTimeout");
        assertThatThrownBy(() -> operator.sendTaskSuccess(TOKENS.get(0), "{}"))
                .hasMessageStartingWith("TaskTimedOut: ");
    }

    @Test
    void shouldTimeOutHoweverManyHeartbeatsCome() throws Exception {
        for (int hour = 0; hour < 143; hour++) {
            clock.advance(Duration.ofMinutes(30));
            operator.sendTaskHeartbeat(TOKENS.get(0));
        }
        clock.advance(Duration.ofMinutes(30));
        sweep();

        runner.wake(sent.get(0), "w1");

        assertThat(recorded().error()).contains("States.Timeout");
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
