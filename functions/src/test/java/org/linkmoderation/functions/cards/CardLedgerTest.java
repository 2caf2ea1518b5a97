package org.linkmoderation.functions.cards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

@Timeout(120)
class CardLedgerTest {

    private static final int THREADS = 16;

    private CardLedger ledger;
    private DynamoDbClient client;
    private String table;

    @BeforeEach
    void begin() {
        var environment = TableStore.newLedger("rich:1000:EUR poor:0:EUR");
        var settings = LedgerSettings.of(environment);
        ledger = CardLedger.of(environment);
        client = settings.client();
        table = settings.table();
    }

    @Test
    void shouldTakeTheAmountFromTheCardOnceHoweverOftenItIsAsked() {
        var charge = ledger.charge(request("a", 300, "rich"));
        assertThat(charge.chargeId()).isNotBlank();
        assertThat(charge.amount()).isEqualTo(300);
        assertThat(charge.currency()).isEqualTo("EUR");
        assertThat(ledger.charge(request("a", 300, "rich"))).isEqualTo(charge);
        assertThat(balance("rich")).isEqualTo(700);
    }

    @Test
    void shouldGiveTheMoneyBackOnceHoweverOftenItIsAsked() {
        var charge = ledger.charge(request("a", 300, "rich"));
        assertThat(ledger.refund("a").charge()).contains(charge);
        assertThat(ledger.refund("a").charge()).contains(charge);
        assertThat(balance("rich")).isEqualTo(1000);
    }

    @Test
    void shouldRefuseAChargeThatArrivesBehindItsRefund() {
        assertThat(ledger.refund("a").charge()).isEmpty();
        assertThatThrownBy(() -> ledger.charge(request("a", 300, "rich"))).isInstanceOf(ChargeCancelled.class);
        assertThat(ledger.refund("a").charge()).isEmpty();
        assertThat(balance("rich")).isEqualTo(1000);
    }

    @Test
    void shouldNotSayOfARefundedChargeThatItStands() {
        ledger.charge(request("a", 300, "rich"));
        ledger.refund("a");
        assertThatThrownBy(() -> ledger.charge(request("a", 300, "rich"))).isInstanceOf(ChargeCancelled.class);
        assertThat(balance("rich")).isEqualTo(1000);
    }

    @Test
    void shouldSpendTheLastOfACardAndNoMore() {
        ledger.charge(request("a", 1000, "rich"));
        assertThat(balance("rich")).isZero();
        assertThatThrownBy(() -> ledger.charge(request("b", 1, "rich"))).isInstanceOf(InsufficientFunds.class);
    }

    @Test
    void shouldRepeatARefusalThoughTheCardHasMoneyNow() {
        assertThatThrownBy(() -> ledger.charge(request("a", 300, "poor")))
                .isInstanceOf(InsufficientFunds.class)
                .hasMessage("The card's funds are below the amount.");
        setBalance("poor", 1000);
        assertThatThrownBy(() -> ledger.charge(request("a", 300, "poor")))
                .isInstanceOf(InsufficientFunds.class)
                .hasMessage("The card's funds are below the amount.");
        assertThat(ledger.refund("a").charge()).isEmpty();
        assertThat(balance("poor")).isEqualTo(1000);
    }

    @Test
    void shouldRefuseACardThatIsNotThere() {
        assertThatThrownBy(() -> ledger.charge(request("a", 300, "none"))).isInstanceOf(UnknownCard.class);
        assertThatThrownBy(() -> ledger.charge(request("a", 300, "none"))).isInstanceOf(UnknownCard.class);
        assertThat(ledger.refund("a").charge()).isEmpty();
    }

    @Test
    void shouldConvertNoCurrency() {
        assertThatThrownBy(() -> ledger.charge(new ChargeRequest("a", "", 300, "USD", "rich")))
                .isInstanceOf(CurrencyMismatch.class);
        assertThat(balance("rich")).isEqualTo(1000);
    }

    @Test
    void shouldRefuseAKeyThatStandsForAnotherRequest() {
        ledger.charge(request("a", 300, "rich"));
        for (var other : List.of(
                request("a", 301, "rich"),
                request("a", 300, "poor"),
                new ChargeRequest("a", "", 300, "USD", "rich"),
                new ChargeRequest("a", "somebody", 300, "EUR", "rich"))) {
            assertThatThrownBy(() -> ledger.charge(other))
                    .as(other.toString())
                    .isInstanceOf(IdempotencyKeyReused.class);
        }
        assertThat(balance("rich")).isEqualTo(700);
    }

    @Test
    void shouldChargeOnceWhenOneKeyComesFromManyAtOnce() throws Exception {
        Callable<Charge> call = () -> ledger.charge(request("a", 10, "rich"));
        var charges = atOnce(Collections.nCopies(THREADS, call));
        assertThat(new HashSet<>(results(charges))).hasSize(1);
        assertThat(balance("rich")).isEqualTo(990);
    }

    @Test
    void shouldRefundOnceWhenOneKeyComesFromManyAtOnce() throws Exception {
        var charge = ledger.charge(request("a", 10, "rich"));
        Callable<Refund> call = () -> ledger.refund("a");
        var refunds = atOnce(Collections.nCopies(THREADS, call));
        assertThat(results(refunds))
                .allSatisfy(refund -> assertThat(refund.charge()).contains(charge));
        assertThat(balance("rich")).isEqualTo(1000);
    }

    @Test
    void shouldLeaveNothingChargedWhenAChargeAndItsRefundComeAtOnce() throws Exception {
        for (int round = 0; round < 10; round++) {
            var key = "race-" + round;
            List<Callable<Object>> calls = new ArrayList<>();
            for (int i = 0; i < THREADS / 2; i++) {
                calls.add(() -> ledger.charge(request(key, 10, "rich")));
                calls.add(() -> ledger.refund(key));
            }
            for (var call : atOnce(calls)) {
                try {
                    call.get();
                } catch (ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(ChargeCancelled.class);
                }
            }
            assertThat(balance("rich")).as(key).isEqualTo(1000);
        }
    }

    @Test
    void shouldGiveEveryKeyItsOwnChargeWhenManyComeToOneCardAtOnce() throws Exception {
        List<Callable<Charge>> calls = new ArrayList<>();
        for (int i = 0; i < 2 * THREADS; i++) {
            var key = "own-" + i;
            calls.add(() -> ledger.charge(request(key, 100, "rich")));
        }
        int charged = 0;
        for (var call : atOnce(calls)) {
            try {
                call.get();
                charged++;
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(InsufficientFunds.class);
            }
        }
        assertThat(charged).isEqualTo(10);
        assertThat(balance("rich")).isZero();
    }

    @Test
    void shouldKeepTheBalanceOfASampleCardThatIsThere() {
        ledger.charge(request("a", 300, "rich"));
        new LedgerTable(client, table).add(new SampleCard("rich", 1000, "EUR"));
        assertThat(balance("rich")).isEqualTo(700);
    }

    @Test
    void shouldSayThatTheLedgerDoesNotAnswer() {
        var nowhere = new CardLedger(new LedgerTable(client, "no-such-table"));
        assertThatThrownBy(() -> nowhere.charge(request("a", 1, "rich")))
                .isInstanceOf(LedgerUnavailable.class)
                .hasMessageStartingWith("The ledger's table no-such-table did not answer: ")
                .hasMessageNotContaining("rich");
        assertThatThrownBy(() -> nowhere.refund("a")).isInstanceOf(LedgerUnavailable.class);
    }

    private static ChargeRequest request(String key, long amount, String card) {
        return new ChargeRequest(key, "", amount, "EUR", card);
    }

    private long balance(String card) {
        return Long.parseLong(
                client.getItem(get -> get.tableName(table).key(key(card)).consistentRead(true))
                        .item()
                        .get("balance")
                        .n());
    }

    private void setBalance(String card, long balance) {
        client.updateItem(update -> update.tableName(table)
                .key(key(card))
                .updateExpression("SET balance = :b")
                .expressionAttributeValues(Map.of(":b", AttributeValue.fromN(Long.toString(balance)))));
    }

    private static Map<String, AttributeValue> key(String card) {
        return Map.of("PK", AttributeValue.fromS("CARD#" + card));
    }

    private static <T> List<T> results(List<Future<T>> calls) throws Exception {
        List<T> results = new ArrayList<>();
        for (var call : calls) {
            results.add(call.get());
        }
        return results;
    }

    /** Begins all calls at the same time, and returns when all have ended. */
    private static <T> List<Future<T>> atOnce(List<Callable<T>> calls) throws InterruptedException {
        var threads = Executors.newFixedThreadPool(calls.size());
        try {
            var barrier = new CyclicBarrier(calls.size());
            List<Callable<T>> together = new ArrayList<>();
            for (var call : calls) {
                together.add(() -> {
                    barrier.await();
                    return call.call();
                });
            }
            return threads.invokeAll(together);
        } finally {
            threads.shutdown();
        }
    }
}
