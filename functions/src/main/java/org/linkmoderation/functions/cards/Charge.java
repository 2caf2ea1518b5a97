package org.linkmoderation.functions.cards;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Money taken from a card.
 *
 * @param chargeId the ledger's name for it
 * @param amount in minor units of the currency
 * @param currency the currency's code in ISO 4217
 */
public record Charge(String chargeId, long amount, String currency) {

    /** The answer of the function ChargeCard. */
    public Map<String, Object> toMap() {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("chargeId", chargeId);
        answer.put("amount", amount);
        answer.put("currency", currency);
        answer.put("status", "CHARGED");
        return answer;
    }
}
