package org.linkmoderation.rescan;

import static org.linkmoderation.states.Choice.booleanEquals;
import static org.linkmoderation.states.Choice.booleanEqualsIfPresent;
import static org.linkmoderation.states.Choice.stringEquals;

import org.apache.camel.Exchange;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.states.DynamoDbUpdateItem;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.StateMachineBuilder;

/**
 * The rescan of a link that is active. The first route is the diagram; each state follows it. Retry is declared in
 * {@link RescanRetry}; nothing is caught, so that a scan that fails neither keeps nor takes down.
 */
final class RescanStateMachine extends StateMachineBuilder {
    static final String NAME = "rescan";

    private final LambdaFunction moderateCheck;
    private final DynamoDbUpdateItem updateItem;
    private final Scans scans;

    RescanStateMachine(LambdaFunction moderateCheck, DynamoDbUpdateItem updateItem, Scans scans) {
        this.moderateCheck = moderateCheck;
        this.updateItem = updateItem;
        this.scans = scans;
    }

    // @formatter:off
    @Override
    public void configure() {
        errorHandler(failuresAreJournaled());

        from("direct:rescan").routeId("rescan")
            .to("direct:CheckSafety")
            .process(enterChoice("IsSafe")).id("IsSafe.entered")
            .choice().id("IsSafe")
                .when(booleanEquals("safe", true))
                    .to("direct:Keep")
                .when(booleanEqualsIfPresent("review", true))
                    .to("direct:TakeDownUnlessReviewed")
                .when(booleanEquals("safe", false))
                    .to("direct:TakeDown")
                .otherwise()
                    .to("direct:NoVerdict")
            .end()
            .process(enterChoice("IsChanged")).id("IsChanged.entered")
            .choice().id("IsChanged")
                .when(stringEquals("outcome", "CHANGED"))
                    .to("direct:ScanAgain")
            .end();

        task("CheckSafety").routeConfigurationId(RescanRetry.CHECK_SAFETY)
            .to("direct:invokeModerateCheck");

        task("Keep").routeConfigurationId(RescanRetry.UPDATE_LINK)
            .process(LinksTable::keep).id("Keep.keep")
            .to("direct:updateLink")
            .process(LinksTable::outcome).id("Keep.outcome");

        task("TakeDown").routeConfigurationId(RescanRetry.UPDATE_LINK)
            .process(LinksTable::takeDown).id("TakeDown.takeDown")
            .to("direct:updateLink")
            .process(LinksTable::outcome).id("TakeDown.outcome");

        task("TakeDownUnlessReviewed").routeConfigurationId(RescanRetry.UPDATE_LINK)
            .process(LinksTable::takeDownUnlessReviewed).id("TakeDownUnlessReviewed.takeDown")
            .to("direct:updateLink")
            .process(LinksTable::outcome).id("TakeDownUnlessReviewed.outcome");

        fail("NoVerdict")
            .process(RescanStateMachine::noVerdict).id("NoVerdict.fail");

        task("ScanAgain")
            .to("direct:startScan");

        invokeFunction("ModerateCheck", moderateCheck);
        // Refused is an outcome like others: the item says which
        updateItem("updateLink", updateItem);

        attempt("startScan")
            .policy(new StartExecution())
                .process(scans::startAgain).id("startScan.start")
            .end();
    }
    // @formatter:on

    private static void noVerdict(Exchange exchange) throws TaskFailedException {
        throw new TaskFailedException(
                "Rescan.NoVerdict", "The function's answer has a member 'safe' that is neither true nor false.");
    }
}
