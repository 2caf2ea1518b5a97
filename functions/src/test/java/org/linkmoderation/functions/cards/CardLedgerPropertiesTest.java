package org.linkmoderation.functions.cards;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Charges and refunds in any order, some of them again and again, against a ledger of a few lines. */
class CardLedgerPropertiesTest {

    private static final long MONEY = 1_000_000;
    private static Map<String, String> environment;
    private static CardLedger ledger;

    /** One call: a charge of an amount, or a refund where the amount is 0. */
    record Call(int key, long amount) {}

    @BeforeContainer
    static void begin() {
        environment = TableStore.newLedger("nobody:0:EUR");
        ledger = CardLedger.of(environment);
    }

    @Property(tries = 60)
    void shouldAnswerAsTheLedgerOnPaperDoes(@ForAll("calls") List<Call> calls) {
        var card = UUID.randomUUID().toString();
        var settings = LedgerSettings.of(environment);
        new LedgerTable(settings.client(), settings.table()).add(new SampleCard(card, MONEY, "EUR"));
        var charged = new HashMap<Integer, Long>();
        var first = new HashMap<Integer, Charge>();
        Set<Integer> undone = new HashSet<>();
        Map<Integer, Long> refused = new HashMap<>();
        long balance = MONEY;
        for (var call : calls) {
            var key = card + "-" + call.key();
            String expected;
            if (call.amount() == 0) {
                boolean money = charged.containsKey(call.key());
                expected = money ? "refund" : "nothing";
                if (undone.add(call.key()) && money) {
                    balance += charged.get(call.key());
                }
            } else if (charged.containsKey(call.key()) && charged.get(call.key()) != call.amount()
                    || refused.containsKey(call.key()) && refused.get(call.key()) != call.amount()) {
                expected = "IdempotencyKeyReused";
            } else if (refused.containsKey(call.key())) {
                expected = "InsufficientFunds";
            } else if (undone.contains(call.key())) {
                expected = "ChargeCancelled";
            } else if (charged.containsKey(call.key())) {
                expected = "charge";
            } else if (balance < call.amount()) {
                refused.put(call.key(), call.amount());
                expected = "InsufficientFunds";
            } else {
                charged.put(call.key(), call.amount());
                balance -= call.amount();
                expected = "charge";
            }
            assertThat(answer(call, key, card, first)).as(call + " of " + calls).isEqualTo(expected);
        }
        // What is left can be spent, and not a unit more
        if (balance > 0) {
            ledger.charge(new ChargeRequest(card + "-rest", "", balance, "EUR", card));
        }
        assertThat(answer(new Call(-1, 1), card + "-more", card, first)).isEqualTo("InsufficientFunds");
    }

    private static String answer(Call call, String key, String card, Map<Integer, Charge> first) {
        try {
            if (call.amount() == 0) {
                var refund = ledger.refund(key).charge();
                refund.ifPresent(charge -> assertThat(charge).isEqualTo(first.get(call.key())));
                return refund.isPresent() ? "refund" : "nothing";
            }
            var charge = ledger.charge(new ChargeRequest(key, "", call.amount(), "EUR", card));
            first.putIfAbsent(call.key(), charge);
            assertThat(charge).isEqualTo(first.get(call.key()));
            return "charge";
        } catch (Refusal | IdempotencyKeyReused | ChargeCancelled e) {
            return e.getClass().getSimpleName();
        }
    }

    @Provide
    Arbitrary<List<Call>> calls() {
        var amounts = Arbitraries.of(0L, 0L, 400_000L, 400_000L, 600_000L);
        return Combinators.combine(Arbitraries.integers().between(0, 3), amounts)
                .as(Call::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(15);
    }
}
