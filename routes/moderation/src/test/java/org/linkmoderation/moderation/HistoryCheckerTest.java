package org.linkmoderation.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.linkmoderation.moderation.ModerationUnderTest.RETRY_MAX_ATTEMPTS;
import static org.linkmoderation.moderation.ModerationUnderTest.request;
import static org.linkmoderation.testkit.ConformanceCase.SAFE;
import static org.linkmoderation.testkit.ConformanceCase.THROWS;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.testkit.HistoryChecker;
import org.linkmoderation.testkit.ScriptedLambda;

/** The checker finds each single fault in histories that are right. */
class HistoryCheckerTest {
    private static final List<Execution> RIGHT = new ArrayList<>();

    @RegisterExtension
    static final ModerationUnderTest moderation = new ModerationUnderTest(Duration.ZERO);

    @BeforeAll
    static void run() throws Exception {
        RIGHT.add(run(SAFE));
        RIGHT.add(run(THROWS, SAFE));
        RIGHT.add(run(THROWS));
        RIGHT.add(run(ScriptedLambda.timesOut()));
        RIGHT.add(run(ScriptedLambda.returns("{}")));
        RIGHT.add(run(SAFE.after(() -> moderation.links.delete(ModerationUnderTest.CODE))));
    }

    private static Execution run(ScriptedLambda.Step... script) throws Exception {
        moderation.reset();
        moderation.lambda.script(List.of(script));
        moderation.deliver(request("e1"));
        return moderation.execution("e1");
    }

    @Test
    void shouldAcceptWhatIsRight() {
        for (Execution execution : RIGHT) {
            HistoryChecker.check(execution.events(), execution.status(), RETRY_MAX_ATTEMPTS);
        }
    }

    @Test
    void shouldAcceptAnExecutionThatStillRuns() {
        for (Execution execution : RIGHT) {
            for (int n = 1; n < execution.events().size(); n++) {
                HistoryChecker.check(execution.events().subList(0, n), ExecutionStatus.RUNNING, RETRY_MAX_ATTEMPTS);
            }
        }
    }

    @Test
    void shouldMissTheEnd() {
        for (Execution execution : RIGHT) {
            List<HistoryEvent> events = execution.events();
            refused(events.subList(0, events.size() - 1), execution.status());
            refused(events, ExecutionStatus.RUNNING);
            refused(events, ExecutionStatus.ABORTED);
        }
    }

    @Test
    void shouldMissAnyEvent() {
        for (Execution execution : RIGHT) {
            for (int i = 0; i < execution.events().size(); i++) {
                List<HistoryEvent> events = new ArrayList<>(execution.events());
                events.remove(i);
                refused(numbered(events), execution.status());
            }
        }
    }

    @Test
    void shouldFindAnyEventThatIsThereTwice() {
        for (Execution execution : RIGHT) {
            for (int i = 0; i < execution.events().size(); i++) {
                List<HistoryEvent> events = new ArrayList<>(execution.events());
                events.add(i, events.get(i));
                refused(numbered(events), execution.status());
            }
        }
    }

    @Test
    void shouldFindAnyTwoEventsThatAreSwapped() {
        for (Execution execution : RIGHT) {
            for (int i = 1; i < execution.events().size(); i++) {
                List<HistoryEvent> events = new ArrayList<>(execution.events());
                events.add(i - 1, events.remove(i));
                refused(numbered(events), execution.status());
            }
        }
    }

    @Test
    void shouldFindAGapInTheNumbers() {
        for (Execution execution : RIGHT) {
            List<HistoryEvent> events = new ArrayList<>(execution.events());
            events.remove(events.size() / 2);
            refused(events, execution.status());
        }
    }

    @Test
    void shouldFindAnyInputOrOutputThatIsNotPassedOn() {
        for (Execution execution : RIGHT) {
            for (int i = 0; i < execution.events().size(); i++) {
                HistoryEvent event = execution.events().get(i);
                boolean isPayload = event.type().isStateEntered()
                        || event.type().name().endsWith("Exited")
                        || event.type() == HistoryEventType.ExecutionSucceeded
                        || event.type() == HistoryEventType.ExecutionFailed;
                for (String detail : event.details().keySet()) {
                    if (isPayload && !detail.equals("name")) {
                        Map<String, String> details = new HashMap<>(event.details());
                        details.put(detail, "\"something else\"");
                        refused(replaced(execution.events(), i, event.type(), details), execution.status());
                    }
                }
            }
        }
    }

    @Test
    void shouldFindAWrongBranch() {
        Execution activated = RIGHT.get(0);
        int entered = activated.events().size() - 6;
        HistoryEvent event = activated.events().get(entered);
        assertThat(event.details()).containsEntry("name", "Activate");
        Map<String, String> details = new HashMap<>(event.details());
        details.put("name", "Reject");

        refused(replaced(activated.events(), entered, event.type(), details), activated.status());
    }

    @Test
    void shouldFindARetryTooMany() {
        Execution caught = RIGHT.get(2);

        assertThatThrownBy(() -> HistoryChecker.check(caught.events(), caught.status(), RETRY_MAX_ATTEMPTS - 1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no Retry for CustomError after 3 failures");
    }

    @Test
    void shouldFindACatchTooEarly() {
        Execution caught = RIGHT.get(2);

        assertThatThrownBy(() -> HistoryChecker.check(caught.events(), caught.status(), RETRY_MAX_ATTEMPTS + 1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("caught before its Retry was used up: 4 failures");
    }

    private static List<HistoryEvent> replaced(
            List<HistoryEvent> events, int i, HistoryEventType type, Map<String, String> details) {
        List<HistoryEvent> replaced = new ArrayList<>(events);
        replaced.set(i, new HistoryEvent(i + 1L, events.get(i).timestamp(), type, details));
        return replaced;
    }

    private static List<HistoryEvent> numbered(List<HistoryEvent> events) {
        List<HistoryEvent> numbered = new ArrayList<>();
        for (HistoryEvent event : events) {
            numbered.add(new HistoryEvent(numbered.size() + 1L, event.timestamp(), event.type(), event.details()));
        }
        return numbered;
    }

    private static void refused(List<HistoryEvent> events, ExecutionStatus status) {
        assertThatThrownBy(() -> HistoryChecker.check(events, status, RETRY_MAX_ATTEMPTS))
                .as(() -> events.stream()
                        .map(event -> "\n" + event.id() + " " + event.type())
                        .toList()
                        .toString())
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("Not a history of link-moderation: ");
    }
}
