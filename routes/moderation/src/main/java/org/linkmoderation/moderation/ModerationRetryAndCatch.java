package org.linkmoderation.moderation;

import static org.linkmoderation.states.Catch.errorOutputOf;
import static org.linkmoderation.states.ErrorEquals.errorEquals;

import org.linkmoderation.TaskFailedException;
import org.linkmoderation.states.Catch;
import org.linkmoderation.states.RetryBuilder;

/**
 * Retry and Catch of the link-moderation state machine, as its definition in the Amazon States Language declares them.
 */
final class ModerationRetryAndCatch extends RetryBuilder {
    static final String CHECK_SAFETY = "CheckSafety.RetryAndCatch";

    /** The name of CheckSafety's IntervalSeconds, MaxAttempts and BackoffRate. */
    static final String CHECK_SAFETY_RETRY = "CheckSafety.Retry";

    /** Of the states that update the link: the configuration, and its IntervalSeconds, MaxAttempts and BackoffRate. */
    static final String UPDATE_LINK = "UpdateLink.Retry";

    /** Of Review, where it is part of the state machine. */
    static final String REVIEW = "Review.Catch";

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
                .maximumRedeliveries(0).logContinued(false).logExhausted(false)
                .continued(errorEquals("States.ALL"))
                .process(errorOutputOf("CheckSafety"))
            .end()
            // What says nothing about the task ends the run: without this, Camel would go on with the Retry under way
            .onException(Exception.class)
                .maximumRedeliveries(0).logExhausted(false)
                .process(Catch::nothing)
            .end();

        // Nobody decided in time, or the holder of the token says that the task failed
        routeConfiguration(REVIEW)
            .onException(TaskFailedException.class)
                .maximumRedeliveries(0).logContinued(false).logExhausted(false)
                .continued(errorEquals("States.ALL"))
                .process(errorOutputOf("Review"))
            .end()
            .onException(Exception.class)
                .maximumRedeliveries(0).logExhausted(false)
                .process(Catch::nothing)
            .end();

        // As in the reference these states have no Retry, unless a deployer sets one; nothing is caught
        retryThrottled(UPDATE_LINK);
    }
    // @formatter:on
}
