package org.linkmoderation.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.linkmoderation.testkit.Requested.INPUT;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linkmoderation.Decision;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.PendingTask;
import org.linkmoderation.PendingTaskPage;
import org.linkmoderation.StartRequest;
import org.linkmoderation.run.ExecutionRunner;
import org.linkmoderation.run.Outcome;
import org.linkmoderation.run.RunPolicy;
import org.linkmoderation.run.Wake;
import org.linkmoderation.states.CallbackTask;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.StateMachineBuilder;
import org.linkmoderation.testkit.AnyObject;
import org.linkmoderation.testkit.InMemoryJournal;
import org.linkmoderation.testkit.RecordedEvents;
import org.linkmoderation.testkit.Requested;
import org.linkmoderation.testkit.SettableClock;

/** Tasks that people decide, by the name of the execution. */
class DecisionTest {
    private static final ExecutionId ID = new ExecutionId("moderation", "e1");
    private static final StartRequest REQUEST = Requested.start("e1", "id-1", INPUT);
    private static final Duration TIMEOUT = Duration.ofHours(72);
    private static final Decision APPROVAL = new Decision(true, "anna", "");
    private static final CamelContext CONTEXT = new DefaultCamelContext();
    private static final List<String> TOKENS = new ArrayList<>();

    private final InMemoryJournal journal = new InMemoryJournal();
    private final SettableClock clock = new SettableClock();
    private final ExecutionRunner runner = new ExecutionRunner(
            journal, CONTEXT.createProducerTemplate(), RunPolicy.of(Duration.ofDays(30)), clock, new RecordedEvents());
    private final List<Wake> sent = new ArrayList<>();
    private final ExecutionsService operator = new ExecutionsService(journal, new Observation(null), clock);

    @BeforeAll
    static void start() throws Exception {
        CONTEXT.disableJMX();
        CONTEXT.addRoutes(new StateMachineBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:moderation").to("direct:Review");
                task("Review").to("direct:ask");
                attempt("ask")
                        .policy(CallbackTask.decidedByPeople(TIMEOUT, Retry.NONE))
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
    void shouldListWhatWaitsForADecision() throws Exception {
        runner.run(Requested.start("e2", "id-2", INPUT));

        PendingTaskPage first = operator.pendingTasks("moderation", 1, Optional.empty());
        PendingTaskPage second = operator.pendingTasks("moderation", 1, first.nextToken());

        assertThat(first.tasks())
                .containsExactly(new PendingTask(
                        ID, "Review", INPUT, clock.instant(), clock.instant().plus(TIMEOUT)));
        assertThat(second.tasks()).extracting(task -> task.id().name()).containsExactly("e2");
        assertThat(second.nextToken()).isEmpty();
    }

    @Test
    void shouldGoOnWithTheDecisionAndSayWhoTookIt() throws Exception {
        operator.decide(ID, new Decision(false, "anna", "a phishing page"));

        assertThat(operator.pendingTasks("moderation", 10, Optional.empty()).tasks())
                .isEmpty();
        assertThat(runner.wake(sent.get(0), "w1")).isInstanceOf(Outcome.Ended.class);
        assertThat(recorded().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(recorded().output())
                .contains("{\"approved\":false,\"decidedBy\":\"anna\",\"decidedAt\":\"" + clock.instant()
                        + "\",\"reason\":\"a phishing page\"}");
        assertThat(recorded().last(HistoryEventType.TaskSucceeded).orElseThrow())
                .containsAllEntriesOf(Map.of("resourceType", "people", "resource", "decide.waitForTaskToken"));
    }

    @Test
    void shouldHoldToTheFirstDecision() throws Exception {
        operator.decide(ID, APPROVAL);

        assertThatThrownBy(() -> operator.decide(ID, new Decision(false, "bert", "no")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("No task of the execution 'e1' waits for a decision; it was approved by anna at "
                        + clock.instant());
        assertThatThrownBy(() -> operator.sendTaskSuccess(TOKENS.get(0), "{}")).hasMessageStartingWith("TaskTimedOut:");

        runner.wake(sent.get(0), "w1");
        assertThat(recorded().output().orElseThrow()).contains("anna").doesNotContain("bert");
    }

    @Test
    void shouldTakeTheTokenInPlaceOfADecision() throws Exception {
        operator.sendTaskSuccess(TOKENS.get(0), "{\"approved\":true,\"decidedBy\":\"the desk\"}");

        assertThatThrownBy(() -> operator.decide(ID, APPROVAL))
                .hasMessage("No task of the execution 'e1' waits for a decision; it was approved by the desk at "
                        + clock.instant());
    }

    @Test
    void shouldTakeNoDecisionAfterTheTimeout() throws Exception {
        clock.advance(TIMEOUT);

        assertThatThrownBy(() -> operator.decide(ID, APPROVAL)).isInstanceOf(InvalidRequestException.class);

        assertThat(recorded().last(HistoryEventType.TaskSucceeded)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        true  | ''   | ''    | The name of who decided has 0 characters; expected 1 to 256
        false | anna | ' '   | The reason is blank; expected why the task is rejected
        """)
    void shouldTakeNoDecisionThatSaysTooLittle(boolean approved, String by, String reason, String message) {
        assertThatThrownBy(() -> operator.decide(ID, new Decision(approved, by, reason)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message);
    }

    @Test
    void shouldTakeNoDecisionThatIsTooLong() {
        assertThatThrownBy(() -> operator.decide(ID, new Decision(true, "anna", "x".repeat(1_025))))
                .hasMessage("The reason has 1025 characters; expected at most 1024");
    }

    @Test
    void shouldRefuseATokenOfNoPage() {
        for (String token : List.of("", "x", "#", "2026-11-29T10:00:00.000Z#")) {
            assertThatThrownBy(() -> operator.pendingTasks("moderation", 1, Optional.of(token)))
                    .as(token)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageStartingWith("The next token is '");
        }
    }

    @Test
    void shouldFailAnExpressExecutionThatWouldWait() throws Exception {
        StartRequest express = StartRequest.of("moderation", "x1", "id-x", ExecutionType.EXPRESS, INPUT);

        Outcome outcome = runner.run(express);

        assertThat(((Outcome.Ended) outcome).execution().error()).contains("States.Runtime");
        assertThat(((Outcome.Ended) outcome).execution().cause().orElseThrow())
                .isEqualTo("The state 'Review' waits for an answer, which an EXPRESS execution cannot; expected"
                        + " STANDARD.");
    }

    private Execution recorded() {
        return journal.find(ID).orElseThrow();
    }
}
