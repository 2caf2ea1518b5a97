package org.linkmoderation.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.linkmoderation.functions.cards.ChargeCancelled;
import org.linkmoderation.functions.cards.InsufficientFunds;
import org.linkmoderation.functions.cards.TableStore;

@Timeout(60)
class CardFunctionsTest {

    private final Map<String, String> environment = TableStore.newLedger("rich:5000:EUR");
    private final ChargeCard chargeCard = new ChargeCard(environment);
    private final RefundCharge refundCharge = new RefundCharge(environment);

    @Test
    void shouldChargeAndRefundWithOneKey() {
        var charged = chargeCard.handleRequest(request("one", 1200), null);
        assertThat(charged)
                .containsEntry("amount", 1200L)
                .containsEntry("currency", "EUR")
                .containsEntry("status", "CHARGED")
                .containsOnlyKeys("chargeId", "amount", "currency", "status");
        assertThat(refundCharge.handleRequest(Map.of("key", "one"), null))
                .containsEntry("status", "REFUNDED")
                .containsEntry("chargeId", charged.get("chargeId"))
                .containsEntry("amount", 1200L)
                .containsEntry("currency", "EUR")
                .hasSize(4);
    }

    @Test
    void shouldSayThatThereIsNothingToRefundAndRefuseTheChargeThatComesLater() {
        assertThat(refundCharge.handleRequest(Map.of("key", "two"), null))
                .isEqualTo(Map.of("status", "NOTHING_TO_REFUND"));
        assertThatThrownBy(() -> chargeCard.handleRequest(request("two", 1), null))
                .isInstanceOf(ChargeCancelled.class);
    }

    @Test
    void shouldRefuseMoreThanTheCardHas() {
        assertThatThrownBy(() -> chargeCard.handleRequest(request("three", 5001), null))
                .isInstanceOf(InsufficientFunds.class);
    }

    @Test
    void shouldRefuseARequestWithoutAKey() {
        assertThatThrownBy(() -> refundCharge.handleRequest(Map.of(), null)).isInstanceOf(InvalidRequest.class);
        assertThatThrownBy(() -> chargeCard.handleRequest(null, null)).isInstanceOf(InvalidRequest.class);
    }

    private static Map<String, Object> request(String key, int amount) {
        return Map.of("key", key, "amount", amount, "currency", "EUR", "card", "rich");
    }
}
