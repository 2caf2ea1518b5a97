package org.linkmoderation.states;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.camel.Exchange;
import org.apache.camel.LoggingLevel;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.PolicyDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.run.RunningExecution;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * A state machine as routes. The route {@code direct:<name of the state machine>} is the diagram, which calls the
 * routes of the states; each state has one route, named as in the diagram.
 */
public abstract class StateMachineBuilder extends RouteBuilder {
    private final List<DeclaredState> states = new ArrayList<>();

    /**
     * A state as a builder declares it.
     *
     * @param name its name
     * @param entered the event that tells of its entry
     */
    public record DeclaredState(String name, HistoryEventType entered) {}

    /** The states that were declared, in order; complete when the routes have been added to a context. */
    public final List<DeclaredState> states() {
        return List.copyOf(states);
    }

    /** The error handler of the routes: it adds nothing to what the journal and its log line say of a failure. */
    protected final DefaultErrorHandlerDefinition failuresAreJournaled() {
        // Where a route has no Retry and Catch, Camel asks the level only
        return defaultErrorHandler().logExhausted(false).loggingLevel(LoggingLevel.OFF);
    }

    /** The route of a Task state; its body is the state's input at the start, its output at the end. */
    protected final RouteDefinition task(String state) {
        return state(state, HistoryEventType.TaskStateEntered);
    }

    /**
     * The route of a Wait state that waits for a time from when it was entered.
     *
     * @param seconds Seconds, 0 to 99,999,999
     */
    protected final RouteDefinition waitSeconds(String state, long seconds) {
        return waitUntil(state, (exchange, entered) -> entered.plusSeconds(seconds));
    }

    /**
     * The route of a Wait state that waits for a point in time.
     *
     * @param timestamp gives Timestamp, from the exchange, whose body is the state's input, and from when the state was
     *     entered; always the same for the same
     */
    protected final RouteDefinition waitUntil(String state, BiFunction<Exchange, Instant, Instant> timestamp) {
        return state(state, HistoryEventType.WaitStateEntered)
                .process(exchange ->
                        RunningExecution.of(exchange).waitUntil(entered -> timestamp.apply(exchange, entered)))
                .id(state + ".wait");
    }

    /**
     * The route of a Pass state, which calls nothing: its body is the state's input at the start, its output at the
     * end, always the same for the same input.
     */
    protected final RouteDefinition pass(String state) {
        return state(state, HistoryEventType.PassStateEntered);
    }

    /** The route of a Fail state, which the execution ends with. */
    protected final RouteDefinition fail(String state) {
        return state(state, HistoryEventType.FailStateEntered);
    }

    private RouteDefinition state(String state, HistoryEventType entered) {
        states.add(new DeclaredState(state, entered));
        return from("direct:" + state)
                .routeId(state)
                .process(enter(entered, state))
                .id(state + ".entered");
    }

    /** The step before the content-based router of a Choice state. */
    protected final Processor enterChoice(String state) {
        states.add(new DeclaredState(state, HistoryEventType.ChoiceStateEntered));
        return enter(HistoryEventType.ChoiceStateEntered, state);
    }

    /**
     * The route of one attempt of a task. It handles no errors, so that the state's Retry makes a whole new attempt.
     *
     * @param name the name of the route
     */
    protected final RouteDefinition attempt(String name) {
        return from("direct:" + name).routeId(name).errorHandler(noErrorHandler());
    }

    /**
     * The route {@code direct:invoke<label>}: one attempt to invoke a Lambda function with the body, a JSON document.
     *
     * @param label what routes and consoles call the function, whatever the settings name it
     * @param before what adds to the body what is not to be journaled
     */
    // @formatter:off
    protected final void invokeFunction(String label, LambdaFunction function, Processor... before) {
        String name = "invoke" + label;
        PolicyDefinition attempt = attempt(name).policy(function);
        for (Processor step : before) {
            attempt.process(step).id(name + ".before");
        }
        attempt
                .process(function::prepareRequest).id(name + ".prepareRequest")
                .toF("aws2-lambda:%s?operation=invokeFunction&pojoRequest=true", label).id("invokeFunction." + label)
            .end();
    }

    /**
     * The route {@code direct:<name>}: one attempt at the {@link ItemUpdate} that was prepared. Where its condition did
     * not hold, the result is the item as it is.
     */
    protected final void updateItem(String name, DynamoDbUpdateItem update) {
        updateItem(name, update, refused -> {});
    }

    /**
     * The route {@code direct:<name>}: one attempt at the {@link ItemUpdate} that was prepared.
     *
     * @param refused what happens where its condition did not hold, with the item as it is: see {@link RefusedUpdate}
     */
    protected final void updateItem(String name, DynamoDbUpdateItem update, Processor refused) {
        attempt(name)
            .policy(update)
                .doTry()
                    .toF("aws2-ddb:%s?operation=UpdateItem&enabledInitialDescribeTable=false", update.table())
                .doCatch(ConditionalCheckFailedException.class)
                    .toF("aws2-ddb:%s?operation=GetItem&enabledInitialDescribeTable=false", update.table())
                    .process(refused).id(name + ".refused")
                .end()
            .end();
    }

    /**
     * The route {@code direct:<name>}: one attempt to tell others of a task that people decide, by a message with the
     * body, and with {@code TaskToken}, {@code ExecutionName}, {@code StateMachine} and {@code State} as properties.
     *
     * @param topic the name of the topic
     */
    protected final void askPeople(String name, String state, CallbackTask task, String topic) {
        attempt(name)
            .policy(task)
                .process(exchange -> address(exchange, state)).id(name + ".address")
                // At once, not with the acknowledgement of the request: the token must not be lost in between
                .toF("requests:topic:%s?exchangePattern=InOnly", topic)
            .end();
    }
    // @formatter:on

    private static void address(Exchange exchange, String state) {
        ExecutionId execution = CurrentExecution.of(exchange).id();
        exchange.getMessage().setHeader("ExecutionName", execution.name());
        exchange.getMessage().setHeader("StateMachine", execution.stateMachine());
        exchange.getMessage().setHeader("State", state);
    }

    private static Processor enter(HistoryEventType type, String state) {
        return exchange -> {
            // Each state has its own Retry: its count, and the rest of its delay, are not for the next one
            exchange.getMessage().removeHeader(Exchange.REDELIVERY_COUNTER);
            exchange.getMessage().removeHeader(Exchange.REDELIVERY_DELAY);
            RunningExecution.of(exchange)
                    .enter(type, state, exchange.getMessage().getBody(String.class));
        };
    }
}
