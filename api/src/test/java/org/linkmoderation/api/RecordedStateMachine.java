package org.linkmoderation.api;

import static org.linkmoderation.states.Catch.caughtIn;
import static org.linkmoderation.states.Catch.errorOutputOf;
import static org.linkmoderation.states.ErrorEquals.errorEquals;
import static org.linkmoderation.testkit.ScriptedLambda.functionErrorPayload;
import static org.linkmoderation.testkit.ScriptedLambda.returns;
import static org.linkmoderation.testkit.ScriptedLambda.timesOut;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.linkmoderation.ErrorName;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.StateMachineBuilder;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.states.TaskKind;
import org.linkmoderation.states.TaskPolicy;
import org.linkmoderation.testkit.ScriptedLambda;

/**
 * A recorded state machine as routes: Retry, Catch, timeouts and the types of states are those of its definition. The
 * record supplies the rest: the answers of functions and services, the order of the states, and what our own routes
 * compute in Java ({@code Parameters}, {@code ResultPath} and the like).
 */
final class RecordedStateMachine extends StateMachineBuilder {
    /** Of a state that has none; the service writes none then. */
    static final Duration NO_TIMEOUT = Duration.ofSeconds(60);

    private static final String DIRECT = "direct:";

    /** What makes of the result of a state an output that is not that result. */
    private static final List<String> OUTPUT_FIELDS =
            List.of("ResultPath", "ResultSelector", "OutputPath", "Output", "Result");

    private final RecordedCase recorded;

    private RecordedStateMachine(RecordedCase recorded) {
        this.recorded = recorded;
    }

    static StateMachineDefinition of(RecordedCase recorded) {
        StateMachineDefinition.Builder definition = StateMachineDefinition.named("recorded")
                .timeout(Duration.ofSeconds(
                        recorded.definition().path("TimeoutSeconds").asLong(300)))
                .input(input -> {})
                .routes(new RecordedStateMachine(recorded), new RetryAndCatch(recorded));
        recorded.definition()
                .path("States")
                .properties()
                .forEach(state -> definition.retry(state.getKey(), retry(state.getValue())));
        return definition.build();
    }

    private static Retry retry(JsonNode state) {
        JsonNode attempts = state.at("/Retry/0/MaxAttempts");
        return attempts.isMissingNode() ? Retry.NONE : new Retry(Duration.ofMillis(1), attempts.intValue(), 1);
    }

    /** What the functions answer, as the events tell it. */
    static List<ScriptedLambda.Step> answers(RecordedCase recorded) {
        List<ScriptedLambda.Step> answers = new ArrayList<>();
        for (JsonNode event : recorded.history()) {
            JsonNode details = RecordedCase.details(event);
            switch (event.path("type").asText()) {
                case "LambdaFunctionSucceeded" -> answers.add(returns(RecordedCase.text(details.path("output"))));
                case "LambdaFunctionFailed" ->
                    answers.add(
                            details.path("error").asText().equals(ErrorName.DATA_LIMIT_EXCEEDED)
                                    ? returns("\"" + "x".repeat(StartRequest.MAX_INPUT_BYTES) + "\"")
                                    : functionErrorPayload(cause(recorded, event)));
                case "LambdaFunctionTimedOut" -> answers.add(timesOut());
                default -> {
                    // No function answers
                }
            }
        }
        return answers;
    }

    /** The recorder parsed it; where it was caught it is there as it was. */
    private static String cause(RecordedCase recorded, JsonNode failed) {
        List<JsonNode> all = recorded.history();
        JsonNode next = all.get(failed.path("id").asInt());
        JsonNode caught = RecordedCase.details(next).path("output").findPath("Cause");
        return caught.isTextual()
                ? caught.textValue()
                : RecordedCase.text(RecordedCase.details(failed).path("cause"));
    }

    @Override
    public void configure() {
        errorHandler(failuresAreJournaled());
        var diagram = from("direct:recorded").routeId("recorded");
        for (String name : recorded.entered()) {
            JsonNode state = recorded.definition().path("States").path(name);
            if (state.path("Type").asText().equals("Choice")) {
                diagram.process(enterChoice(name));
                continue;
            }
            diagram.to(DIRECT + name);
            switch (state.path("Type").asText()) {
                case "Task" -> addTask(name, state);
                case "Pass" -> pass(name).process(exchange -> leave(exchange, name, state));
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
    }

    private void addTask(String name, JsonNode state) {
        boolean isFunction = state.path("Resource").asText().contains(":function:");
        task(name)
                .routeConfigurationId(name)
                .process(exchange -> enter(exchange, name, state))
                .to("direct:invoke " + name)
                .process(exchange -> leave(exchange, name, state));
        if (isFunction) {
            LambdaFunction function = new LambdaFunction(
                    state.path("Resource").asText(),
                    Duration.ofSeconds(state.path("TimeoutSeconds").asLong(NO_TIMEOUT.toSeconds())),
                    retry(state));
            attempt("invoke " + name)
                    .policy(function)
                    .process(function::prepareRequest)
                    .to("aws2-lambda:f?operation=invokeFunction&pojoRequest=true")
                    .end();
        } else {
            RecordedService service = new RecordedService(recorded, name, retry(state));
            attempt("invoke " + name).policy(service).process(service::answer).end();
        }
    }

    private void enter(Exchange exchange, String name, JsonNode state) {
        if (state.has("Parameters")) {
            recorded.visit(name).stream()
                    .filter(event -> event.has("lambdaFunctionScheduledEventDetails"))
                    .findFirst()
                    .ifPresent(event -> exchange.getMessage()
                            .setBody(RecordedCase.text(
                                    RecordedCase.details(event).path("input"))));
        }
    }

    private void leave(Exchange exchange, String name, JsonNode state) throws TaskFailedException {
        Optional<String> output = recorded.output(name);
        if (output.isEmpty()) {
            List<JsonNode> all = recorded.history();
            String cause =
                    RecordedCase.details(all.get(all.size() - 1)).path("cause").asText();
            throw new TaskFailedException(ErrorName.RUNTIME, cause.substring(cause.indexOf("). ") + 3));
        }
        JsonNode computing = caughtIn(name).matches(exchange) ? state.at("/Catch/0") : state;
        boolean isComputed = OUTPUT_FIELDS.stream().anyMatch(computing::has);
        if (isComputed) {
            exchange.getMessage().setBody(output.get());
        }
    }

    /** The Retry and the Catch of each Task. */
    private static final class RetryAndCatch extends RouteConfigurationBuilder {
        private final RecordedCase recorded;

        RetryAndCatch(RecordedCase recorded) {
            this.recorded = recorded;
        }

        @Override
        public void configuration() {
            for (String name : recorded.entered()) {
                JsonNode state = recorded.definition().path("States").path(name);
                if (state.path("Type").asText().equals("Task")) {
                    add(routeConfiguration(name), name, state);
                }
            }
        }

        private static void add(RouteConfigurationDefinition configuration, String name, JsonNode state) {
            OnExceptionDefinition failed = configuration.onException(TaskFailedException.class);
            if (state.has("Retry")) {
                failed.onWhen(errorEquals(names(state.at("/Retry/0")))).redeliveryPolicyRef(name);
            } else {
                failed.maximumRedeliveries(0);
            }
            if (state.has("Catch")) {
                String[] caught = StreamSupport.stream(state.path("Catch").spliterator(), false)
                        .flatMap(one -> List.of(names(one)).stream())
                        .toArray(String[]::new);
                failed.continued(errorEquals(caught)).process(errorOutputOf(name));
            } else {
                failed.handled(false);
            }
            failed.end();
        }

        private static String[] names(JsonNode errorEquals) {
            return StreamSupport.stream(errorEquals.path("ErrorEquals").spliterator(), false)
                    .map(JsonNode::asText)
                    .toArray(String[]::new);
        }
    }

    /** A service that answers each attempt of a state as it did when it was recorded. */
    private static final class RecordedService extends TaskPolicy {
        private final JsonNode scheduled;
        private final Deque<JsonNode> ends = new ArrayDeque<>();
        private final RecordedCase recorded;

        RecordedService(RecordedCase recorded, String state, Retry retry) {
            super(TaskKind.SERVICE_INTEGRATION, retry);
            this.recorded = recorded;
            List<JsonNode> visit = recorded.visit(state);
            scheduled = visit.stream()
                    .map(event -> event.path("taskScheduledEventDetails"))
                    .filter(details -> !details.isMissingNode())
                    .findFirst()
                    .orElseThrow();
            visit.stream()
                    .filter(event -> event.path("type").asText().matches("TaskSucceeded|TaskFailed"))
                    .forEach(ends::add);
        }

        @Override
        protected Map<String, String> resource(Exchange exchange) {
            Map<String, String> resource = new LinkedHashMap<>();
            for (String member : List.of("resourceType", "resource", "parameters", "timeoutInSeconds")) {
                if (scheduled.has(member)) {
                    resource.put(member, RecordedCase.text(scheduled.path(member)));
                }
            }
            return resource;
        }

        void answer(Exchange exchange) throws TaskFailedException {
            JsonNode end = ends.remove();
            JsonNode details = RecordedCase.details(end);
            if (details.has("error")) {
                throw new TaskFailedException(details.path("error").asText(), cause(recorded, end));
            }
            exchange.getMessage().setBody(RecordedCase.text(details.path("output")));
        }

        @Override
        protected String result(Exchange exchange) {
            return exchange.getMessage().getBody(String.class);
        }

        @Override
        protected TaskFailedException failure(Exception thrown) throws Exception {
            if (thrown instanceof TaskFailedException failure) {
                return failure;
            }
            throw thrown;
        }
    }
}
