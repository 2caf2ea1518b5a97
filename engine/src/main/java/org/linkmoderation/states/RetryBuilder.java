package org.linkmoderation.states;

import static org.linkmoderation.states.ErrorEquals.errorEquals;

import java.util.stream.Stream;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.linkmoderation.TaskFailedException;

/**
 * The Retry of states without a Catch: an error that is not retried, or still occurs after the last retry, ends the
 * execution. Retry with Catch is a route configuration of its own.
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
