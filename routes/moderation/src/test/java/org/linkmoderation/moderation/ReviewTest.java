package org.linkmoderation.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.linkmoderation.moderation.ModerationUnderTest.CODE;
import static org.linkmoderation.moderation.ModerationUnderTest.URL;
import static org.linkmoderation.moderation.ModerationUnderTest.request;
import static org.linkmoderation.testkit.ScriptedLambda.returns;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.ConsumerTemplate;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.Decision;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.Waiting;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;
import org.linkmoderation.deployment.DeploymentSettings;
import org.linkmoderation.run.DecidedTasks;
import org.linkmoderation.states.CallbackTask;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.ReviewSettings;
import org.linkmoderation.testkit.InMemoryJournal.Failure;
import org.linkmoderation.testkit.Requested;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Links that people decide about, with the setting {@code review}. */
class ReviewTest {
    private static final Duration TIMEOUT = Duration.ofHours(72);
    private static final ExecutionId ID = new ExecutionId("moderation", "e1");
    private static final String DOUBTFUL = "{\"safe\":false,\"review\":true,\"reasons\":[\"BRAND_TYPO\"],\"notes\":[]}";
    private static final String SHOWN =
            "{\"code\":\"" + CODE + "\",\"url\":\"" + URL + "\",\"reasons\":[\"BRAND_TYPO\"],\"notes\":[]}";

    @RegisterExtension
    static final ModerationUnderTest moderation = new ModerationUnderTest(
            new Retry(Duration.ZERO, 3, 2), Retry.NONE, Optional.of(new ReviewSettings(TIMEOUT, "moderation.reviews")));

    @BeforeEach
    void findDoubtful() {
        while (told(1) != null) {
            // Of the test before
        }
        moderation.lambda.script(List.of(returns(DOUBTFUL)));
    }

    @Test
    void shouldWaitForADecision() throws Exception {
        moderation.deliver(request("e1"));

        assertThat(moderation.execution("e1").trail()).containsExactly("CheckSafety", "IsSafe", "Review");
        Waiting waiting = moderation.execution("e1").waiting().orElseThrow();
        assertThat(waiting.reason()).isEqualTo(Waiting.Reason.CALLBACK);
        assertThat(waiting.until()).isEqualTo(moderation.clock.instant().plus(TIMEOUT));
        assertThat(new DecidedTasks(moderation.execution("e1"))
                        .pending()
                        .orElseThrow()
                        .parameters())
                .isEqualTo(SHOWN);
        assertThat(moderation.links.get(CODE, "status")).isEqualTo("pending");
    }

    @Test
    void shouldActivateWhatIsApproved() throws Exception {
        moderation.deliver(request("e1"));
        Instant decided = moderation.clock.instant();
        decide(new Decision(true, "anna", "known customer"));
        moderation.clock.advance(Duration.ofMinutes(1));
        moderation.deliver(request("e1"));

        assertThat(moderation.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(moderation.execution("e1").trail())
                .containsExactly("CheckSafety", "IsSafe", "Review", "IsApproved", "Activate");
        assertThat(link())
                .isEqualTo(Map.of(
                        "status", "active",
                        "moderatedBy", "e1",
                        "reviewedBy", "anna",
                        "reviewedAt", decided.toString(),
                        "reviewReason", "known customer"));
        assertThat(moderation.links.get(CODE, "decisions")).isEqualTo("1");
    }

    @Test
    void shouldRejectWhatIsRejected() throws Exception {
        moderation.deliver(request("e1"));
        decide(new Decision(false, "bert", "imitates a bank"));
        moderation.deliver(request("e1"));

        assertThat(moderation.execution("e1").trail())
                .containsExactly("CheckSafety", "IsSafe", "Review", "IsApproved", "Reject");
        assertThat(link())
                .containsEntry("status", "rejected")
                .containsEntry("reviewedBy", "bert")
                .containsEntry("reviewReason", "imitates a bank");
    }

    @Test
    void shouldRejectWhatNobodyDecidesInTime() throws Exception {
        moderation.stateMachine.run("e1", Requested.INPUT);

        assertThat(moderation.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(moderation.execution("e1").trail()).containsExactly("CheckSafety", "IsSafe", "Review", "Reject");
        assertThat(Duration.between(moderation.execution("e1").startDate(), moderation.clock.instant()))
                .isEqualTo(TIMEOUT);
        assertThat(link())
                .containsEntry("status", "rejected")
                .containsEntry("reviewReason", "Nobody answered the task in time.")
                .doesNotContainKey("reviewedBy");
    }

    @Test
    void shouldTellOthersOfTheTaskWithItsToken() throws Exception {
        moderation.deliver(request("e1"));

        Exchange message = told(5_000);
        assertThat(message.getMessage().getBody(String.class)).isEqualTo(SHOWN);
        assertThat(message.getMessage().getHeader("ExecutionName")).isEqualTo("e1");
        assertThat(message.getMessage().getHeader("StateMachine")).isEqualTo("moderation");
        String token = message.getMessage().getHeader(CallbackTask.TASK_TOKEN, String.class);
        moderation.stateMachine.answers().succeed(token, "{\"approved\":true}");
        moderation.deliver(request("e1"));

        assertThat(link())
                .containsEntry("status", "active")
                .containsEntry("reviewedBy", "the holder of the task's token");
    }

    @Test
    void shouldRejectWhatTheHolderOfTheTokenFails() throws Exception {
        moderation.deliver(request("e1"));
        String token = told(5_000).getMessage().getHeader(CallbackTask.TASK_TOKEN, String.class);
        moderation.stateMachine.answers().fail(token, new TaskFailedException("Review.Refused", "not a customer"));
        moderation.deliver(request("e1"));

        assertThat(moderation.execution("e1").trail()).containsExactly("CheckSafety", "IsSafe", "Review", "Reject");
        assertThat(link()).containsEntry("status", "rejected").containsEntry("reviewReason", "not a customer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "[]", "{\"approved\":\"true\"}", "{\"approved\":1}", "{\"approved\":null}"})
    void shouldApproveNothingByAnAnswerThatDoesNotSaySo(String answer) throws Exception {
        moderation.deliver(request("e1"));
        String token = told(5_000).getMessage().getHeader(CallbackTask.TASK_TOKEN, String.class);
        moderation.stateMachine.answers().succeed(token, answer);
        moderation.deliver(request("e1"));

        assertThat(link()).containsEntry("status", "rejected");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"safe\":true}",
                "{\"safe\":true,\"review\":false}",
                "{\"safe\":true,\"review\":\"true\"}",
                "{\"safe\":true,\"review\":null}"
            })
    void shouldAskNobodyAboutWhatTheFunctionDoesNotAskFor(String answer) throws Exception {
        moderation.lambda.script(List.of(returns(answer)));

        moderation.deliver(request("e1"));

        assertThat(moderation.execution("e1").trail()).containsExactly("CheckSafety", "IsSafe", "Activate");
        assertThat(link()).containsOnlyKeys("status", "moderatedBy");
    }

    @Test
    void shouldBelieveNoReviewThatARequestMakesUp() throws Exception {
        moderation.lambda.script(
                List.of(returns("{\"safe\":true,\"approved\":true,\"decidedBy\":\"anna\",\"reason\":\"fine\"}")));

        moderation.deliver(request("e1"));

        assertThat(link()).containsOnlyKeys("status", "moderatedBy");
    }

    @Test
    void shouldRemoveWhatAReviewOfAnEarlierUrlHasLeft() throws Exception {
        for (String attribute : List.of("reviewedBy", "reviewedAt", "reviewReason")) {
            moderation.links.set(CODE, attribute, AttributeValue.fromS("of another URL"));
        }
        moderation.lambda.script(List.of(returns("{\"safe\":true}")));

        moderation.deliver(request("e1"));

        assertThat(link()).isEqualTo(Map.of("status", "active", "moderatedBy", "e1"));
    }

    @Test
    void shouldActivateOnlyTheUrlThatWasShown() throws Exception {
        moderation.deliver(request("e1"));
        moderation.links.set(CODE, "url", AttributeValue.fromS("https://other.example/"));
        decide(new Decision(true, "anna", ""));
        moderation.deliver(request("e1"));

        assertThat(moderation.execution("e1").status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(moderation.execution("e1").cause().orElseThrow()).contains("not to the URL that was scanned");
        assertThat(link()).containsEntry("status", "pending").doesNotContainKey("reviewedBy");
    }

    @Test
    void shouldHoldToTheFirstDecision() throws Exception {
        moderation.deliver(request("e1"));
        decide(new Decision(true, "anna", ""));

        assertThatThrownBy(() -> decide(new Decision(false, "bert", "no")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("it was approved by anna at ");
        moderation.deliver(request("e1"));
        assertThatThrownBy(() -> decide(new Decision(false, "bert", "no")))
                .hasMessageContaining("it was approved by anna at ");
        assertThat(link()).containsEntry("status", "active").containsEntry("reviewedBy", "anna");
    }

    /** As after a crash: each write of the run that follows the decision is lost once. */
    @Test
    void shouldDecideOnceWhereverTheRunIsCutOff() throws Exception {
        for (HistoryEventType cut : List.of(
                HistoryEventType.TaskSubmitted, HistoryEventType.ChoiceStateEntered, HistoryEventType.TaskSucceeded)) {
            moderation.reset();
            moderation.lambda.script(List.of(returns(DOUBTFUL)));
            StartRequest request = request("e1");
            if (cut == HistoryEventType.TaskSubmitted) {
                moderation.journal.failAt(cut, Failure.BEFORE);
            }
            moderation.deliverUntilDone(request);
            decide(new Decision(true, "anna", ""));
            if (cut != HistoryEventType.TaskSubmitted) {
                moderation.journal.failAt(cut, Failure.BEFORE);
            }

            moderation.deliverUntilDone(request);

            assertThat(moderation.execution("e1").status()).as(cut.name()).isEqualTo(ExecutionStatus.SUCCEEDED);
            assertThat(moderation.lambda.calls()).as(cut.name()).hasSize(1);
            assertThat(link()).as(cut.name()).containsEntry("status", "active").containsEntry("reviewedBy", "anna");
            assertThat(moderation.links.get(CODE, "decisions")).as(cut.name()).isEqualTo("1");
        }
    }

    @Test
    void shouldRefuseSettingsThatContradictReviews() {
        assertThatThrownBy(() -> definition(Map.of("review", "true", "timeout.seconds", "86400")))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage("The setting timeout.seconds = 86400 of org.linkmoderation.moderation cannot be used:"
                        + " expected more than review.timeout.seconds, which is 259200, in"
                        + " etc/org.linkmoderation.moderation.cfg.");
        assertThatThrownBy(() -> definition(Map.of("review", "true", "type", "EXPRESS")))
                .hasMessageContaining("type = EXPRESS", "expected STANDARD, since an EXPRESS execution can't wait");
        assertThatThrownBy(() -> definition(Map.of("review", "yes"))).hasMessageContaining("expected true or false");
        assertThatThrownBy(() -> definition(Map.of("review.timeout.seconds", "0")))
                .hasMessageContaining("a whole number from 1 to 31104000");
        assertThatThrownBy(() -> definition(Map.of("reviews.topic", "a b"))).isInstanceOf(InvalidSetting.class);
    }

    @Test
    void shouldGiveTheExecutionADayBesideTheReview() {
        assertThat(Moderation.definition(new Settings(Moderation.PID, Map.of("review", "true")))
                        .timeout())
                .isEqualTo(TIMEOUT.plusDays(1));
        assertThat(Moderation.definition(new Settings(Moderation.PID, Map.of())).timeout())
                .isEqualTo(Duration.ofDays(1));
    }

    private static void definition(Map<String, String> properties) {
        Settings settings = new Settings(Moderation.PID, properties);
        DeploymentSettings.of(settings, Moderation.definition(settings));
    }

    private static void decide(Decision decision) throws InvalidRequestException {
        moderation.stateMachine.answers().decide(ID, decision);
    }

    /** The next message to the topic of reviews; null if none comes in time. */
    private static Exchange told(long millis) {
        try (ConsumerTemplate topic = moderation.context.createConsumerTemplate()) {
            return topic.receive("requests:topic:moderation.reviews", millis);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the state machine has set on the link. */
    private static Map<String, String> link() {
        Map<String, String> link = new HashMap<>();
        for (String attribute : List.of("status", "moderatedBy", "reviewedBy", "reviewedAt", "reviewReason")) {
            String value = moderation.links.get(CODE, attribute);
            if (value != null) {
                link.put(attribute, value);
            }
        }
        return link;
    }
}
