package org.linkmoderation.domains;

import static org.linkmoderation.states.ErrorEquals.errorEquals;

import org.apache.camel.builder.RouteConfigurationBuilder;
import org.linkmoderation.TaskFailedException;

/**
 * Retry of the states that do something, as a definition in the Amazon States Language would declare it: of what may go
 * better another time. Nothing is caught here: every error of a state cancels the saga.
 *
 * <p>An undo has no Retry; it is tried until it succeeds.
 */
final class DomainsRetry extends RouteConfigurationBuilder {
    /** Of the states that call DynamoDB. */
    static final String TABLE = "UpdateItem.Retry";

    /** Of the states that call a Lambda function, each of which may be repeated: it knows the execution by its key. */
    static final String FUNCTION = "InvokeFunction.Retry";

    /** The name in the registry of IntervalSeconds, MaxAttempts and BackoffRate. */
    static final String RETRY = "Retry";

    // @formatter:off
    @Override
    public void configuration() {
        routeConfiguration(TABLE)
            .onException(TaskFailedException.class)
                .onWhen(errorEquals(
                        "DynamoDB.ProvisionedThroughputExceededException", "DynamoDB.RequestLimitExceeded",
                        "DynamoDB.ThrottlingException", "DynamoDB.TransactionConflictException"))
                .redeliveryPolicyRef(RETRY).handled(false)
            .end()
            .onException(Exception.class)
                .maximumRedeliveries(0).logExhausted(false).handled(false)
            .end();

        routeConfiguration(FUNCTION)
            .onException(TaskFailedException.class)
                .onWhen(errorEquals(
                        "Lambda.ServiceException", "Lambda.TooManyRequestsException", "Lambda.SdkClientException",
                        "Lambda.Unknown", "Sandbox.Timedout", "States.Timeout",
                        "org.linkmoderation.functions.cards.LedgerUnavailable"))
                .redeliveryPolicyRef(RETRY).handled(false)
            .end()
            .onException(Exception.class)
                .maximumRedeliveries(0).logExhausted(false).handled(false)
            .end();
    }
    // @formatter:on
}
