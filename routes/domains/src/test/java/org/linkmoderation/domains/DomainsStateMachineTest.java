package org.linkmoderation.domains;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.linkmoderation.domains.DomainsUnderTest.DOMAIN;
import static org.linkmoderation.domains.DomainsUnderTest.request;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.Waiting;
import org.linkmoderation.domains.InMemoryCards.Fault;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.JournalUnavailableException;
import org.linkmoderation.saga.lra.LraStatus;
import org.linkmoderation.testkit.Deliveries.ParkedExecution;
import org.linkmoderation.testkit.InMemoryJournal.Failure;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

@Timeout(60)
class DomainsStateMachineTest {
    private static DomainsUnderTest sale;

    @BeforeAll
    static void start() throws Exception {
        sale = new DomainsUnderTest();
    }

    @AfterAll
    static void stop() {
        sale.close();
    }

    @BeforeEach
    void reset() {
        sale.reset();
    }

    @Test
    void shouldSellADomain() throws Exception {
        sale.deliver(request("e1"));

        Execution execution = sale.execution("e1");
        assertThat(execution.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(execution.trail()).containsExactly("ReserveDomain", "ChargeCard", "ConfirmDomain");
        assertThat(sale.domains.get(DOMAIN, "status")).isEqualTo("confirmed");
        assertThat(sale.domains.get(DOMAIN, "owner")).isEqualTo("ann");
        assertThat(sale.cards.balance()).isEqualTo(1200);
        assertThat(sale.coordinator.last()).isEqualTo(LraStatus.CLOSED);
    }

    @Test
    void shouldReleaseTheDomainWhenTheChargeFails() throws Exception {
        sale.cards.fail("ChargeCard", Fault.DECLINED);

        sale.deliver(request("e1"));

        Execution execution = sale.execution("e1");
        assertThat(execution.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(execution.error()).contains("InsufficientFunds");
        assertThat(execution.trail()).containsExactly("ReserveDomain", "ChargeCard", "ReleaseDomain", "FailSaga");
        assertThat(sale.domains.get(DOMAIN, "status")).isNull();
        assertThat(sale.domains.get(DOMAIN, "owner")).isNull();
        assertThat(sale.cards.effects()).isEqualTo(List.of());
        sale.coordinator.callAgain();
        assertThat(sale.coordinator.last()).isEqualTo(LraStatus.CANCELLED);
    }

    @Test
    void shouldNotRetryWhatTheFunctionRefuses() throws Exception {
        sale.cards.fail("ChargeCard", Fault.DECLINED);

        sale.deliver(request("e1"));

        assertThat(sale.cards.payloads()).hasSize(1);
    }

    @Test
    void shouldRetryWhatMayGoBetterAnotherTime() throws Exception {
        sale.cards.fail("ChargeCard", Fault.THROTTLED);
        sale.cards.fail("ChargeCard", Fault.TIMEOUT_AFTER);
        sale.cards.fail("ChargeCard", Fault.TIMEOUT_BEFORE);
        sale.domains.beforeNext(update -> {
            throw InMemoryDomains.refusal("ThrottlingException");
        });

        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").error()).isEmpty();
        assertThat(sale.cards.effects()).containsExactly("ChargeCard");
    }

    @Test
    void shouldRefundAChargeWhoseFunctionFailedAfterIt() throws Exception {
        sale.cards.fail("ChargeCard", Fault.CRASHED_AFTER);

        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").trail())
                .containsExactly("ReserveDomain", "ChargeCard", "RefundCharge", "ReleaseDomain", "FailSaga");
        assertThat(sale.cards.effects()).containsExactly("ChargeCard", "RefundCharge");
    }

    @Test
    void shouldRefundWhatWasNotAnsweredThoughAnotherAttemptWasRefused() throws Exception {
        sale.cards.fail("ChargeCard", Fault.TIMEOUT_AFTER);
        sale.cards.fail("ChargeCard", Fault.DECLINED);

        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").trail())
                .containsExactly("ReserveDomain", "ChargeCard", "RefundCharge", "ReleaseDomain", "FailSaga");
        assertThat(sale.cards.balance()).isZero();
    }

    @Test
    void shouldNotUndoWhatEveryAttemptWasRefused() throws Exception {
        for (int call = 0; call <= DomainsUnderTest.RETRY_MAX_ATTEMPTS; call++) {
            sale.cards.fail("ChargeCard", Fault.THROTTLED);
        }

        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").error()).contains("Lambda.TooManyRequestsException");
        assertThat(sale.execution("e1").trail())
                .containsExactly("ReserveDomain", "ChargeCard", "ReleaseDomain", "FailSaga");
    }

    @Test
    void shouldRememberARefusalInTheNextRun() throws Exception {
        sale.cards.fail("ChargeCard", Fault.DECLINED);
        sale.journal.failAt(HistoryEventType.SagaCancelling, Failure.AFTER);
        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(JournalUnavailableException.class);

        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").trail())
                .containsExactly("ReserveDomain", "ChargeCard", "ReleaseDomain", "FailSaga");
        assertThat(sale.cards.payloads()).hasSize(1);
    }

    @Test
    void shouldUndoWhenTheRetriesAreExhausted() throws Exception {
        for (int call = 0; call <= DomainsUnderTest.RETRY_MAX_ATTEMPTS; call++) {
            sale.cards.fail("ChargeCard", Fault.TIMEOUT_AFTER);
        }

        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").error()).contains("States.Timeout");
        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(sale.cards.effects()).containsExactly("ChargeCard", "RefundCharge");
        assertThat(sale.domains.get(DOMAIN, "status")).isNull();
    }

    @Test
    void shouldNeitherJournalNorRepeatTheCard() throws Exception {
        sale.cards.fail("ChargeCard", Fault.CRASHED_AFTER);

        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").toString())
                .doesNotContain(InMemoryCards.CARD)
                .contains("…4242");
        assertThat(sale.cards.payloads().get(0)).contains(InMemoryCards.CARD);
        assertThat(sale.cards.payloads().get(1)).doesNotContain("card");
    }

    @Test
    void shouldSellADomainAgainThatWasReleased() throws Exception {
        sale.cards.fail("ChargeCard", Fault.DECLINED);
        sale.deliver(request("e1"));

        sale.deliver(request("e2"));

        assertThat(sale.execution("e2").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(sale.domains.get(DOMAIN, "soldBy")).startsWith("domains:e2:");
    }

    @Test
    void shouldSellADomainOnce() throws Exception {
        sale.deliver(request("e1"));

        sale.deliver(request("e2"));

        assertThat(sale.execution("e2").error()).contains("DomainTaken");
        assertThat(sale.execution("e2").trail()).containsExactly("ReserveDomain", "FailSaga");
        assertThat(sale.domains.get(DOMAIN, "soldBy")).startsWith("domains:e1:");
        assertThat(sale.cards.balance()).isEqualTo(1200);
    }

    @Test
    void shouldGoOnWhenTheAnswerOfItsOwnReservationWasLost() throws Exception {
        sale.domains.afterNext(update -> {
            throw SdkClientException.create("Read timed out");
        });

        sale.deliverUntilDone(request("e1"));

        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    }

    @Test
    void shouldRefuseAReservationThatComesBehindItsRelease() throws Exception {
        UpdateItemRequest[] late = new UpdateItemRequest[1];
        sale.domains.beforeNext(update -> {
            late[0] = update;
            throw SdkClientException.create("Read timed out");
        });
        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(ParkedExecution.class);
        sale.coordinator.timeOut();
        sale.deliverUntilDone(request("e1"));
        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.TIMED_OUT);

        assertThatThrownBy(() -> sale.domains.updateItem(late[0])).isInstanceOf(ConditionalCheckFailedException.class);

        assertThat(sale.domains.get(DOMAIN, "status")).isNull();
        sale.deliver(request("e2"));
        assertThat(sale.execution("e2").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    }

    @Test
    void shouldBeInDoubtUntilTheUndoSucceeds() throws Exception {
        chargeAndFail();
        for (int call = 0; call < 10; call++) {
            sale.cards.fail("RefundCharge", call % 2 == 0 ? Fault.THROTTLED : Fault.TIMEOUT_AFTER);
        }

        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(ParkedExecution.class);
        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.IN_DOUBT);
        for (int attempts = 2; attempts <= 10; attempts++) {
            int events = sale.execution("e1").events().size();
            assertThatThrownBy(() -> sale.deliver(request("e1")))
                    .as("not due yet")
                    .isInstanceOf(ParkedExecution.class);
            assertThat(sale.execution("e1").doubt().orElseThrow().attempts()).isEqualTo(attempts - 1);
            sale.clock.advance(Duration.ofMinutes(1));
            assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(ParkedExecution.class);
            assertThat(sale.execution("e1").doubt().orElseThrow().attempts()).isEqualTo(attempts);
            assertThat(sale.execution("e1").events())
                    .as("a doubt that lasts does not fill the history")
                    .hasSize(events);
        }
        sale.clock.advance(Duration.ofMinutes(1));
        sale.deliver(request("e1"));

        Execution execution = sale.execution("e1");
        assertThat(execution.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(execution.doubt()).isEmpty();
        assertThat(execution.trail()).endsWith("RefundCharge", "ReleaseDomain", "FailSaga");
        assertThat(sale.cards.effects()).containsExactly("ChargeCard", "RefundCharge");
    }

    @Test
    void shouldGoOnBehindAnUndoThatAnOperatorAnswersFor() throws Exception {
        chargeAndFail();
        for (int call = 0; call < 3; call++) {
            sale.cards.fail("RefundCharge", Fault.THROTTLED);
        }
        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(ParkedExecution.class);
        ExecutionId id = sale.execution("e1").id();

        assertThatThrownBy(() -> sale.operator.resolve(id, "RefundCharge", " "))
                .hasMessage("The reason is blank; expected why 'RefundCharge' counts as done");
        assertThatThrownBy(() -> sale.operator.resolve(id, "ReleaseDomain", "by hand"))
                .hasMessage("The execution 'e1' is in doubt because of RefundCharge, not because of 'ReleaseDomain'");
        sale.operator.resolve(id, "RefundCharge", "refunded by hand, case 4711");
        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.RUNNING);
        sale.clock.advance(Duration.ofMinutes(2));
        sale.sweep();
        sale.deliver(request("e1"));

        Execution execution = sale.execution("e1");
        assertThat(execution.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(execution.last(HistoryEventType.UndoResolved).orElseThrow())
                .containsEntry("reason", "refunded by hand, case 4711");
        assertThat(sale.cards.effects()).containsExactly("ChargeCard");
        assertThatThrownBy(() -> sale.operator.resolve(id, "RefundCharge", "again"))
                .hasMessage("The execution 'e1' has status FAILED; expected IN_DOUBT");
    }

    @Test
    void shouldUndoASagaThatIsStopped() throws Exception {
        sale.cards.during("ChargeCard", () -> stopByOperator());

        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(ExecutionFencedException.class);
        sale.deliver(request("e1"));

        Execution execution = sale.execution("e1");
        assertThat(execution.status()).isEqualTo(ExecutionStatus.ABORTED);
        assertThat(execution.error()).contains("Operator.Stop");
        assertThat(sale.cards.effects()).containsExactly("ChargeCard", "RefundCharge");
        assertThat(sale.domains.get(DOMAIN, "status")).isNull();
        sale.coordinator.callAgain();
        assertThat(sale.coordinator.last()).isEqualTo(LraStatus.CANCELLED);
    }

    @Test
    void shouldWaitForACoordinatorThatIsAway() throws Exception {
        sale.coordinator.setAway(true);
        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(ParkedExecution.class);
        assertThat(sale.execution("e1").waiting().orElseThrow().reason()).isEqualTo(Waiting.Reason.SERVICE_UNAVAILABLE);
        sale.coordinator.setAway(false);
        sale.clock.advance(Duration.ofSeconds(1));

        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    }

    @Test
    void shouldWaitForTheCoordinatorAfterItsTimeoutToo() throws Exception {
        sale.coordinator.setAway(true);
        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(ParkedExecution.class);
        sale.clock.advance(DomainsUnderTest.TIMEOUT);

        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(ParkedExecution.class);

        assertThat(sale.execution("e1").waiting().orElseThrow().until()).isAfter(sale.clock.instant());
    }

    @Test
    void shouldUndoWhileTheCoordinatorIsAwayAndEndWhenItIsBack() throws Exception {
        sale.cards.fail("ChargeCard", Fault.TIMEOUT_AFTER);
        sale.cards.fail("ChargeCard", Fault.DECLINED);
        sale.cards.during("ChargeCard", () -> sale.coordinator.setAway(true));

        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(ParkedExecution.class);
        assertThat(sale.cards.balance()).isZero();
        assertThat(sale.domains.get(DOMAIN, "status")).isNull();
        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.RUNNING);
        sale.coordinator.setAway(false);
        sale.clock.advance(Duration.ofMinutes(1));
        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.FAILED);
        sale.coordinator.callAgain();
        assertThat(sale.coordinator.last()).isEqualTo(LraStatus.CANCELLED);
    }

    @Test
    void shouldNotSucceedWhenTheCoordinatorHasCancelledTheSagaBeforeItWasJournaled() throws Exception {
        // The time is over between the join and the first write: the call finds no record
        sale.journal.failAt(1, Failure.BEFORE);
        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(JournalUnavailableException.class);
        sale.domains.beforeNext(update -> sale.coordinator.timeOut());

        sale.deliverUntilDone(request("e1"));

        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.TIMED_OUT);
        assertThat(sale.domains.get(DOMAIN, "status")).isNull();
        assertThat(sale.cards.balance()).isZero();
    }

    @Test
    void shouldEndAsTheJournalSaysWhenTheCoordinatorHasForgottenTheSaga() throws Exception {
        sale.journal.failAt(HistoryEventType.ExecutionSucceeded, Failure.BEFORE);
        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(JournalUnavailableException.class);

        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(sale.execution("e1").output().orElseThrow()).contains("\"status\":\"confirmed\"");
    }

    @Test
    void shouldUndoASagaThatTheCoordinatorHasLost() throws Exception {
        sale.journal.failAt(HistoryEventType.LambdaFunctionSucceeded, Failure.AFTER);
        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(JournalUnavailableException.class);
        sale.coordinator.clear();

        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(sale.execution("e1").error()).contains("Saga.NotFound");
        assertThat(sale.cards.balance()).isZero();
        assertThat(sale.domains.get(DOMAIN, "status")).isNull();
    }

    @Test
    void shouldTimeOutASagaThatTheCoordinatorHasLostAfterItsTime() throws Exception {
        sale.journal.failAt(HistoryEventType.LambdaFunctionSucceeded, Failure.AFTER);
        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(JournalUnavailableException.class);
        sale.coordinator.clear();
        sale.clock.advance(DomainsUnderTest.TIMEOUT);

        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.TIMED_OUT);
        assertThat(sale.cards.effects()).containsExactly("ChargeCard", "RefundCharge");
        assertThat(sale.domains.get(DOMAIN, "status")).isNull();
    }

    @Test
    void shouldUndoWhatRunsLongerThanItMay() throws Exception {
        sale.journal.failAt(HistoryEventType.LambdaFunctionScheduled, Failure.AFTER);
        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(JournalUnavailableException.class);
        sale.clock.advance(DomainsUnderTest.TIMEOUT);

        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.TIMED_OUT);
        assertThat(sale.domains.get(DOMAIN, "status")).isNull();
    }

    @Test
    void shouldAnswerACallForAnotherSagaAsDoneAndDoNothing() throws Exception {
        sale.journal.failAt(HistoryEventType.LambdaFunctionScheduled, Failure.AFTER);
        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(JournalUnavailableException.class);
        String lra = sale.coordinator.lastId();

        assertThat(call("e1", lra + "0")).isEqualTo(200);
        assertThat(call("e2", lra)).isEqualTo(200);
        assertThat(call("../e1", lra)).isEqualTo(200);
        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(call("e1", lra)).as("it has ended").isEqualTo(200);
        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    }

    @Test
    void shouldUndoASagaWhoseMessageIsLost() throws Exception {
        sale.journal.failAt(HistoryEventType.LambdaFunctionSucceeded, Failure.AFTER);
        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(JournalUnavailableException.class);
        sale.clock.advance(DomainsUnderTest.TIMEOUT);
        sale.coordinator.timeOut();

        sale.sweep();
        assertThat(sale.deliveries.wake()).as("not left long enough").isNull();
        sale.clock.advance(Duration.ofMinutes(10));
        sale.sweep();
        sale.deliverUntilDone(request("e1"));

        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.TIMED_OUT);
        assertThat(sale.cards.effects()).containsExactly("ChargeCard", "RefundCharge");
        assertThat(sale.domains.get(DOMAIN, "status")).isNull();
        sale.coordinator.callAgain();
        assertThat(sale.coordinator.last()).isEqualTo(LraStatus.CANCELLED);
    }

    @Test
    void shouldUndoInAnotherRunThoughTheCoordinatorIsAway() throws Exception {
        chargeAndFail();
        sale.journal.failAt(HistoryEventType.SagaCancelling, Failure.AFTER);
        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(JournalUnavailableException.class);
        sale.coordinator.setAway(true);

        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(ParkedExecution.class);
        assertThat(sale.cards.effects()).containsExactly("ChargeCard", "RefundCharge");
        sale.coordinator.setAway(false);
        sale.clock.advance(Duration.ofMinutes(1));
        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(sale.cards.effects()).containsExactly("ChargeCard", "RefundCharge");
    }

    private static int call(String execution, String lra) {
        return sale.coordinator.call(lra, Map.of("stateMachine", Domains.NAME, "execution", execution));
    }

    /** The charge goes through, and the domain is lost meanwhile. */
    private static void chargeAndFail() {
        sale.cards.during("ChargeCard", () -> sale.domains.put(DOMAIN, Map.of("soldBy", "another")));
    }

    private static void stopByOperator() {
        try {
            sale.operator.stop(sale.execution("e1").id(), "Operator.Stop", "wrong domain");
        } catch (InvalidRequestException e) {
            throw new AssertionError(e);
        }
    }
}
