package org.linkmoderation.rescan;

import static org.linkmoderation.states.ErrorEquals.errorEquals;

import org.apache.camel.builder.RouteConfigurationBuilder;
import org.linkmoderation.TaskFailedException;

/** Retry of the rescan's states. Nothing is caught: what is not retried ends the execution FAILED, to be redriven. */
final class RescanRetry extends RouteConfigurationBuilder {
    static final String CHECK_SAFETY = "CheckSafety.Retry";
    static final String UPDATE_LINK = "UpdateLink.Retry";

    // @formatter:off
    @Override
    public void configuration() {
        routeConfiguration(CHECK_SAFETY)
            .onException(TaskFailedException.class)
                .onWhen(errorEquals("Lambda.ServiceException", "Lambda.TooManyRequestsException", "States.TaskFailed"))
                .redeliveryPolicyRef(CHECK_SAFETY).handled(false)
            .end()
            .onException(Exception.class)
                .maximumRedeliveries(0).logExhausted(false).handled(false)
            .end();

        routeConfiguration(UPDATE_LINK)
            .onException(TaskFailedException.class)
                .onWhen(errorEquals(
                        "DynamoDB.ProvisionedThroughputExceededException", "DynamoDB.RequestLimitExceeded",
                        "DynamoDB.ThrottlingException"))
                .redeliveryPolicyRef(UPDATE_LINK).handled(false)
            .end()
            .onException(Exception.class)
                .maximumRedeliveries(0).logExhausted(false).handled(false)
            .end();
    }
    // @formatter:on
}
