package org.linkmoderation.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;
import org.linkmoderation.functions.cards.CardLedger;
import org.linkmoderation.functions.cards.ChargeRequest;

/**
 * The Lambda function that takes money from a card, once for each idempotency key: a request that comes again has the
 * first one's answer. It is undone by {@link RefundCharge} with the same key.
 */
public class ChargeCard implements RequestHandler<Map<String, Object>, Map<String, Object>> {

    private final CardLedger ledger;

    /**
     * Takes the settings from the environment, as Lambda gives them.
     *
     * @throws InvalidSetting if a setting cannot be used
     */
    public ChargeCard() {
        this(System.getenv());
    }

    /**
     * Takes the settings from a map, for where the function runs beside others in one process.
     *
     * @param environment names and values as of environment variables
     * @throws InvalidSetting if a setting cannot be used
     */
    public ChargeCard(Map<String, String> environment) {
        ledger = CardLedger.of(environment);
    }

    /**
     * Charges a card.
     *
     * @param request {@code key}, {@code amount} in minor units, {@code currency}, {@code card}, and perhaps
     *     {@code owner}
     * @return {@code chargeId}, {@code amount}, {@code currency}, and {@code status}, which is {@code CHARGED}
     * @throws InvalidRequest if a field is missing or is not a string that it may be
     * @throws org.linkmoderation.functions.cards.InvalidAmount if the amount is no whole number in the range
     * @throws org.linkmoderation.functions.cards.UnknownCurrency if ISO 4217 has no such currency
     * @throws org.linkmoderation.functions.cards.Refusal if the card cannot be charged; also when asked again
     * @throws org.linkmoderation.functions.cards.IdempotencyKeyReused if the key belongs to another request
     * @throws org.linkmoderation.functions.cards.ChargeCancelled if the key's refund was here before
     * @throws org.linkmoderation.functions.cards.LedgerUnavailable if it is not known what became of it; ask again
     */
    @Override
    public Map<String, Object> handleRequest(Map<String, Object> request, Context context) {
        return ledger.charge(ChargeRequest.of(request)).toMap();
    }
}
