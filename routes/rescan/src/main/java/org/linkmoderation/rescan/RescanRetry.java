package org.linkmoderation.rescan;

import org.linkmoderation.states.RetryBuilder;

/** Retry of the rescan's states. Nothing is caught: what is not retried ends the execution FAILED, to be redriven. */
final class RescanRetry extends RetryBuilder {
    static final String CHECK_SAFETY = "CheckSafety.Retry";
    static final String UPDATE_LINK = "UpdateLink.Retry";

    @Override
    public void configuration() {
        retry(CHECK_SAFETY, "Lambda.ServiceException", "Lambda.TooManyRequestsException", "States.TaskFailed");
        retryThrottled(UPDATE_LINK);
    }
}
