package org.linkmoderation.domains;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.model.SagaCompletionMode;
import org.apache.camel.model.SagaPropagation;
import org.apache.camel.support.ExpressionAdapter;
import org.linkmoderation.run.RunningExecution;
import org.linkmoderation.states.DynamoDbUpdateItem;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.StateMachineBuilder;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * The saga that sells a custom domain. The first three routes are the diagram: forward, and backward in reverse order;
 * below them stands each action beside its undo. Their Retry is declared in {@link DomainsRetry}.
 *
 * <p>The saga has one participant, the execution: what of it is to be undone, and in which order, is for the journal to
 * say, not for the coordinator.
 */
final class DomainsStateMachine extends StateMachineBuilder {
    private final DomainSaga saga;
    private final Compensation compensation;
    private final LambdaFunction chargeCard;
    private final LambdaFunction refundCharge;
    private final DynamoDbUpdateItem updateItem;
    private final String table;
    private final Duration timeout;

    /**
     * @param saga what the coordinator and the journal say of the saga
     * @param compensation answers the coordinator
     * @param chargeCard the function that takes the money
     * @param refundCharge the function that gives it back
     * @param updateItem updates an item of the table of domains
     * @param table the name of the table of domains
     * @param timeout how long the coordinator waits before it cancels the saga
     */
    DomainsStateMachine(
            DomainSaga saga,
            Compensation compensation,
            LambdaFunction chargeCard,
            LambdaFunction refundCharge,
            DynamoDbUpdateItem updateItem,
            String table,
            Duration timeout) {
        this.saga = saga;
        this.compensation = compensation;
        this.chargeCard = chargeCard;
        this.refundCharge = refundCharge;
        this.updateItem = updateItem;
        this.table = table;
        this.timeout = timeout;
    }

    // @formatter:off
    @Override
    public void configure() {
        errorHandler(failuresAreJournaled());

        from("direct:domains").routeId("domains")
            .doTry()
                .process(saga::takeUp).id("domains.takeUp")
                .filter(saga.isOpen())
                    .to("direct:SellDomain")
                .end()
            .endDoTry()
            .doCatch(Exception.class)
                .process(saga::cancel).id("domains.cancel")
            .end()
            .filter(saga.isCancelled())
                .to("direct:UndoSale")
            .end();

        from("direct:SellDomain").routeId("SellDomain")
            .saga().propagation(SagaPropagation.REQUIRED).completionMode(SagaCompletionMode.MANUAL)
                    .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .option(Compensation.EXECUTION, nameOfExecution())
                    .compensation(DomainSaga.COMPENSATION)
                .process(saga::begin).id("SellDomain.begin")
                .to("direct:ReserveDomain")
                .to("direct:ChargeCard")
                .to("direct:ConfirmDomain")
                .process(saga::close).id("SellDomain.close")
                .to("saga:complete").id("SellDomain.complete")
                .process(saga::checkClosed).id("SellDomain.checkClosed")
            .end();

        from("direct:UndoSale").routeId("UndoSale")
            .filter(mayHaveDone("ChargeCard")).to("direct:RefundCharge").end()
            .filter(mayHaveDone("ReserveDomain")).to("direct:ReleaseDomain").end()
            .to("direct:FailSaga");

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
            .process(DomainsTable::confirm).id("ConfirmDomain.confirm")
            .to("direct:updateDomain");

        fail("FailSaga")
            .process(saga::undone).id("FailSaga.undone")
            .filter(saga.isActive())
                .doTry()
                    .to("saga:compensate").id("FailSaga.compensate")
                .doCatch(CompletionException.class)
                    .process(saga::notAnswered).id("FailSaga.notAnswered")
                .end()
            .end();

        // What the coordinator calls when a saga is cancelled, by us or because its time is over
        from(DomainSaga.COMPENSATION).routeId("Compensate").errorHandler(noErrorHandler())
            .process(compensation::answer).id("Compensate.answer");

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
                .filter(mayYetDo("ReserveDomain"))
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

    private static Expression nameOfExecution() {
        return new ExpressionAdapter() {
            @Override
            public Object evaluate(Exchange exchange) {
                return RunningExecution.of(exchange).name();
            }
        };
    }

    /** Whether a task may have had its effect: it was announced in the journal. */
    private static Predicate mayHaveDone(String task) {
        return exchange -> RunningExecution.of(exchange).isScheduled(task);
    }

    /** Whether a task may have its effect yet: the answer of an attempt was never seen. */
    private static Predicate mayYetDo(String task) {
        return exchange -> RunningExecution.of(exchange).isUnanswered(task);
    }
}
