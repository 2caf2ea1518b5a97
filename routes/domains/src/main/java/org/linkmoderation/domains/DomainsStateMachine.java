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
    private final String table;

    /**
     * @param chargeCard the function that takes the money
     * @param refundCharge the function that gives it back
     * @param updateItem updates an item of the table of domains
     * @param table the name of the table of domains
     */
    DomainsStateMachine(
            LambdaFunction chargeCard, LambdaFunction refundCharge, DynamoDbUpdateItem updateItem, String table) {
        this.chargeCard = chargeCard;
        this.refundCharge = refundCharge;
        this.updateItem = updateItem;
        this.table = table;
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

        attempt("updateDomain")
            .policy(updateItem)
                .doTry()
                    .toF("aws2-ddb:%s?operation=UpdateItem&enabledInitialDescribeTable=false", table)
                .doCatch(ConditionalCheckFailedException.class)
                    .toF("aws2-ddb:%s?operation=GetItem&enabledInitialDescribeTable=false", table)
                    .process(DomainsTable::checkOwn).id("updateDomain.checkOwn")
                .end()
            .end();

        attempt("releaseDomain")
            .policy(updateItem)
                .filter(unanswered("ReserveDomain"))
                    .process(DomainsTable::refuse).id("releaseDomain.refuse")
                    .toF("aws2-ddb:%s?operation=UpdateItem&enabledInitialDescribeTable=false", table)
                    .process(DomainsTable::release).id("releaseDomain.release")
                .end()
                .doTry()
                    .toF("aws2-ddb:%s?operation=UpdateItem&enabledInitialDescribeTable=false", table)
                .doCatch(ConditionalCheckFailedException.class)
                    .process(DomainsTable::notReserved).id("releaseDomain.notReserved")
                .end()
            .end();

        attempt("invokeChargeCard")
            .policy(chargeCard)
                .process(Charge::addCard).id("invokeChargeCard.addCard")
                .process(chargeCard::prepareRequest).id("invokeChargeCard.prepareRequest")
                .to("aws2-lambda:ChargeCard?operation=invokeFunction&pojoRequest=true").id("invokeFunction.ChargeCard")
            .end();

        attempt("invokeRefundCharge")
            .policy(refundCharge)
                .process(refundCharge::prepareRequest).id("invokeRefundCharge.prepareRequest")
                .to("aws2-lambda:RefundCharge?operation=invokeFunction&pojoRequest=true").id("invokeFunction.RefundCharge")
            .end();
    }
    // @formatter:on
}
