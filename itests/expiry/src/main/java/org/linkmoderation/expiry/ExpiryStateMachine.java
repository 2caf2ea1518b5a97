package org.linkmoderation.expiry;

import java.time.Duration;
import org.apache.camel.Exchange;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.states.CurrentExecution;
import org.linkmoderation.states.DynamoDbUpdateItem;
import org.linkmoderation.states.ItemUpdate;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.RefusedUpdate;
import org.linkmoderation.states.StateMachineBuilder;

/** The expiry of links: the owner is told, and some time later the link expires. The first route is the diagram. */
final class ExpiryStateMachine extends StateMachineBuilder {
    private final LambdaFunction tellOwner;
    private final Duration gracePeriod;
    private final DynamoDbUpdateItem updateItem;

    ExpiryStateMachine(LambdaFunction tellOwner, Duration gracePeriod, DynamoDbUpdateItem updateItem) {
        this.tellOwner = tellOwner;
        this.gracePeriod = gracePeriod;
        this.updateItem = updateItem;
    }

    // @formatter:off
    @Override
    public void configure() {
        errorHandler(failuresAreJournaled());

        from("direct:expiry").routeId("expiry")
            .to("direct:TellOwner")
            .to("direct:GracePeriod")
            .to("direct:Expire");

        task("TellOwner").routeConfigurationId(ExpiryRetry.TELL_OWNER)
            .to("direct:invokeTellOwner");

        waitSeconds("GracePeriod", gracePeriod.toSeconds());

        task("Expire")
            .process(ExpiryStateMachine::expire)
            .to("direct:updateLink");

        invokeFunction("TellOwner", tellOwner);
        updateItem("updateLink", updateItem, ExpiryStateMachine::confirmOwnUpdate);
    }
    // @formatter:on

    /** Safe to repeat: an update whose answer was lost is refused the second time, and known by its execution. */
    private static void expire(Exchange exchange) {
        CurrentExecution execution = CurrentExecution.of(exchange);
        String code = execution.inputDocument().path("code").textValue();
        new ItemUpdate("LINK#" + code, "status", "expiredBy")
                .put("status", "expired")
                .put("expiredBy", execution.name())
                .whereEqual("status", "active")
                .prepare(exchange);
    }

    private static void confirmOwnUpdate(Exchange exchange) throws TaskFailedException {
        RefusedUpdate refused = RefusedUpdate.of(exchange);
        if (!refused.found("expiredBy").equals(CurrentExecution.of(exchange).name())) {
            throw refused.failure("the link has status '" + refused.found("status") + "'; expected 'active'.");
        }
    }
}
