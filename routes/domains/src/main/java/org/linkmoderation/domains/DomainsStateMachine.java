package org.linkmoderation.domains;

import static org.linkmoderation.states.Saga.saga;
import static org.linkmoderation.states.Saga.unanswered;

import org.linkmoderation.states.DynamoDbUpdateItem;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.Saga;
import org.linkmoderation.states.StateMachineBuilder;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * The saga that sells a custom domain: its declaration, and its states, each action beside its undo. Their Retry is
 * declared in {@link DomainsRetry}.
 */
final class DomainsStateMachine extends StateMachineBuilder {
    // @formatter:off
    static final Saga SAGA = saga()
            .step("ReserveDomain").undoneBy("ReleaseDomain")
            .step("ChargeCard").undoneBy("RefundCharge")
            .step("ConfirmDomain")
            .failingWith("FailSaga");
    // @formatter:on

    private final LambdaFunction chargeCard;
    private final LambdaFunction refundCharge;
    private final DynamoDbUpdateItem updateItem;

    /**
     * @param chargeCard the function that takes the money
     * @param refundCharge the function that gives it back
     * @param updateItem updates an item of the table of domains
     */
    DomainsStateMachine(LambdaFunction chargeCard, LambdaFunction refundCharge, DynamoDbUpdateItem updateItem) {
        this.chargeCard = chargeCard;
        this.refundCharge = refundCharge;
        this.updateItem = updateItem;
    }

    // @formatter:off
    @Override
    public void configure() {
        errorHandler(failuresAreJournaled());

        task("ReserveDomain").routeConfigurationId(DomainsRetry.TABLE)
            .process(DomainsTable::reserve).id("ReserveDomain.reserve")
            .to("direct:updateDomain");
        task("ReleaseDomain")
            .process(DomainsTable::release).id("ReleaseDomain.release")
            .to("direct:releaseDomain");

        task("ChargeCard").routeConfigurationId(DomainsRetry.FUNCTION)
            .process(Charge::chargeRequest).id("ChargeCard.request")
            .to("direct:invokeChargeCard");
        task("RefundCharge")
            .process(Charge::refundRequest).id("RefundCharge.request")
            .to("direct:invokeRefundCharge");

        task("ConfirmDomain").routeConfigurationId(DomainsRetry.TABLE)
            .setProperty(Charge.RECEIPT, body())
            .process(DomainsTable::confirm).id("ConfirmDomain.confirm")
            .to("direct:updateDomain")
            .process(Charge::output).id("ConfirmDomain.output");

        updateItem("updateDomain", updateItem, DomainsTable::checkOwn);

        attempt("releaseDomain")
            .policy(updateItem)
                .filter(unanswered("ReserveDomain"))
                    .process(DomainsTable::refuse).id("releaseDomain.refuse")
                    .toF("aws2-ddb:%s?operation=UpdateItem&enabledInitialDescribeTable=false", updateItem.table())
                    .process(DomainsTable::release).id("releaseDomain.release")
                .end()
                .doTry()
                    .toF("aws2-ddb:%s?operation=UpdateItem&enabledInitialDescribeTable=false", updateItem.table())
                .doCatch(ConditionalCheckFailedException.class)
                    .process(DomainsTable::notReserved).id("releaseDomain.notReserved")
                .end()
            .end();

        invokeFunction("ChargeCard", chargeCard, Charge::addCard);
        invokeFunction("RefundCharge", refundCharge);
    }
    // @formatter:on
}
