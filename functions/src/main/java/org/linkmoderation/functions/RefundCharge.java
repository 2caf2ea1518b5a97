package org.linkmoderation.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;
import org.linkmoderation.functions.cards.CardLedger;
import org.linkmoderation.functions.cards.ChargeRequest;

/**
 * The Lambda function that undoes {@link ChargeCard}. It gives the money back once, however often it is asked; it finds
 * nothing to give back where nothing was charged, and then sees to it that a charge that is still on its way will be
 * refused. So it is right whatever became of the charge.
 */
public class RefundCharge implements RequestHandler<Map<String, Object>, Map<String, Object>> {

    private final CardLedger ledger;

    /**
     * Takes the settings from the environment, as Lambda gives them.
     *
     * @throws InvalidSetting if a setting cannot be used
     */
    public RefundCharge() {
        this(System.getenv());
    }

    /**
     * Takes the settings from a map, for where the function runs beside others in one process.
     *
     * @param environment names and values as of environment variables
     * @throws InvalidSetting if a setting cannot be used
     */
    public RefundCharge(Map<String, String> environment) {
        ledger = CardLedger.of(environment);
    }

    /**
     * Undoes a charge.
     *
     * @param request the {@code key} of the charge
     * @return {@code status}: {@code REFUNDED}, with {@code chargeId}, {@code amount} and {@code currency}, or
     *     {@code NOTHING_TO_REFUND}
     * @throws InvalidRequest if there is no key, or it is not a string that it may be
     * @throws org.linkmoderation.functions.cards.UnknownCard if the card is no longer in the ledger
     * @throws org.linkmoderation.functions.cards.LedgerUnavailable if it is not known what became of it; ask again
     */
    @Override
    public Map<String, Object> handleRequest(Map<String, Object> request, Context context) {
        return ledger.refund(ChargeRequest.keyOf(request)).toMap();
    }
}
