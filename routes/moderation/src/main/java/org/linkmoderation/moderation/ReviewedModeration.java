package org.linkmoderation.moderation;

import static org.linkmoderation.states.Catch.caughtIn;
import static org.linkmoderation.states.Choice.booleanEquals;
import static org.linkmoderation.states.Choice.booleanEqualsIfPresent;

import org.apache.camel.Processor;
import org.linkmoderation.states.CallbackTask;
import org.linkmoderation.states.DynamoDbUpdateItem;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.ReviewSettings;

/**
 * The link moderation with a third verdict: a link of which the function says {@code "review": true} waits until a
 * person decides.
 */
final class ReviewedModeration extends ModerationStateMachine {
    private final ReviewSettings settings;

    ReviewedModeration(LambdaFunction moderateCheck, DynamoDbUpdateItem updateItem, ReviewSettings settings) {
        super(moderateCheck, updateItem);
        this.settings = settings;
    }

    @Override
    Processor setStatus(String status) {
        return LinksTable.setReviewedStatus(status);
    }

    // @formatter:off
    @Override
    void diagram() {
        from("direct:moderation").routeId("moderation")
            .to("direct:CheckSafety")
            .choice().id("CheckSafety.Catch")
                .when(caughtIn("CheckSafety"))
                    .to("direct:MarkError")
                .otherwise()
                    .process(enterChoice("IsSafe")).id("IsSafe.entered")
                    .choice().id("IsSafe")
                        .when(booleanEqualsIfPresent("review", true))
                            .to("direct:Review")
                            .to("direct:decided")
                        .when(booleanEquals("safe", true))
                            .to("direct:Activate")
                        .otherwise()
                            .to("direct:Reject")
                    .end()
            .end();

        from("direct:decided").routeId("decided")
            .choice().id("Review.Catch")
                .when(caughtIn("Review"))
                    .to("direct:Reject")
                .otherwise()
                    .process(enterChoice("IsApproved")).id("IsApproved.entered")
                    .choice().id("IsApproved")
                        .when(booleanEqualsIfPresent("approved", true))
                            .to("direct:Activate")
                        .otherwise()
                            .to("direct:Reject")
                    .end()
            .end();

        task("Review").routeConfigurationId(ModerationRetryAndCatch.REVIEW)
            .process(Link::present).id("Review.present")
            .to("direct:askForReview");

        askPeople(
            "askForReview", "Review", CallbackTask.decidedByPeople(settings.timeout(), Retry.NONE), settings.topic());
    }
    // @formatter:on
}
