package org.linkmoderation.domains;

import org.linkmoderation.states.RetryBuilder;

/**
 * Retry of the states that do something, as a definition in the Amazon States Language would declare it: of what may go
 * better another time. Nothing is caught here: every error of a state cancels the saga.
 *
 * <p>An undo has no Retry; it is tried until it succeeds.
 */
final class DomainsRetry extends RetryBuilder {
    /** Of the states that call DynamoDB. */
    static final String TABLE = "UpdateItem.Retry";

    /** Of the states that call a Lambda function, each of which may be repeated: it knows the execution by its key. */
    static final String FUNCTION = "InvokeFunction.Retry";

    @Override
    public void configuration() {
        retryThrottled(TABLE, "DynamoDB.TransactionConflictException");
        retry(
                FUNCTION,
                "Lambda.ServiceException",
                "Lambda.TooManyRequestsException",
                "Lambda.SdkClientException",
                "Lambda.Unknown",
                "Sandbox.Timedout",
                "States.Timeout",
                "org.linkmoderation.functions.cards.LedgerUnavailable");
    }
}
