package org.linkmoderation.moderation;

import static org.linkmoderation.states.Catch.errorOutputOf;
import static org.linkmoderation.states.ErrorEquals.errorEquals;

import org.apache.camel.builder.RouteConfigurationBuilder;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.states.Catch;

/**
 * Retry and Catch of the link-moderation state machine, as its definition in the Amazon States Language declares them.
 */
final class ModerationRetryAndCatch extends RouteConfigurationBuilder {
    static final String CHECK_SAFETY = "CheckSafety.RetryAndCatch";

    /** The name in the registry of CheckSafety's IntervalSeconds, MaxAttempts and BackoffRate. */
    static final String CHECK_SAFETY_RETRY = "CheckSafety.Retry";

    // @formatter:off
    @Override
    public void configuration() {
        routeConfiguration(CHECK_SAFETY)
            // Retry, then Catch
            .onException(TaskFailedException.class)
                .onWhen(errorEquals("Lambda.ServiceException", "Lambda.TooManyRequestsException", "States.TaskFailed"))
                .redeliveryPolicyRef(CHECK_SAFETY_RETRY)
                .continued(errorEquals("States.ALL"))
                .process(errorOutputOf("CheckSafety"))
            .end()
            // Catch of what is not retried
            .onException(TaskFailedException.class)
                .maximumRedeliveries(0).logContinued(false)
                .continued(errorEquals("States.ALL"))
                .process(errorOutputOf("CheckSafety"))
            .end()
            // What says nothing about the task ends the run: without this, Camel would go on with the Retry under way
            .onException(Exception.class)
                .maximumRedeliveries(0).logExhausted(false)
                .process(Catch::nothing)
            .end();
    }
    // @formatter:on
}
