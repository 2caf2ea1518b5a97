package org.linkmoderation.expiry;

import static org.linkmoderation.states.ErrorEquals.errorEquals;

import org.apache.camel.builder.RouteConfigurationBuilder;
import org.linkmoderation.TaskFailedException;

/** Retry of the expiry of links. Nothing is caught: an error that is not retried ends the execution. */
final class ExpiryRetry extends RouteConfigurationBuilder {
    static final String TELL_OWNER = "TellOwner.Retry";

    // @formatter:off
    @Override
    public void configuration() {
        routeConfiguration(TELL_OWNER)
            .onException(TaskFailedException.class)
                .onWhen(errorEquals("Lambda.ServiceException", "Lambda.TooManyRequestsException", "States.TaskFailed"))
                .redeliveryPolicyRef(TELL_OWNER).handled(false)
            .end()
            .onException(Exception.class)
                .maximumRedeliveries(0).logExhausted(false).handled(false)
            .end();
    }
    // @formatter:on
}
