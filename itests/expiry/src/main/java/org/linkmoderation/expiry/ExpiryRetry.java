package org.linkmoderation.expiry;

import org.linkmoderation.states.RetryBuilder;

/** Retry of the expiry of links. Nothing is caught: an error that is not retried ends the execution. */
final class ExpiryRetry extends RetryBuilder {
    static final String TELL_OWNER = "TellOwner.Retry";

    @Override
    public void configuration() {
        retry(TELL_OWNER, "Lambda.ServiceException", "Lambda.TooManyRequestsException", "States.TaskFailed");
    }
}
