package org.linkmoderation.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.linkmoderation.states.ErrorEquals.errorEquals;
import static org.linkmoderation.testkit.ScriptedLambda.functionErrorPayload;
import static org.linkmoderation.testkit.ScriptedLambda.returns;
import static org.linkmoderation.testkit.ScriptedLambda.timesOut;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.deployment.ContainerUnderTest;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.StateMachineBuilder;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.testkit.ScriptedLambda;

/**
 * Histories that were recorded from the service, compared field by field with those of the same state machines here:
 * the ones that are tasks of functions, Wait and Fail states. The functions answer what was recorded.
 */
class RecordedHistoriesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Arns ARNS = new Arns("us-east-1", "111111111111");

    static Stream<JsonNode> cases() throws IOException {
        try (InputStream file = RecordedHistoriesTest.class.getResourceAsStream("/histories.json")) {
            return StreamSupport.stream(JSON.readTree(file).path("cases").spliterator(), false);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldWriteTheHistoryAsTheServiceDoes(JsonNode recorded) throws Exception {
        ScriptedLambda lambda = new ScriptedLambda();
        lambda.script(answers(recorded.path("events")));

        List<ObjectNode> written;
        try (ContainerUnderTest container = new ContainerUnderTest(definition(recorded), lambda)) {
            Execution started =
                    container.executions().startRecorded("recorded", Optional.of("e1"), text(recorded.path("input")));
            int last = recorded.path("events").size() - 1;
            boolean isStopped =
                    recorded.path("events").path(last).path("type").asText().equals("ExecutionAborted");
            if (isStopped) {
                await().until(() -> find(container, started.id()).trail().size() == 1);
                container.executions().stop(started.id(), "", "");
            }
            await().until(() -> find(container, started.id()).status().isFinal());
            written = ApiHistory.of(ARNS, find(container, started.id()), true);
        }

        assertThat(comparable(JSON.valueToTree(written)))
                .as(recorded.path("id").asText())
                .isEqualTo(comparable(recorded.path("events")));
    }

    private static Execution find(ContainerUnderTest container, ExecutionId id) {
        return container.journal().find(id).orElseThrow();
    }

    /** What the functions are to answer, as the events tell it. */
    private static List<ScriptedLambda.Step> answers(JsonNode events) {
        List<ScriptedLambda.Step> answers = new ArrayList<>();
        for (JsonNode event : events) {
            switch (event.path("type").asText()) {
                case "LambdaFunctionSucceeded" ->
                    answers.add(returns(text(event.at("/lambdaFunctionSucceededEventDetails/output"))));
                case "LambdaFunctionFailed" ->
                    answers.add(functionErrorPayload(text(event.at("/lambdaFunctionFailedEventDetails/cause"))));
                case "LambdaFunctionTimedOut" -> answers.add(timesOut());
                default -> {
                    // No function answers
                }
            }
        }
        return answers;
    }

    /** A document that the recorder parsed, as the text that it was. */
    private static String text(JsonNode document) {
        return document.isTextual() ? document.textValue() : document.toString();
    }

    /** The state machine as routes: its states in the order in which they were entered. */
    private static StateMachineDefinition definition(JsonNode recorded) {
        return StateMachineDefinition.named("recorded")
                .timeout(Duration.ofMinutes(5))
                .input(input -> {})
                .routes(new Retries(), new Recorded(recorded))
                .retry("Retry", retry(recorded))
                .build();
    }

    private static Retry retry(JsonNode recorded) {
        JsonNode attempts = recorded.path("definition").findPath("MaxAttempts");
        return attempts.isMissingNode() ? Retry.NONE : new Retry(Duration.ofMillis(1), attempts.intValue(), 1);
    }

    /** Any error is retried as often as the definition says. */
    private static final class Retries extends RouteConfigurationBuilder {
        @Override
        public void configuration() {
            routeConfiguration("Retries")
                    .onException(TaskFailedException.class)
                    .onWhen(errorEquals("States.ALL"))
                    .redeliveryPolicyRef("Retry")
                    .handled(false)
                    .end();
        }
    }

    /** The routes of a recorded state machine. */
    private static final class Recorded extends StateMachineBuilder {
        private final JsonNode recorded;

        Recorded(JsonNode recorded) {
            this.recorded = recorded;
        }

        @Override
        public void configure() {
            errorHandler(failuresAreJournaled());
            var diagram = from("direct:recorded").routeId("recorded");
            for (JsonNode event : recorded.path("events")) {
                String name = event.at("/stateEnteredEventDetails/name").asText();
                if (!name.isEmpty()) {
                    diagram.to("direct:" + name);
                    addState(name, recorded.path("definition").path("States").path(name));
                }
            }
        }

        private void addState(String name, JsonNode state) {
            switch (state.path("Type").asText()) {
                case "Task" -> addTask(name, state);
                case "Wait" -> waitSeconds(name, state.path("Seconds").asLong());
                case "Fail" ->
                    fail(name).process(exchange -> {
                        throw new TaskFailedException(
                                state.path("Error").asText(),
                                state.path("Cause").asText());
                    });
                default -> throw new IllegalArgumentException("A state of type " + state.path("Type"));
            }
        }

        private void addTask(String name, JsonNode state) {
            LambdaFunction function = new LambdaFunction(
                    state.path("Resource").asText(),
                    Duration.ofSeconds(state.path("TimeoutSeconds").asLong(60)),
                    retry(recorded));
            task(name)
                    .routeConfigurationId("Retries")
                    .to("direct:invoke" + name)
                    .process(exchange -> {
                        if (state.has("ResultPath")) {
                            String result = exchange.getMessage().getBody(String.class);
                            exchange.getMessage()
                                    .setBody(JSON.createObjectNode()
                                            .<ObjectNode>set("Return", JSON.readTree(result))
                                            .toString());
                        }
                    });
            attempt("invoke" + name)
                    .policy(function)
                    .process(function::prepareRequest)
                    .to("aws2-lambda:f?operation=invokeFunction&pojoRequest=true")
                    .end();
        }
    }

    /**
     * Events with their documents parsed as the recorder has them, without what differs in each execution and for each
     * account. A state here always has a TimeoutSeconds, which is not compared where the recorded one has none.
     */
    private static JsonNode comparable(JsonNode events) {
        ArrayNode all = JSON.createArrayNode();
        for (JsonNode event : events) {
            ObjectNode one = event.deepCopy();
            one.remove("timestamp");
            one.properties().forEach(member -> {
                if (member.getValue() instanceof ObjectNode details) {
                    details.remove("roleArn");
                    if (details.path("timeoutInSeconds").asInt() == 60) {
                        details.remove("timeoutInSeconds");
                    }
                    for (String document : List.of("input", "output", "cause")) {
                        if (details.path(document).isTextual()) {
                            parse(details, document);
                        }
                    }
                }
            });
            all.add(one);
        }
        // Numbers by their value, not by their width
        return readAgain(all);
    }

    private static JsonNode readAgain(JsonNode tree) {
        try {
            return JSON.readTree(tree.toString());
        } catch (IOException e) {
            throw new IllegalStateException("A tree that is no JSON", e);
        }
    }

    private static void parse(ObjectNode details, String member) {
        String text = details.path(member).textValue();
        if (text.startsWith("{")) {
            try {
                details.set(member, JSON.readTree(text));
            } catch (IOException e) {
                throw new IllegalStateException("No JSON: " + text, e);
            }
        }
    }
}
