package org.linkmoderation.functions.cards;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a refund found.
 *
 * @param charge the charge whose money was given back, now or by an earlier request; empty if nothing was charged
 */
public record Refund(Optional<Charge> charge) {

    /** The answer of the function RefundCharge. */
    public Map<String, Object> toMap() {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("status", charge.isPresent() ? "REFUNDED" : "NOTHING_TO_REFUND");
        charge.ifPresent(refunded -> {
            answer.put("chargeId", refunded.chargeId());
            answer.put("amount", refunded.amount());
            answer.put("currency", refunded.currency());
        });
        return answer;
    }
}
