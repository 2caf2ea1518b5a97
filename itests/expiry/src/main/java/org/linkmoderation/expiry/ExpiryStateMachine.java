package org.linkmoderation.expiry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.states.CurrentExecution;
import org.linkmoderation.states.DynamoDbUpdateItem;
import org.linkmoderation.states.ItemUpdate;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.RefusedUpdate;
import org.linkmoderation.states.StateMachineBuilder;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** The expiry of links: the owner is told, and some time later the link expires. The first route is the diagram. */
final class ExpiryStateMachine extends StateMachineBuilder {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LambdaFunction tellOwner;
    private final Duration gracePeriod;
    private final DynamoDbUpdateItem updateItem;
    private final String table;

    ExpiryStateMachine(LambdaFunction tellOwner, Duration gracePeriod, DynamoDbUpdateItem updateItem, String table) {
        this.tellOwner = tellOwner;
        this.gracePeriod = gracePeriod;
        this.updateItem = updateItem;
        this.table = table;
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

        attempt("invokeTellOwner")
            .policy(tellOwner)
                .process(tellOwner::prepareRequest)
                .to("aws2-lambda:TellOwner?operation=invokeFunction&pojoRequest=true")
            .end();

        attempt("updateLink")
            .policy(updateItem)
                .doTry()
                    .toF("aws2-ddb:%s?operation=UpdateItem&enabledInitialDescribeTable=false", table)
                .doCatch(ConditionalCheckFailedException.class)
                    .toF("aws2-ddb:%s?operation=GetItem&enabledInitialDescribeTable=false", table)
                    .process(ExpiryStateMachine::confirmOwnUpdate)
                .end()
            .end();
    }
    // @formatter:on

    /** Safe to repeat: an update whose answer was lost is refused the second time, and known by its execution. */
    private static void expire(Exchange exchange) throws JsonProcessingException {
        CurrentExecution execution = CurrentExecution.of(exchange);
        String code = JSON.readTree(execution.input()).path("code").textValue();
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
