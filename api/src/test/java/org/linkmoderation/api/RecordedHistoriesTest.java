package org.linkmoderation.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.linkmoderation.api.UnsignedApi.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.linkmoderation.testkit.ScriptedLambda;

/**
 * Histories that were recorded from the service, compared field by field with those that GetExecutionHistory answers
 * for the same state machines here. Functions and services answer what was recorded.
 */
class RecordedHistoriesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<RecordedCase> cases() throws IOException {
        return RecordedCase.all().filter(RecordedCase::hasHistory);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldWriteTheHistoryAsTheServiceDoes(RecordedCase recorded) throws Exception {
        ScriptedLambda lambda = new ScriptedLambda();
        lambda.script(RecordedStateMachine.answers(recorded));

        JsonNode written;
        try (UnsignedApi api = new UnsignedApi(RecordedStateMachine.of(recorded), lambda)) {
            JsonNode arn = api.answer(
                            "StartExecution",
                            request("stateMachineArn", api.stateMachineArn(), "input", recorded.input()))
                    .path("executionArn");
            List<JsonNode> history = recorded.history();
            if (history.get(history.size() - 1).has("executionAbortedEventDetails")) {
                await().until(() -> api.answer("GetExecutionHistory", request("executionArn", arn))
                                .path("events")
                                .size()
                        == history.size() - 1);
                api.answer("StopExecution", request("executionArn", arn));
            }
            await().until(() -> !api.answer("DescribeExecution", request("executionArn", arn))
                    .path("status")
                    .asText()
                    .equals("RUNNING"));
            written = api.answer(
                            "GetExecutionHistory", request("executionArn", arn, "reverseOrder", recorded.isReversed()))
                    .path("events");
        }

        assertThat(comparable(written)).isEqualTo(comparable(recorded.events()));
    }

    /**
     * Events with their documents parsed as the recorder has them, without what differs in each execution and for each
     * account. A function here always has a TimeoutSeconds, which is not compared where the recorded one has none.
     */
    private static JsonNode comparable(JsonNode events) throws IOException {
        ArrayNode all = JSON.createArrayNode();
        for (JsonNode event : events) {
            ObjectNode one = event.deepCopy();
            one.remove("timestamp");
            if (RecordedCase.details(one) instanceof ObjectNode details) {
                details.remove("roleArn");
                if (details.has("region")) {
                    details.put("region", "here");
                }
                if (details.path("timeoutInSeconds").asLong() == RecordedStateMachine.NO_TIMEOUT.toSeconds()) {
                    details.remove("timeoutInSeconds");
                }
                for (String document : List.of("input", "output", "cause", "parameters")) {
                    if (details.path(document).isTextual()
                            && details.path(document).textValue().startsWith("{")) {
                        details.set(
                                document, JSON.readTree(details.path(document).textValue()));
                    }
                }
            }
            all.add(one);
        }
        return all;
    }
}
