package org.linkmoderation.domains;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.domains.DomainsUnderTest.DOMAIN;
import static org.linkmoderation.domains.DomainsUnderTest.INPUT;
import static org.linkmoderation.domains.DomainsUnderTest.request;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.StartRequest;
import org.linkmoderation.domains.InMemoryCards.Fault;
import org.linkmoderation.saga.lra.LraStatus;
import org.linkmoderation.testkit.InMemoryJournal.Failure;

/**
 * A container that dies at a write of the journal, or at a request to the coordinator, is played by one that fails
 * there: all that the run knew is gone with it, and the message is delivered again.
 */
@Timeout(120)
class SagaCrashTest {
    private static final String OTHER_CARD = INPUT.replace(InMemoryCards.CARD, "tok_9876543210_0000");

    /** Ways through the saga. */
    enum Way {
        SELL,
        CARD_DECLINED,
        DOMAIN_TAKEN,
        CHARGE_WITHOUT_ANSWER,
        CONFIRMATION_REFUSED,
        REFUND_FAILS_TWICE,
        TIME_IS_OVER_DURING_CHARGE;

        boolean isTrailChance() {
            return this == TIME_IS_OVER_DURING_CHARGE || this == CARD_DECLINED || this == DOMAIN_TAKEN;
        }

        /** Back to the start of this way. */
        StartRequest begin() {
            sale.reset();
            switch (this) {
                case DOMAIN_TAKEN ->
                    sale.domains.put(DOMAIN, Map.of("status", "confirmed", "soldBy", "another", "owner", "bob"));
                case CHARGE_WITHOUT_ANSWER -> {
                    for (int call = 0; call < 20; call++) {
                        sale.cards.fail("ChargeCard", Fault.TIMEOUT_AFTER);
                    }
                }
                case CONFIRMATION_REFUSED ->
                    sale.cards.during("ChargeCard", () -> sale.domains.put(DOMAIN, Map.of("soldBy", "another")));
                case REFUND_FAILS_TWICE -> {
                    sale.cards.during("ChargeCard", () -> sale.domains.put(DOMAIN, Map.of("soldBy", "another")));
                    sale.cards.fail("RefundCharge", Fault.THROTTLED);
                    sale.cards.fail("RefundCharge", Fault.TIMEOUT_AFTER);
                }
                case TIME_IS_OVER_DURING_CHARGE -> sale.cards.during("ChargeCard", sale.coordinator::timeOut);
                default -> {
                    // Nothing is in its way
                }
            }
            return this == CARD_DECLINED ? request("e1", OTHER_CARD) : request("e1");
        }
    }

    /** What a saga came to. */
    private record Outcome(
            ExecutionStatus status,
            String error,
            List<String> trail,
            String domain,
            String owner,
            long balance,
            List<String> effects,
            LraStatus saga) {
        /** Failed, with no money taken and its saga cancelled. */
        static Outcome failed(String error, List<String> trail, List<String> effects, String domain, String owner) {
            return new Outcome(ExecutionStatus.FAILED, error, trail, domain, owner, 0, effects, LraStatus.CANCELLED);
        }

        static Outcome of(Way way) {
            sale.coordinator.callAgain();
            Execution execution = sale.execution("e1");
            String lra =
                    execution.last(HistoryEventType.SagaStarted).orElseThrow().get("lra");
            for (int i = 0; i < execution.events().size(); i++) {
                assertThat(execution.events().get(i).id()).isEqualTo(i + 1L);
            }
            return new Outcome(
                    execution.status(),
                    execution.error().orElse(null),
                    // Whether the end of the time is noticed at the next write or when the saga is closed, is chance;
                    // and an attempt whose refusal was not journaled is undone like one that was not answered
                    way.isTrailChance() ? List.of() : execution.trail(),
                    sale.domains.get(DOMAIN, "status"),
                    sale.domains.get(DOMAIN, "owner"),
                    sale.cards.balance(),
                    sale.cards.effects(),
                    sale.coordinator.status(lra));
        }
    }

    private static DomainsUnderTest sale;

    @BeforeAll
    static void start() throws Exception {
        sale = new DomainsUnderTest();
    }

    @AfterAll
    static void stop() {
        sale.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldComeToItsEndUndisturbed(Way way) throws Exception {
        StartRequest request = way.begin();
        sale.deliverUntilDone(request);

        List<String> undone = List.of("ChargeCard", "RefundCharge");
        List<String> wholeTrail =
                List.of("ReserveDomain", "ChargeCard", "ConfirmDomain", "RefundCharge", "ReleaseDomain", "FailSaga");
        List<String> chargeTrail = List.of("ReserveDomain", "ChargeCard", "RefundCharge", "ReleaseDomain", "FailSaga");
        Outcome expected = switch (way) {
            case SELL ->
                new Outcome(
                        ExecutionStatus.SUCCEEDED,
                        null,
                        List.of("ReserveDomain", "ChargeCard", "ConfirmDomain"),
                        "confirmed",
                        "ann",
                        1200,
                        List.of("ChargeCard"),
                        LraStatus.CLOSED);
            case CARD_DECLINED -> Outcome.failed("UnknownCard", List.of(), List.of(), null, null);
            case DOMAIN_TAKEN -> Outcome.failed("DomainTaken", List.of(), List.of(), "confirmed", "bob");
            case CHARGE_WITHOUT_ANSWER -> Outcome.failed("States.Timeout", chargeTrail, undone, null, null);
            case CONFIRMATION_REFUSED, REFUND_FAILS_TWICE ->
                Outcome.failed("DynamoDB.ConditionalCheckFailedException", wholeTrail, undone, "reserved", "ann");
            case TIME_IS_OVER_DURING_CHARGE ->
                new Outcome(
                        ExecutionStatus.TIMED_OUT,
                        "States.Timeout",
                        List.of(),
                        null,
                        null,
                        0,
                        undone,
                        LraStatus.CANCELLED);
        };
        assertThat(Outcome.of(way)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void shouldComeToTheSameEndWhereverItDies(Way way) throws Exception {
        sale.deliverUntilDone(way.begin());
        Outcome undisturbed = Outcome.of(way);
        int writes = sale.journal.writes();

        for (int n = 1; n <= writes; n++) {
            for (Failure failure : Failure.values()) {
                StartRequest request = way.begin();
                sale.journal.failAt(n, failure);

                sale.deliverUntilDone(request);

                assertThat(Outcome.of(way))
                        .as("%s write %d of %d", failure, n, writes)
                        .isEqualTo(undisturbed);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldComeToTheSameEndThoughItDiesTwice(Way way) throws Exception {
        sale.deliverUntilDone(way.begin());
        Outcome undisturbed = Outcome.of(way);
        int writes = sale.journal.writes();

        for (int n = 1; n <= writes; n++) {
            for (int m = 1; m <= writes; m++) {
                for (Failure first : Failure.values()) {
                    StartRequest request = way.begin();
                    sale.journal.failAt(n, first);
                    sale.journal.failAt(n + m, Failure.AFTER);

                    sale.deliverUntilDone(request);

                    assertThat(Outcome.of(way))
                            .as("%s write %d, then AFTER the %d. behind it", first, n, m)
                            .isEqualTo(undisturbed);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldComeToTheSameEndWhicheverRequestTheCoordinatorDoesNotAnswer(Way way) throws Exception {
        sale.deliverUntilDone(way.begin());
        Outcome undisturbed = Outcome.of(way);
        int requests = sale.coordinator.requests();

        for (int n = 1; n <= requests; n++) {
            for (boolean after : new boolean[] {false, true}) {
                StartRequest request = way.begin();
                sale.coordinator.failAt(n, after);

                sale.deliverUntilDone(request);

                assertThat(Outcome.of(way))
                        .as("%s request %d of %d", after ? "after" : "before", n, requests)
                        .isEqualTo(undisturbed);
            }
        }
    }
}
