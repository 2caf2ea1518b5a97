package org.linkmoderation.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.linkmoderation.api.UnsignedApi.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.linkmoderation.api.UnsignedApi.Answer;
import org.linkmoderation.testkit.ScriptedLambda;

/**
 * Answers of other actions than GetExecutionHistory that were recorded from the service, compared member by member with
 * those here. The recorder has put names in the place of what differs in each execution.
 */
class RecordedAnswersTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ARN =
            Pattern.compile("arn:[^:']+:states:[^:']+:\\d+:(stateMachine|execution|express)((?::[^:']+)+)");

    /** What is asked to get the answers of a kind of case: each answer by the name that the recorder gave it. */
    private interface Script {
        Map<String, Answer> run(UnsignedApi api, RecordedCase recorded) throws Exception;
    }

    private static final Map<String, Script> SCRIPTS = Map.of(
            "express-sync",
            (api, recorded) -> Map.of("start_execution_sync_response", startSync(api, "-express")),
            "express-sync-refused",
            (api, recorded) -> Map.of("start_sync_execution_error", startSync(api, "")),
            "describe-execution-succeeded",
            (api, recorded) -> {
                Answer started = start(api, "e1", "{}");
                return Map.of("exec_resp", started, "describe_execution", describeEnded(api, started));
            },
            "describe-execution-timed-out",
            (api, recorded) -> Map.of("describe_execution", describeEnded(api, start(api, "e1", "{}"))),
            "start-idempotent",
            RecordedAnswersTest::startAgain,
            "invalid-input",
            (api, recorded) -> Map.of(
                    "start_exec_str_inp", start(api, "e1", "not some json"),
                    "start_exec_not_json_inp", start(api, "e1", "{'not': 'json'}"),
                    "start_res_empty", start(api, "e1", ""),
                    "start_res_num", start(api, "e2", "2"),
                    "start_res_str", start(api, "e3", "\"some text\""),
                    "start_res_null", start(api, "e4", "null")),
            "validate-definition",
            (api, recorded) -> Map.of(
                    "validation_response",
                    api.ask("ValidateStateMachineDefinition", request("definition", "{}", "type", "STANDARD"))));

    static Stream<RecordedCase> cases() throws IOException {
        return RecordedCase.all().filter(recorded -> !recorded.hasHistory());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldAnswerAsTheServiceDoes(RecordedCase recorded) throws Exception {
        ScriptedLambda lambda = new ScriptedLambda();
        lambda.script(List.of(ScriptedLambda.functionErrorPayload(errorPayload(recorded))));
        Script script = SCRIPTS.get(recorded.kind());
        assertThat(script)
                .as("what is asked for kind '" + recorded.kind() + "'")
                .isNotNull();

        try (UnsignedApi api = new UnsignedApi(RecordedStateMachine.of(recorded), lambda)) {
            script.run(api, recorded)
                    .forEach((name, answer) -> assertThat(comparable(answer))
                            .as(name)
                            .isEqualTo(comparable(recorded.answers().path(name))));
        }
    }

    private static String errorPayload(RecordedCase recorded) {
        return recorded.answers().findPath("Cause").asText("{\"errorType\":\"Exception\"}");
    }

    private static Answer start(UnsignedApi api, String name, String input) throws Exception {
        return api.ask(
                "StartExecution", request("stateMachineArn", api.stateMachineArn(), "name", name, "input", input));
    }

    private static Answer startSync(UnsignedApi api, String suffix) throws Exception {
        return api.ask("StartSyncExecution", request("stateMachineArn", api.stateMachineArn() + suffix));
    }

    private static Answer describeEnded(UnsignedApi api, Answer started) throws Exception {
        ObjectNode execution = request("executionArn", started.body().path("executionArn"));
        await().until(() -> !api.answer("DescribeExecution", execution)
                .path("status")
                .asText()
                .equals("RUNNING"));
        return api.ask("DescribeExecution", execution);
    }

    private static Map<String, Answer> startAgain(UnsignedApi api, RecordedCase recorded) throws Exception {
        Answer first = start(api, "e1", "{}");
        Answer second = start(api, "e1", "{}");
        assertThat(second).isEqualTo(first);
        Answer stopped =
                api.ask("StopExecution", request("executionArn", first.body().path("executionArn")));
        return Map.of(
                "exec_resp", first,
                "exec_resp_idempotent", second,
                "stop_res", stopped,
                "start_exec_already_exists", start(api, "e1", "{}"));
    }

    /** A recorded answer without what the recorder has added, and with one error in the form of the wire. */
    private static JsonNode comparable(JsonNode recorded) {
        int status = recorded.at("/ResponseMetadata/HTTPStatusCode").asInt();
        ObjectNode body = recorded.deepCopy();
        body.remove(List.of("ResponseMetadata", "message"));
        if (body.path("Error").isObject()) {
            body = request("__type", body.at("/Error/Code"), "message", body.at("/Error/Message"));
        }
        return comparable(status, body);
    }

    private static JsonNode comparable(Answer answer) {
        return comparable(answer.status(), answer.body().deepCopy());
    }

    private static JsonNode comparable(int status, ObjectNode body) {
        body.put("status of HTTP", status);
        for (String date : List.of("startDate", "stopDate")) {
            if (body.path(date).isNumber()) {
                body.put(date, "datetime");
            }
        }
        for (String named : List.of("executionArn", "stateMachineArn", "message")) {
            if (body.has(named)) {
                body.put(named, withoutNames(body.path(named).asText()));
            }
        }
        if (body.has("name")) {
            body.put("name", "X");
        }
        if (body.path("billingDetails") instanceof ObjectNode billing) {
            // A multiple of 100
            billing.put(
                    "billedDurationInMilliseconds",
                    billing.path("billedDurationInMilliseconds").asInt() % 100);
        }
        for (String document : List.of("input", "output")) {
            if (body.path(document).isTextual()) {
                body.set(document, read(body.path(document).textValue()));
            }
        }
        return read(body.toString());
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("No JSON: " + text, e);
        }
    }

    /** A text in whose ARNs only the kinds of resources are left. */
    private static String withoutNames(String text) {
        return ARN.matcher(text.replaceAll("<[^>]*>", "X"))
                .replaceAll(arn -> arn.group(1) + arn.group(2).replaceAll("[^:]+", "X"));
    }
}
