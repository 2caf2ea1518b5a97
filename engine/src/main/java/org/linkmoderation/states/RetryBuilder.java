package org.linkmoderation.states;

import static org.linkmoderation.states.Catch.errorOutputOf;
import static org.linkmoderation.states.ErrorEquals.errorEquals;

import java.util.stream.Stream;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.linkmoderation.ErrorName;
import org.linkmoderation.TaskFailedException;

/**
 * Retry and Catch of states, a route configuration each, in the words of the Amazon States Language. Without a Catch an
 * error that is not retried, or still occurs after the last retry, ends the execution.
 */
public abstract class RetryBuilder extends RouteConfigurationBuilder {
    private static final String[] THROTTLED = {
        "DynamoDB.ProvisionedThroughputExceededException",
        "DynamoDB.RequestLimitExceeded",
        "DynamoDB.ThrottlingException"
    };

    /**
     * Declares the route configuration of states with a Retry.
     *
     * @param name its name, and the name under which the definition has the {@link Retry}
     * @param errors ErrorEquals: the names of the errors that are retried
     */
    // @formatter:off
    protected final void retry(String name, String... errors) {
        routeConfiguration(name)
            .onException(TaskFailedException.class)
                .onWhen(errorEquals(errors))
                .redeliveryPolicyRef(name).handled(false)
            .end()
            // What says nothing about the task ends the run: without this, Camel would go on with the Retry under way
            .onException(Exception.class)
                .maximumRedeliveries(0).logExhausted(false).handled(false)
            .end();
    }

    /**
     * Declares the route configuration of a state with a Retry, and with a Catch of all that is not retried any more:
     * the diagram goes on where {@link Catch#caughtIn} says so.
     *
     * @param state the name of the state
     * @param name the configuration's name, and the name under which the definition has the {@link Retry}
     * @param errors ErrorEquals: the names of the errors that are retried
     */
    protected final void retryAndCatchAll(String state, String name, String... errors) {
        RouteConfigurationDefinition configuration = routeConfiguration(name);
        configuration
            .onException(TaskFailedException.class)
                .onWhen(errorEquals(errors))
                .redeliveryPolicyRef(name)
                .continued(errorEquals(ErrorName.ALL))
                .process(errorOutputOf(state))
            .end();
        catchAll(state, configuration);
    }

    /**
     * Declares the route configuration of a state with a Catch of all errors, and without a Retry.
     *
     * @param state the name of the state
     * @param name the configuration's name
     */
    protected final void catchAll(String state, String name) {
        catchAll(state, routeConfiguration(name));
    }

    private static void catchAll(String state, RouteConfigurationDefinition configuration) {
        configuration
            .onException(TaskFailedException.class)
                .maximumRedeliveries(0).logContinued(false).logExhausted(false)
                .continued(errorEquals(ErrorName.ALL))
                .process(errorOutputOf(state))
            .end();
        // What says nothing about the task ends the run: without this, Camel would go on with the Retry under way
        configuration
            .onException(Exception.class)
                .maximumRedeliveries(0).logExhausted(false)
                .process(Catch::nothing)
            .end();
    }
    // @formatter:on

    /**
     * Declares the route configuration of states that are retried where DynamoDB throttles.
     *
     * @param name its name, and the name under which the definition has the {@link Retry}
     * @param others the names of other errors that are retried
     */
    protected final void retryThrottled(String name, String... others) {
        retry(name, Stream.of(THROTTLED, others).flatMap(Stream::of).toArray(String[]::new));
    }
}
