package org.linkmoderation.moderation;

import static org.linkmoderation.states.Catch.caughtIn;
import static org.linkmoderation.states.Choice.booleanEquals;

import org.apache.camel.Processor;
import org.linkmoderation.states.DynamoDbUpdateItem;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.StateMachineBuilder;

/**
 * The link-moderation state machine. The first route is the diagram; each state follows it. Retry and Catch are
 * declared in {@link ModerationRetryAndCatch}.
 */
class ModerationStateMachine extends StateMachineBuilder {
    private final LambdaFunction moderateCheck;
    private final DynamoDbUpdateItem updateItem;

    ModerationStateMachine(LambdaFunction moderateCheck, DynamoDbUpdateItem updateItem) {
        this.moderateCheck = moderateCheck;
        this.updateItem = updateItem;
    }

    /** The step that prepares the update of the link. */
    Processor setStatus(String status) {
        return LinksTable.setStatus(status);
    }

    // @formatter:off
    void diagram() {
        from("direct:moderation").routeId("moderation")
            .to("direct:CheckSafety")
            .choice().id("CheckSafety.Catch")
                .when(caughtIn("CheckSafety"))
                    .to("direct:MarkError")
                .otherwise()
                    .process(enterChoice("IsSafe")).id("IsSafe.entered")
                    .choice().id("IsSafe")
                        .when(booleanEquals("safe", true))
                            .to("direct:Activate")
                        .otherwise()
                            .to("direct:Reject")
                    .end()
            .end();
    }

    @Override
    public void configure() {
        errorHandler(failuresAreJournaled());

        diagram();

        task("CheckSafety").routeConfigurationId(ModerationRetryAndCatch.CHECK_SAFETY)
            .to("direct:invokeModerateCheck");

        task("Activate").routeConfigurationId(ModerationRetryAndCatch.UPDATE_LINK)
            .process(setStatus("active")).id("Activate.setStatus")
            .to("direct:updateLink");

        task("Reject").routeConfigurationId(ModerationRetryAndCatch.UPDATE_LINK)
            .process(setStatus("rejected")).id("Reject.setStatus")
            .to("direct:updateLink");

        task("MarkError").routeConfigurationId(ModerationRetryAndCatch.UPDATE_LINK)
            .process(LinksTable::setError).id("MarkError.setError")
            .to("direct:updateLink");

        invokeFunction("ModerateCheck", moderateCheck);
        updateItem("updateLink", updateItem, LinksTable::confirmOwnDecision);
    }
    // @formatter:on
}
