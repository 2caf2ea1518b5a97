package org.linkmoderation.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.linkmoderation.testkit.ScriptedLambda.functionError;
import static org.linkmoderation.testkit.ScriptedLambda.returns;
import static org.linkmoderation.testkit.ScriptedLambda.returnsInputWith;
import static org.linkmoderation.testkit.ScriptedLambda.serviceError;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.deployment.ContainerUnderTest;
import org.linkmoderation.testkit.InMemoryJournal.Failure;
import org.linkmoderation.testkit.ScriptedLambda;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.ExecutionDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.ExecutionListItem;
import software.amazon.awssdk.services.sfn.model.ExecutionNotRedrivableException;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;
import software.amazon.awssdk.services.sfn.model.HistoryEventType;
import software.amazon.awssdk.services.sfn.model.InvalidArnException;
import software.amazon.awssdk.services.sfn.model.InvalidExecutionInputException;
import software.amazon.awssdk.services.sfn.model.InvalidNameException;
import software.amazon.awssdk.services.sfn.model.InvalidTokenException;
import software.amazon.awssdk.services.sfn.model.SfnException;
import software.amazon.awssdk.services.sfn.model.StartExecutionResponse;
import software.amazon.awssdk.services.sfn.model.StartSyncExecutionResponse;
import software.amazon.awssdk.services.sfn.model.StateMachineDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.StateMachineTypeNotSupportedException;
import software.amazon.awssdk.services.sfn.model.SyncExecutionStatus;
import software.amazon.awssdk.services.sfn.model.TaskTimedOutException;

class StepFunctionsApiTest {
    private static final String OPERATOR = "AKIAOPERATOR00000001";
    private static final String VIEWER = "AKIAVIEWER0000000001";
    private static final String SECRET = "a secret of many letters";
    private static final String MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:links";
    private static final String INPUT = "{\"code\":\"a\"}";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ScriptedLambda lambda = new ScriptedLambda();
    private ContainerUnderTest container;
    private ApiEndpoint endpoint;
    private SfnClient client;

    @BeforeEach
    void start() throws Exception {
        container = new ContainerUnderTest(LinkDiagram.definition(), lambda);
        open();
        lambda.script(List.of(returnsInputWith("safe", "false")));
    }

    private void open() throws IOException {
        ApiSettings settings = ApiSettings.of(Map.of(
                "operator.access.key.id", OPERATOR,
                "operator.secret.access.key", SECRET,
                "viewer.access.key.id", VIEWER,
                "viewer.secret.access.key", SECRET));
        endpoint = new ApiEndpoint(settings, 0, container.executions(), Clock.systemUTC());
        client = client(OPERATOR, SECRET);
    }

    private SfnClient client(String id, String secret) {
        return SfnClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + endpoint.port()))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret)))
                .overrideConfiguration(
                        config -> config.putAdvancedOption(SdkAdvancedClientOption.DISABLE_HOST_PREFIX_INJECTION, true))
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        endpoint.close();
        container.close();
    }

    private StartExecutionResponse start(String name, String input) {
        return client.startExecution(
                request -> request.stateMachineArn(MACHINE).name(name).input(input));
    }

    private DescribeExecutionResponse describe(String arn) {
        return client.describeExecution(request -> request.executionArn(arn));
    }

    private List<HistoryEvent> history(String arn) {
        return client.getExecutionHistory(request -> request.executionArn(arn)).events();
    }

    private void awaitStatus(String arn, ExecutionStatus status) {
        await().until(() -> describe(arn).status() == status);
    }

    private void awaitEvent(String arn, HistoryEventType type) {
        await().until(() -> history(arn).stream().anyMatch(event -> event.type() == type));
    }

    @Test
    void shouldHaveARecordWhenStartExecutionAnswers() {
        String arn = start("e1", "{\"code\":\"a\"}").executionArn();

        assertThat(arn).isEqualTo("arn:aws:states:us-east-1:000000000000:execution:links:e1");
        DescribeExecutionResponse described = describe(arn);
        assertThat(described.name()).isEqualTo("e1");
        assertThat(described.status()).isEqualTo(ExecutionStatus.RUNNING);
        assertThat(described.redriveStatusReason()).isEqualTo("Execution is RUNNING and cannot be redriven");
        assertThat(described.input()).isEqualTo("{\"code\":\"a\"}");
        awaitEvent(arn, HistoryEventType.WAIT_STATE_ENTERED);
        assertThat(history(arn).stream()
                        .filter(event -> event.stateEnteredEventDetails() != null)
                        .map(event -> event.stateEnteredEventDetails().name()))
                .containsExactly("Check", "IsSafe", "Pause");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1.2", "a!()@=+'b", "prüfung", "検査-😀"})
    void shouldTakeTheNamesOfTheService(String name) {
        String arn = start(name, INPUT).executionArn();

        assertThat(arn).endsWith(":execution:links:" + name);
        assertThat(describe(arn).name()).isEqualTo(name);
        awaitEvent(arn, HistoryEventType.WAIT_STATE_ENTERED);
    }

    @Test
    void shouldStartOnceByNameAndInput() {
        StartExecutionResponse first = start("e1", "{\"code\":\"a\"}");

        assertThat(start("e1", INPUT).equalsBySdkFields(first)).isTrue();
        assertThatThrownBy(() -> start("e1", "{}"))
                .isInstanceOf(ExecutionAlreadyExistsException.class)
                .hasMessageContaining("Execution Already Exists: '" + first.executionArn() + "'");

        client.stopExecution(request -> request.executionArn(first.executionArn()));
        assertThatThrownBy(() -> start("e1", "{\"code\":\"a\"}")).isInstanceOf(ExecutionAlreadyExistsException.class);
    }

    @Test
    void shouldRefuseWhatCanNotBecomeAnExecution() {
        assertThatThrownBy(() -> start("a b", "{}"))
                .isInstanceOf(InvalidNameException.class)
                .hasMessageContaining("Invalid Name: 'a b'");
        assertThatThrownBy(() -> start("e1", "not some json"))
                .isInstanceOf(InvalidExecutionInputException.class)
                .hasMessageContaining("Invalid State Machine Execution Input: 'Unrecognized token 'not': was expecting"
                        + " (JSON String, Number, Array, Object or token 'null', 'true' or 'false')'");
        assertThatThrownBy(() -> start("e1", "{'not': 'json'}"))
                .hasMessageContaining(
                        "'Unexpected character (''' (code 39)): was expecting double-quote to start field name'");
        assertThatThrownBy(() -> start("e1", "")).hasMessageContaining("'Invalid execution input.'");
        assertThatThrownBy(() -> start("e1", "[]")).hasMessageContaining("the input is no object");
        assertThatThrownBy(() -> start("x".repeat(81), "{}"))
                .hasMessageContaining("1 validation error detected: Value '" + "x".repeat(81)
                        + "' at 'name' failed to satisfy constraint: Member must have length less than or equal to 80");
        assertThatThrownBy(() -> client.startExecution(request -> request.stateMachineArn(MACHINE + "x")))
                .isInstanceOf(StateMachineDoesNotExistException.class)
                .hasMessageContaining("State Machine Does Not Exist: '" + MACHINE + "x'");
        assertThatThrownBy(() -> client.startExecution(request -> request.stateMachineArn("links")))
                .isInstanceOf(InvalidArnException.class)
                .hasMessageContaining("Invalid Arn: 'Invalid ARN prefix: links'");
        assertThat(client.listExecutions(request -> request.stateMachineArn(MACHINE))
                        .executions())
                .isEmpty();
    }

    @Test
    void shouldDescribeAnExecutionThatFailed() throws Exception {
        lambda.script(List.of(functionError("Rejected", "no")));
        String arn = start("e1", INPUT).executionArn();
        awaitStatus(arn, ExecutionStatus.FAILED);

        DescribeExecutionResponse failed = describe(arn);
        assertThat(failed.error()).isEqualTo("Refused");
        assertThat(failed.cause()).isEqualTo("The link is refused.");
        assertThat(failed.redriveStatusAsString()).isEqualTo("REDRIVABLE");
        assertThat(failed.redriveStatusReason()).isNull();
        assertThat(failed.outputDetails()).isNull();
        assertThat(history(arn))
                .extracting(HistoryEvent::type)
                .endsWith(
                        HistoryEventType.TASK_STATE_EXITED,
                        HistoryEventType.FAIL_STATE_ENTERED,
                        HistoryEventType.EXECUTION_FAILED);
    }

    @Test
    void shouldNameTheStateInTheCauseOfARuntimeError() {
        lambda.script(List.of(returns("{}")));
        String arn = start("e1", INPUT).executionArn();
        awaitStatus(arn, ExecutionStatus.FAILED);

        String cause = "An error occurred while executing the state 'IsSafe' (entered at the event id #7). Invalid path"
                + " '$.safe': The choice state's condition path references an invalid value.";
        assertThat(describe(arn).cause()).isEqualTo(cause);
        List<HistoryEvent> events = history(arn);
        assertThat(events.get(events.size() - 1).executionFailedEventDetails().cause())
                .isEqualTo(cause);
    }

    @Test
    void shouldRedriveOnceForARepeatedRequest() throws Exception {
        lambda.script(List.of(functionError("Wrong", "no"), returnsInputWith("safe", "false")));
        String arn = start("e1", INPUT).executionArn();
        awaitStatus(arn, ExecutionStatus.FAILED);

        var redriven =
                client.redriveExecution(request -> request.executionArn(arn).clientToken("t1"));
        assertThat(client.redriveExecution(request -> request.executionArn(arn).clientToken("t1"))
                        .equalsBySdkFields(redriven))
                .isTrue();

        endpoint.close();
        client.close();
        open();
        assertThat(client.redriveExecution(request -> request.executionArn(arn).clientToken("t1"))
                        .equalsBySdkFields(redriven))
                .as("after a restart of the endpoint")
                .isTrue();

        assertThat(describe(arn).redriveCount()).isEqualTo(1);
        assertThat(describe(arn).redriveDate()).isEqualTo(redriven.redriveDate());
        awaitEvent(arn, HistoryEventType.WAIT_STATE_ENTERED);
        assertThat(history(arn))
                .filteredOn(event -> event.type() == HistoryEventType.EXECUTION_REDRIVEN)
                .singleElement()
                .satisfies(event -> assertThat(
                                event.executionRedrivenEventDetails().redriveCount())
                        .isEqualTo(1));
        assertThatThrownBy(() -> client.redriveExecution(request -> request.executionArn(arn)))
                .isInstanceOf(ExecutionNotRedrivableException.class)
                .hasMessageContaining("Execution is RUNNING and cannot be redriven");
    }

    @Test
    void shouldStopAnExecutionAndAnswerTheSameAgain() {
        String arn = start("e1", INPUT).executionArn();
        awaitEvent(arn, HistoryEventType.WAIT_STATE_ENTERED);

        var stopped = client.stopExecution(
                request -> request.executionArn(arn).error("Wrong").cause("a typing error"));

        assertThat(client.stopExecution(request -> request.executionArn(arn)).equalsBySdkFields(stopped))
                .isTrue();
        assertThat(describe(arn).status()).isEqualTo(ExecutionStatus.ABORTED);
        assertThat(describe(arn).error()).isEqualTo("Wrong");
        List<HistoryEvent> events = history(arn);
        assertThat(events.get(events.size() - 1).previousEventId()).isZero();
    }

    @Test
    void shouldAnswerATaskByItsTokenOnce() throws Exception {
        lambda.script(List.of(returnsInputWith("safe", "true")));
        String arn = start("e1", "{\"code\":\"a\"}").executionArn();
        String token = LastToken.take();
        awaitEvent(arn, HistoryEventType.TASK_SUBMITTED);

        client.sendTaskHeartbeat(request -> request.taskToken(token));
        client.sendTaskSuccess(request -> request.taskToken(token).output("{\"ok\":true}"));

        awaitStatus(arn, ExecutionStatus.SUCCEEDED);
        assertThat(describe(arn).output()).isEqualTo("{\"ok\":true}");
        assertThat(describe(arn).redriveStatusReason()).isEqualTo("Execution is SUCCEEDED and cannot be redriven");
        assertThatThrownBy(() -> client.sendTaskFailure(
                        request -> request.taskToken(token).error("Late")))
                .isInstanceOf(TaskTimedOutException.class);
        assertThatThrownBy(() -> client.sendTaskHeartbeat(request -> request.taskToken("none")))
                .isInstanceOf(InvalidTokenException.class)
                .hasMessageContaining("Invalid Token: 'Invalid token'");
    }

    @Test
    void shouldPageTheListNewestFirst() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            start("e" + i, INPUT);
            names.add(0, "e" + i);
        }

        List<String> listed = client
                .listExecutionsPaginator(
                        request -> request.stateMachineArn(MACHINE).maxResults(2))
                .executions()
                .stream()
                .map(ExecutionListItem::name)
                .toList();

        assertThat(listed).isEqualTo(names);
        client.stopExecution(
                request -> request.executionArn("arn:aws:states:us-east-1:000000000000:execution:links:e3"));
        assertThat(client.listExecutions(
                                request -> request.stateMachineArn(MACHINE).statusFilter("ABORTED"))
                        .executions())
                .singleElement()
                .satisfies(item -> {
                    assertThat(item.name()).isEqualTo("e3");
                    assertThat(item.redriveCount()).isZero();
                    assertThat(item.stopDate()).isNotNull();
                });
        assertThatThrownBy(() -> client.listExecutions(
                        request -> request.stateMachineArn(MACHINE).nextToken("none")))
                .isInstanceOf(InvalidTokenException.class);
        assertThatThrownBy(() -> client.listExecutions(
                        request -> request.stateMachineArn(MACHINE).statusFilter("succeeded")))
                .hasMessageContaining("Value 'succeeded' at 'statusFilter' failed to satisfy constraint: Member must"
                        + " satisfy enum value set: [");
        assertThatThrownBy(() -> client.listExecutions(
                        request -> request.stateMachineArn(MACHINE).maxResults(1_001)))
                .hasMessageContaining("1 validation error detected: Value '1001' at 'maxResults' failed to satisfy"
                        + " constraint: Member must have value less than or equal to 1000");
    }

    @Test
    void shouldPageAHistoryInBothOrders() {
        String arn = start("e1", INPUT).executionArn();
        awaitEvent(arn, HistoryEventType.WAIT_STATE_ENTERED);
        List<HistoryEvent> all = history(arn);

        assertThat(client.getExecutionHistoryPaginator(
                                request -> request.executionArn(arn).maxResults(3))
                        .events())
                .containsExactlyElementsOf(all);
        List<HistoryEvent> reverse = new ArrayList<>(client
                .getExecutionHistoryPaginator(
                        request -> request.executionArn(arn).maxResults(3).reverseOrder(true))
                .events()
                .stream()
                .toList());
        Collections.reverse(reverse);
        assertThat(reverse).isEqualTo(all);
        assertThat(client.getExecutionHistory(
                                request -> request.executionArn(arn).includeExecutionData(false))
                        .events()
                        .get(1)
                        .stateEnteredEventDetails()
                        .input())
                .isNull();
    }

    @Test
    void shouldRunExpressExecutions() {
        String express = MACHINE + "-express";
        lambda.script(List.of(functionError("Rejected", "no")));

        StartSyncExecutionResponse failed = client.startSyncExecution(
                request -> request.stateMachineArn(express).name("e1").input("{}"));

        assertThat(failed.status()).isEqualTo(SyncExecutionStatus.FAILED);
        assertThat(failed.error()).isEqualTo("Refused");
        assertThat(failed.outputDetails().included()).isTrue();
        assertThat(failed.billingDetails().billedDurationInMilliseconds() % 100).isZero();
        assertThat(failed.executionArn()).startsWith("arn:aws:states:us-east-1:000000000000:express:links-express:e1:");
        assertThatThrownBy(() -> describe(failed.executionArn()))
                .isInstanceOf(InvalidArnException.class)
                .hasMessageContaining("Invalid Arn: 'Resource type not valid in this context: express'");
        assertThatThrownBy(() -> client.startSyncExecution(request -> request.stateMachineArn(MACHINE)))
                .isInstanceOf(StateMachineTypeNotSupportedException.class)
                .hasMessageContaining("This operation is not supported by this type of state machine");
        assertThatThrownBy(() -> client.listExecutions(request -> request.stateMachineArn(express)))
                .isInstanceOf(StateMachineTypeNotSupportedException.class);
    }

    @Test
    void shouldDescribeStateMachinesInTheStatesLanguage() throws Exception {
        assertThat(client.listStateMachinesPaginator(request -> request.maxResults(1))
                        .stateMachines())
                .extracting(machine -> machine.name() + " " + machine.typeAsString())
                .containsExactly("links STANDARD", "links-express EXPRESS");

        JsonNode definition = JSON.readTree(client.describeStateMachine(request -> request.stateMachineArn(MACHINE))
                .definition());

        assertThat(definition).isEqualTo(JSON.readTree("""
                        {
                          "Comment": "Derived from the Camel routes of 'links'",
                          "StartAt": "Check",
                          "TimeoutSeconds": 300,
                          "States": {
                            "Check": {
                              "Type": "Task",
                              "Resource": "arn:aws:lambda:us-east-1:000000000000:function:Check",
                              "TimeoutSeconds": 5,
                              "Retry": [{"ErrorEquals": ["Lambda.ServiceException"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 1.0}],
                              "Catch": [{"ErrorEquals": ["Rejected"], "Next": "Refuse"}],
                              "Next": "IsSafe"
                            },
                            "Refuse": {"Type": "Fail"},
                            "IsSafe": {
                              "Type": "Choice",
                              "Choices": [{"Variable": "$.safe", "BooleanEquals": true, "Next": "Review"}],
                              "Default": "Pause"
                            },
                            "Review": {"Type": "Task", "Resource": "arn:aws:states:::jms:sendMessage.waitForTaskToken", "TimeoutSeconds": 3600, "End": true},
                            "Pause": {"Type": "Wait", "End": true}
                          }
                        }
                        """));
        assertThat(client.listTagsForResource(request -> request.resourceArn(MACHINE))
                        .tags())
                .isEmpty();
        String arn = start("e1", INPUT).executionArn();
        assertThat(client.describeStateMachineForExecution(request -> request.executionArn(arn))
                        .stateMachineArn())
                .isEqualTo(MACHINE);
    }

    @Test
    void shouldSayThatThereIsNoSuchExecution() {
        String arn = "arn:aws:states:us-east-1:000000000000:execution:links:none";
        assertThatThrownBy(() -> describe(arn))
                .isInstanceOf(ExecutionDoesNotExistException.class)
                .hasMessageContaining("Execution Does Not Exist: '" + arn + "'");
    }

    @Test
    void shouldLetViewersReadOnly() {
        String arn = start("e1", INPUT).executionArn();
        try (SfnClient viewer = client(VIEWER, SECRET)) {
            assertThat(viewer.describeExecution(request -> request.executionArn(arn))
                            .name())
                    .isEqualTo("e1");
            assertThatThrownBy(() -> viewer.stopExecution(request -> request.executionArn(arn)))
                    .satisfies(thrown -> assertThat(code(thrown)).isEqualTo("AccessDeniedException"))
                    .hasMessageContaining("is not authorized to perform: states:StopExecution");
        }
        assertThat(describe(arn).status()).isEqualTo(ExecutionStatus.RUNNING);
    }

    @Test
    void shouldRefuseWrongKeys() {
        try (SfnClient forged = client(OPERATOR, SECRET + "x");
                SfnClient unknown = client("AKIANOBODY0000000001", SECRET)) {
            assertThatThrownBy(forged::listStateMachines)
                    .satisfies(thrown -> assertThat(code(thrown)).isEqualTo("InvalidSignatureException"));
            assertThatThrownBy(unknown::listStateMachines)
                    .satisfies(thrown -> assertThat(code(thrown)).isEqualTo("UnrecognizedClientException"));
        }
    }

    private static String code(Throwable thrown) {
        return ((AwsServiceException) thrown).awsErrorDetails().errorCode();
    }

    @Test
    void shouldDeclineWhatOnlyTheServiceCanDo() {
        assertThatThrownBy(() -> client.deleteStateMachine(request -> request.stateMachineArn(MACHINE)))
                .satisfies(thrown -> assertThat(code(thrown)).isEqualTo("AccessDeniedException"));
        assertThat(client.listActivities().activities()).isEmpty();
    }

    @Test
    void shouldHaveTheSdkRepeatARequestThatTheJournalDidNotTake() {
        container.journal().failAt(1, Failure.AFTER);

        String arn = start("e1", INPUT).executionArn();

        awaitEvent(arn, HistoryEventType.WAIT_STATE_ENTERED);
        assertThat(history(arn))
                .filteredOn(event -> event.type() == HistoryEventType.EXECUTION_STARTED)
                .hasSize(1);
    }

    @Test
    void shouldRedriveOnceForARequestThatComesTwiceAtOnce() {
        lambda.script(List.of(functionError("Wrong", "no"), returnsInputWith("safe", "false")));
        String arn = start("e1", INPUT).executionArn();
        awaitStatus(arn, ExecutionStatus.FAILED);

        List<CompletableFuture<Instant>> requests = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> client.redriveExecution(
                                request -> request.executionArn(arn).clientToken("t1"))
                        .redriveDate()))
                .toList();

        assertThat(requests.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        assertThat(describe(arn).redriveCount()).isEqualTo(1);
    }

    @Test
    void shouldAnswerARepeatedRedriveThatTheBrokerDidNotTake() {
        lambda.script(List.of(functionError("Wrong", "no")));
        String arn = start("e1", INPUT).executionArn();
        awaitStatus(arn, ExecutionStatus.FAILED);
        container.setBrokerDown(true);

        // The SDK repeats what is answered with 503, with the same client token
        var redriven = client.redriveExecution(request -> request.executionArn(arn));

        assertThat(describe(arn).redriveDate()).isEqualTo(redriven.redriveDate());
        assertThat(describe(arn).redriveCount()).isEqualTo(1);
    }

    @Test
    void shouldSayThatTheBrokerIsDownAndStartWhenItIsBack() {
        container.setBrokerDown(true);
        assertThatThrownBy(() -> start("e1", INPUT))
                .isInstanceOf(SfnException.class)
                .satisfies(thrown -> assertThat(code(thrown)).isEqualTo("ServiceUnavailable"));

        container.setBrokerDown(false);
        awaitEvent(start("e1", INPUT).executionArn(), HistoryEventType.WAIT_STATE_ENTERED);
    }

    @Test
    void shouldWriteEachAttemptOfARetry() {
        lambda.script(List.of(serviceError(500, "ServiceException", "for now"), returnsInputWith("safe", "false")));
        String arn = start("e1", INPUT).executionArn();
        awaitEvent(arn, HistoryEventType.WAIT_STATE_ENTERED);

        assertThat(history(arn))
                .extracting(HistoryEvent::typeAsString)
                .containsSubsequence(
                        "LambdaFunctionScheduled",
                        "LambdaFunctionStarted",
                        "LambdaFunctionFailed",
                        "LambdaFunctionScheduled",
                        "LambdaFunctionStarted",
                        "LambdaFunctionSucceeded");
    }
}
