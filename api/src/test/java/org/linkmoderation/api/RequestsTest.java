package org.linkmoderation.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.api.UnsignedApi.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.api.UnsignedApi.Answer;
import org.linkmoderation.states.StateMachineBuilder;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.testkit.ScriptedLambda;

/** Requests that the SDKs would not send, and what the service answers to them. */
class RequestsTest {
    private static final String PREFIX = "arn:aws:states:us-east-1:" + UnsignedApi.ACCOUNT + ":";

    private UnsignedApi api;

    @BeforeEach
    void start() throws Exception {
        api = new UnsignedApi(LinkDiagram.definition(), new ScriptedLambda());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private void shouldRefuse(String action, ObjectNode request, String error, String message) throws Exception {
        Answer answer = api.ask(action, request);
        assertThat(answer.body()).isEqualTo(request("__type", error, "message", message));
        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void shouldTellAllConstraintsThatARequestBreaks() throws Exception {
        shouldRefuse(
                "ListExecutions",
                request("stateMachineArn", "", "maxResults", -1, "statusFilter", "running"),
                "ValidationException",
                "3 validation errors detected: Value '' at 'stateMachineArn' failed to satisfy constraint: Member must"
                        + " have length greater than or equal to 1; Value 'running' at 'statusFilter' failed to satisfy"
                        + " constraint: Member must satisfy enum value set: [RUNNING, SUCCEEDED, FAILED, TIMED_OUT,"
                        + " ABORTED, PENDING_REDRIVE]; Value '-1' at 'maxResults' failed to satisfy constraint: Member"
                        + " must have value greater than or equal to 0");
    }

    @Test
    void shouldRefuseEachConstraintInTheWordsOfTheService() throws Exception {
        String start = "1 validation error detected: Value";
        shouldRefuse(
                "DescribeExecution",
                request(),
                "ValidationException",
                start + " null at 'executionArn' failed to satisfy constraint: Member must not be null");
        shouldRefuse(
                "RedriveExecution",
                request("executionArn", PREFIX + "execution:links:e1", "clientToken", "a b"),
                "ValidationException",
                start + " 'a b' at 'clientToken' failed to satisfy constraint: Member must satisfy regular expression"
                        + " pattern: [!-~]+");
        shouldRefuse(
                "GetExecutionHistory",
                request("executionArn", PREFIX + "execution:links:e1", "nextToken", "x".repeat(1_025)),
                "ValidationException",
                start + " '" + "x".repeat(1_025)
                        + "' at 'nextToken' failed to satisfy constraint: Member must have length less than or equal to"
                        + " 1024");
        shouldRefuse(
                "StartExecution",
                request("stateMachineArn", PREFIX + "stateMachine:links", "input", "\"" + "é".repeat(131_072) + "\""),
                "ValidationException",
                start + " at 'input' failed to satisfy constraint: Member must have length less than or equal to"
                        + " 262144");
        shouldRefuse(
                "StopExecution",
                request("executionArn", PREFIX + "execution:links:e1", "error", "x".repeat(257)),
                "ValidationException",
                start + " at 'error' failed to satisfy constraint: Member must have length less than or equal to 256");
    }

    @Test
    void shouldRefuseMembersOfAnotherTypeFirst() throws Exception {
        shouldRefuse(
                "ListExecutions",
                request("stateMachineArn", 1, "maxResults", 1_001),
                "SerializationException",
                "The member 'stateMachineArn' is not a string");
        shouldRefuse(
                "GetExecutionHistory",
                request("executionArn", "x", "reverseOrder", "true"),
                "SerializationException",
                "The member 'reverseOrder' is not a boolean");
        shouldRefuse(
                "ListStateMachines",
                request("maxResults", "10"),
                "SerializationException",
                "The member 'maxResults' is not an integer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "null", "{} {}", "\u0000"})
    void shouldRefuseABodyThatIsNoJsonObject(String body) throws Exception {
        Answer answer = api.ask("ListStateMachines", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("__type").asText()).isEqualTo("SerializationException");
    }

    @ParameterizedTest
    @CsvSource({"StartAll, {}", "'', {}", "startExecution, {}"})
    void shouldRefuseAnUnknownAction(String action, String body) throws Exception {
        assertThat(api.ask(action, body).body().path("__type").asText()).isEqualTo("UnknownOperationException");
    }

    @Test
    void shouldIgnoreMembersThatTheModelLacks() throws Exception {
        assertThat(api.ask("ListStateMachines", request("maxResults", 0, "colour", "red", "nextToken", null))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void shouldRefuseArnsOfTheWrongKind() throws Exception {
        for (String action : new String[] {
            "DescribeExecution",
            "GetExecutionHistory",
            "StopExecution",
            "RedriveExecution",
            "DescribeStateMachineForExecution",
            "ListMapRuns"
        }) {
            shouldRefuse(
                    action,
                    request("executionArn", "links:e1"),
                    "InvalidArn",
                    "Invalid Arn: 'Invalid ARN prefix: links:e1'");
            shouldRefuse(
                    action,
                    request("executionArn", PREFIX + "express:links-express:e1:u1"),
                    "InvalidArn",
                    "Invalid Arn: 'Resource type not valid in this context: express'");
        }
        shouldRefuse(
                "DescribeStateMachine",
                request("stateMachineArn", PREFIX + "execution:links:e1"),
                "InvalidArn",
                "Invalid Arn: 'Resource type not valid in this context: execution'");
        shouldRefuse(
                "StartExecution",
                request("stateMachineArn", PREFIX + "stateMachine:links:1"),
                "StateMachineDoesNotExist",
                "State Machine Does Not Exist: '" + PREFIX + "stateMachine:links:1'");
        shouldRefuse(
                "DescribeActivity",
                request("activityArn", "no_an_activity_arn"),
                "InvalidArn",
                "Invalid Arn: 'Invalid ARN prefix: no_an_activity_arn'");
        shouldRefuse(
                "DescribeActivity",
                request("activityArn", PREFIX + "activity:a"),
                "ActivityDoesNotExist",
                "Activity Does Not Exist: '" + PREFIX + "activity:a'");
    }

    @Test
    void shouldRefuseTokensThatNoPageNamed() throws Exception {
        String invalid = "Invalid Token: 'Invalid token'";
        ObjectNode machine = request("stateMachineArn", api.stateMachineArn(), "nextToken", "token");
        shouldRefuse("ListExecutions", machine, "InvalidToken", invalid);
        shouldRefuse("ListStateMachineAliases", machine, "InvalidToken", invalid);
        shouldRefuse("ListStateMachineVersions", machine, "InvalidToken", invalid);
        shouldRefuse("ListStateMachines", request("nextToken", "token"), "InvalidToken", invalid);
        shouldRefuse("ListActivities", request("nextToken", "token"), "InvalidToken", invalid);
        shouldRefuse("SendTaskHeartbeat", request("taskToken", "token"), "InvalidToken", invalid);
    }

    @Test
    void shouldRefuseATokenWithAPositionOfTheClients() throws Exception {
        api.answer("StartExecution", request("stateMachineArn", api.stateMachineArn(), "name", "e1"));
        api.answer("StartExecution", request("stateMachineArn", api.stateMachineArn(), "name", "e2"));
        String token = api.answer("ListExecutions", request("stateMachineArn", api.stateMachineArn(), "maxResults", 1))
                .path("nextToken")
                .asText();
        String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        String forged = Base64.getUrlEncoder()
                .encodeToString((text.substring(0, text.lastIndexOf('\n') + 1) + "x").getBytes(StandardCharsets.UTF_8));

        shouldRefuse(
                "ListExecutions",
                request("stateMachineArn", api.stateMachineArn(), "nextToken", forged),
                "InvalidToken",
                "Invalid Token: 'Invalid token'");
    }

    @Test
    void shouldListExecutionsOfAStateMachineOnly() throws Exception {
        shouldRefuse(
                "ListExecutions", request(), "ValidationException", "Must provide a StateMachine ARN or MapRun ARN");
        String mapRun = PREFIX + "mapRun:links/Map:1";
        shouldRefuse(
                "ListExecutions",
                request("mapRunArn", mapRun),
                "ResourceNotFound",
                "Resource not found: '" + mapRun + "'");
        shouldRefuse(
                "ListExecutions",
                request("stateMachineArn", api.stateMachineArn(), "statusFilter", "PENDING_REDRIVE"),
                "ValidationException",
                "statusFilter PENDING_REDRIVE needs a mapRunArn");
    }

    @Test
    void shouldLeaveDocumentsOutOfMetadata() throws Exception {
        String arn = api.answer("StartExecution", request("stateMachineArn", api.stateMachineArn(), "name", "e1"))
                .path("executionArn")
                .asText();

        var described = api.answer("DescribeExecution", request("executionArn", arn, "includedData", "METADATA_ONLY"));
        assertThat(described.has("input")).isFalse();
        assertThat(described.at("/inputDetails/included").asBoolean(true)).isFalse();
        assertThat(api.answer(
                                "DescribeStateMachine",
                                request("stateMachineArn", api.stateMachineArn(), "includedData", "METADATA_ONLY"))
                        .has("definition"))
                .isFalse();
    }

    @Test
    void shouldDeleteOnlyStateMachinesThatAreNotThere() throws Exception {
        assertThat(api.answer("DeleteStateMachine", request("stateMachineArn", PREFIX + "stateMachine:none")))
                .isEmpty();
        assertThat(api.ask("DeleteStateMachine", request("stateMachineArn", api.stateMachineArn()))
                        .body()
                        .path("__type")
                        .asText())
                .isEqualTo("AccessDeniedException");
    }

    @Test
    void shouldAnswerAnInternalErrorWithoutItsTrace() throws Exception {
        StateMachineDefinition broken = StateMachineDefinition.named("broken")
                .input(input -> {
                    throw new IllegalStateException("a defect of the state machine");
                })
                .routes(new StateMachineBuilder() {
                    @Override
                    public void configure() {
                        from("direct:broken").to("direct:Keep");
                        pass("Keep");
                    }
                })
                .build();
        try (UnsignedApi other = new UnsignedApi(broken, new ScriptedLambda())) {
            Answer answer = other.ask("StartExecution", request("stateMachineArn", other.stateMachineArn()));

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body())
                    .isEqualTo(request(
                            "__type",
                            "InternalFailure",
                            "message",
                            "The request failed because of an internal error, which the log of the container names"));
        }
    }

    @Test
    void shouldSayThatTheBrokerIsDown() throws Exception {
        api.container().setBrokerDown(true);

        Answer answer = api.ask("StartExecution", request("stateMachineArn", api.stateMachineArn()));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body().path("__type").asText()).isEqualTo("ServiceUnavailable");
    }
}
