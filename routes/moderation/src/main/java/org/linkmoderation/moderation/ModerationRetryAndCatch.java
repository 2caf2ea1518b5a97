package org.linkmoderation.moderation;

import org.linkmoderation.states.RetryBuilder;

/** Retry and Catch of the link moderation, as its definition in the Amazon States Language declares them. */
final class ModerationRetryAndCatch extends RetryBuilder {
    static final String CHECK_SAFETY = "CheckSafety.RetryAndCatch";
    static final String UPDATE_LINK = "UpdateLink.Retry";
    static final String REVIEW = "Review.Catch";

    // @formatter:off
    @Override
    public void configuration() {
        retryAndCatchAll("CheckSafety", CHECK_SAFETY,
                "Lambda.ServiceException", "Lambda.TooManyRequestsException", "States.TaskFailed");

        // Of the reviewed moderation alone: nobody decided in time, or the holder of the token says that the task failed
        catchAll("Review", REVIEW);

        // As in the reference these states have no Retry, unless a deployer sets one; nothing is caught
        retryThrottled(UPDATE_LINK);
    }
    // @formatter:on
}
