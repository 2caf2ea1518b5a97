package org.linkmoderation.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.moderation.ModerationUnderTest.CODE;
import static org.linkmoderation.moderation.ModerationUnderTest.URL;
import static org.linkmoderation.moderation.ModerationUnderTest.request;
import static org.linkmoderation.testkit.ConformanceCase.SAFE;
import static org.linkmoderation.testkit.ConformanceCase.THROWS;
import static org.linkmoderation.testkit.ConformanceCase.UNSAFE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.states.Retry;
import org.linkmoderation.testkit.ConformanceCase;
import org.linkmoderation.testkit.HistoryChecker;
import org.linkmoderation.testkit.Requested;
import org.linkmoderation.testkit.ScriptedLambda;
import org.linkmoderation.testkit.ScriptedLambda.Step;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;

class ModerationStateMachineTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    static final ModerationUnderTest moderation = new ModerationUnderTest(Duration.ofMillis(1));

    @ParameterizedTest(name = "{0}")
    @MethodSource("org.linkmoderation.testkit.ConformanceCase#all")
    void shouldConform(ConformanceCase theCase) throws Exception {
        moderation.lambda.script(List.of(theCase.prepare(moderation.links.link(CODE), URL)));

        Execution execution = run();

        ConformanceCase.Expected expected = theCase.expected();
        assertThat(execution.trail()).as("trail").isEqualTo(expected.statesEntered());
        assertThat(execution.status().name()).as("status").isEqualTo(expected.executionStatus());
        assertThat(moderation.links.get(CODE, "status")).as("link").isEqualTo(expected.linkStatus());
        if (expected.checkSafetyCalls() != null) {
            assertThat(moderation.lambda.calls()).as("calls").hasSize(expected.checkSafetyCalls());
        }
        if (expected.retryDelaysSeconds() != null) {
            assertThat(delaysOfReference()).as("delays").isEqualTo(expected.retryDelaysSeconds());
        }
        shouldHaveError(execution, expected);
        if (expected.markErrorInput() != null) {
            shouldHaveStoredError(execution, expected.markErrorInput());
        }
        HistoryChecker.check(execution.events(), execution.status(), ModerationUnderTest.RETRY_MAX_ATTEMPTS);
    }

    /** The delays that the reference's Retry has before the retries that were made here. */
    private static List<Double> delaysOfReference() {
        Retry retry = ConformanceCase.referenceRetry();
        return moderation.retries.stream()
                .map(n -> retry.calculateRedeliveryDelay(0, n) / 1_000.0)
                .toList();
    }

    private static void shouldHaveError(Execution execution, ConformanceCase.Expected expected) {
        if (expected.error() == null) {
            assertThat(execution.error()).as("error").isEmpty();
            assertThat(execution.output()).as("output").isPresent();
        } else if (expected.error().equals("DynamoDB.<exception name>")) {
            assertThat(execution.error().orElseThrow()).as("error").matches("DynamoDB\\.\\w+Exception");
        } else {
            assertThat(execution.error()).as("error").contains(expected.error());
        }
        if (expected.cause() != null) {
            assertThat(execution.cause()).as("cause").contains(expected.cause());
        }
    }

    private static void shouldHaveStoredError(Execution execution, JsonNode markErrorInput) throws Exception {
        assertThat(moderation.links.get(CODE, "error"))
                .isEqualTo(markErrorInput.path("Error").asText());
        assertThat(moderation.links.get(CODE, "errorAt"))
                .isEqualTo(execution.stopDate().orElseThrow().toString());
        String cause = moderation.links.get(CODE, "cause");
        if (markErrorInput.has("Cause")) { // in words: the error payload that Lambda returned, as a JSON string
            assertThat(JSON.readTree(cause).has("errorMessage")).isTrue();
        } else {
            assertThat(cause).isNotBlank().hasSizeLessThanOrEqualTo(32_768);
        }
    }

    @Test
    void shouldWriteTheEventsOfStepFunctionsInOrder() throws Exception {
        assertThat(types(run()))
                .containsExactly(
                        "ExecutionStarted",
                        "TaskStateEntered",
                        "LambdaFunctionScheduled",
                        "LambdaFunctionStarted",
                        "LambdaFunctionSucceeded",
                        "TaskStateExited",
                        "ChoiceStateEntered",
                        "ChoiceStateExited",
                        "TaskStateEntered",
                        "TaskScheduled",
                        "TaskStarted",
                        "TaskSucceeded",
                        "TaskStateExited",
                        "ExecutionSucceeded");
    }

    @Test
    void shouldWriteEachAttemptOfARetry() throws Exception {
        script(THROWS, ScriptedLambda.connectionLost(), UNSAFE);

        assertThat(types(run()).subList(2, 12))
                .containsExactly(
                        "LambdaFunctionScheduled",
                        "LambdaFunctionStarted",
                        "LambdaFunctionFailed",
                        "LambdaFunctionScheduled",
                        "LambdaFunctionStarted",
                        "LambdaFunctionFailed",
                        "LambdaFunctionScheduled",
                        "LambdaFunctionStarted",
                        "LambdaFunctionSucceeded",
                        "TaskStateExited");
    }

    @Test
    void shouldWriteThatAnErrorWasCaught() throws Exception {
        script(ScriptedLambda.timesOut());

        Execution execution = run();

        assertThat(types(execution).subList(2, 12))
                .containsExactly(
                        "LambdaFunctionScheduled",
                        "LambdaFunctionStarted",
                        "LambdaFunctionTimedOut",
                        "TaskStateExited",
                        "TaskStateEntered",
                        "TaskScheduled",
                        "TaskStarted",
                        "TaskSucceeded",
                        "TaskStateExited",
                        "ExecutionSucceeded");
        String caught = "{\"Error\":\"States.Timeout\",\"Cause\":\"\"}";
        assertThat(details(HistoryEventType.TaskStateExited).get(0)).containsEntry("output", caught);
        assertThat(details(HistoryEventType.TaskStateEntered).get(1))
                .containsEntry("name", "MarkError")
                .containsEntry("input", caught);
    }

    @Test
    void shouldWriteThatAChoiceFailed() throws Exception {
        script(ScriptedLambda.returns("{}"));

        assertThat(types(run()).subList(4, 8))
                .containsExactly("LambdaFunctionSucceeded", "TaskStateExited", "ChoiceStateEntered", "ExecutionFailed");
    }

    @Test
    void shouldWriteThatAnUpdateWasRefused() throws Exception {
        moderation.links.delete(CODE);

        assertThat(types(run()).subList(8, 13))
                .containsExactly("TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskFailed", "ExecutionFailed");
    }

    @Test
    void shouldNumberTheEventsWithoutGaps() throws Exception {
        script(THROWS);

        List<HistoryEvent> events = run().events();

        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).id()).isEqualTo(i + 1);
            assertThat(events.get(i).previousEventId()).isEqualTo(i);
        }
    }

    @Test
    void shouldNeedFourRequestsToDynamoDb() throws Exception {
        run();

        assertThat(moderation.journal.writes()).isEqualTo(3);
        assertThat(moderation.links.requests()).hasSize(1);
    }

    @Test
    void shouldGiveTheFunctionTheWholeInputAndTheTimeoutOfTheState() throws Exception {
        moderation.deliver(Requested.start(
                "e1",
                "id",
                "{\"code\":\"" + CODE + "\",\"url\":\"" + URL + "\",\"owner\":{\"id\":7,\"tags\":[1.50]}}"));

        InvokeRequest call = moderation.lambda.calls().get(0);
        assertThat(call.functionName()).isEqualTo("ModerateCheck");
        assertThat(call.payload().asUtf8String()).contains("\"owner\":{\"id\":7,\"tags\":[1.50]}");
        assertThat(call.overrideConfiguration().orElseThrow().apiCallTimeout()).contains(Duration.ofSeconds(60));
    }

    @Test
    void shouldPassTheFunctionsOutputOnAsItIs() throws Exception {
        String output = "{\"safe\" : true, \"score\": 1.50, \"text\": \"\\u00e4 ${body}\"}";
        script(ScriptedLambda.returns(output));

        run();

        assertThat(details(HistoryEventType.LambdaFunctionSucceeded).get(0)).containsEntry("output", output);
        assertThat(details(HistoryEventType.TaskStateEntered).get(1)).containsEntry("input", output);
    }

    @Test
    void shouldNoteInTheLinkWhoDecidedAndWhen() throws Exception {
        script(UNSAFE);

        run();

        assertThat(moderation.links.get(CODE, "moderatedBy")).isEqualTo("e1");
        assertThat(moderation.links.get(CODE, "moderatedAt")).isEqualTo("2026-11-22T10:00:00Z");
        assertThat(moderation.links.get(CODE, "decisions")).isEqualTo("1");
    }

    @Test
    void shouldNotCreateALink() throws Exception {
        moderation.links.delete(CODE);

        Execution execution = run();

        assertThat(moderation.links.size()).isZero();
        assertThat(execution.cause().orElseThrow())
                .startsWith("The conditional request failed: link 'a1' does not exist.");
    }

    @Test
    void shouldNotOverwriteTheDecisionOfAnotherExecution() throws Exception {
        run();
        script(UNSAFE);

        moderation.deliver(request("e2"));

        assertThat(moderation.links.get(CODE, "status")).isEqualTo("active");
        assertThat(moderation.links.get(CODE, "decisions")).isEqualTo("1");
        assertThat(moderation.execution("e2").cause().orElseThrow())
                .startsWith("The conditional request failed: link 'a1' has status 'active', set by execution 'e1';"
                        + " expected 'pending'.");
    }

    @Test
    void shouldNotActivateAUrlOtherThanTheScannedOne() throws Exception {
        script(SAFE.after(() -> moderation.links.put(CODE, "https://evil.example/", "pending")));

        Execution execution = run();

        assertThat(moderation.links.get(CODE, "status")).isEqualTo("pending");
        assertThat(execution.cause().orElseThrow())
                .startsWith("The conditional request failed: link 'a1' leads to 'https://evil.example/', not to the URL"
                        + " that was scanned.");
    }

    @Test
    void shouldFailWithTheErrorThatDynamoDbGives() throws Exception {
        moderation.links.failBefore(
                UpdateItemRequest.class,
                InMemoryLinks.refusal(400, "AccessDeniedException", "User is not authorized to perform that"));

        Execution execution = run();

        assertThat(execution.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(execution.error()).contains("DynamoDB.AccessDeniedException");
        assertThat(execution.cause())
                .contains("User is not authorized to perform that (Service: AmazonDynamoDBv2; Status Code: 400;"
                        + " Error Code: AccessDeniedException; Request ID: null; Proxy: null)");
    }

    @Test
    void shouldNotRetryATimeout() throws Exception {
        script(ScriptedLambda.timesOut(), SAFE);

        run();

        assertThat(moderation.lambda.calls()).hasSize(1);
    }

    @Test
    void shouldTakeAnErrorWithoutACodeByItsStatus() throws Exception {
        for (Map.Entry<Integer, String> each : Map.of(
                        429,
                        "Lambda.TooManyRequestsException",
                        503,
                        "Lambda.ServiceException",
                        403,
                        "Lambda.AWSLambdaException")
                .entrySet()) {
            moderation.reset();
            script(ScriptedLambda.serviceError(each.getKey(), "", "no"));
            run();
            assertThat(moderation.links.get(CODE, "error")).isEqualTo(each.getValue());
        }
    }

    @Test
    void shouldCatchAResultThatIsNoJson() throws Exception {
        script(ScriptedLambda.returns("safe: true"));

        assertThat(run().trail()).containsExactly("CheckSafety", "MarkError");
        assertThat(moderation.links.get(CODE, "error")).isEqualTo("Lambda.Unknown");
    }

    /** Of which another reader might see the other value, or the first document alone. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"safe\":false,\"safe\":true}",
                "{\"safe\":true,\"s\\u0061fe\":false}",
                "{\"safe\":true} {\"safe\":false}",
                "{\"safe\":true,\"more\":{\"a\":1,\"a\":2}}"
            })
    void shouldNeverTakeAnAmbiguousResultForSafe(String result) throws Exception {
        script(ScriptedLambda.returns(result));

        run();

        assertThat(moderation.links.get(CODE, "error")).isEqualTo("Lambda.Unknown");
        assertThat(moderation.links.get(CODE, "status")).isNotEqualTo("active");
    }

    @Test
    void shouldAskAgainWhereTheAnswerIsEmpty() throws Exception {
        script(ScriptedLambda.returns(""), ScriptedLambda.returns("{\"safe\":true}"));

        run();

        assertThat(moderation.lambda.calls()).hasSize(2);
        assertThat(moderation.links.get(CODE, "status")).isEqualTo("active");
    }

    @Test
    void shouldCatchAnAnswerThatStaysEmpty() throws Exception {
        script(ScriptedLambda.returns(""));

        assertThat(run().trail()).containsExactly("CheckSafety", "MarkError");
        assertThat(moderation.links.get(CODE, "error")).isEqualTo("Lambda.Unknown");
    }

    @Test
    void shouldKeepPayloadsOfTheLargestSize() throws Exception {
        String start = "{\"code\":\"" + CODE + "\",\"url\":\"" + URL + "\",\"more\":\"";
        String input = start + "ä".repeat((262_144 - start.length() - 2) / 2) + "\"}";

        moderation.deliver(Requested.start("e1", "id", input));

        assertThat(moderation.execution("e1").input()).isEqualTo(input);
        // The function's answer, its input and one member more, is too large
        assertThat(moderation.links.get(CODE, "error")).isEqualTo("States.DataLimitExceeded");
    }

    private static void script(Step... steps) {
        moderation.lambda.script(List.of(steps));
    }

    private static Execution run() throws Exception {
        moderation.deliver(request("e1"));
        return moderation.execution("e1");
    }

    private static List<String> types(Execution execution) {
        return execution.events().stream().map(event -> event.type().name()).toList();
    }

    private static List<Map<String, String>> details(HistoryEventType type) {
        return moderation.details("e1", type);
    }
}
