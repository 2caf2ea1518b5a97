package org.linkmoderation.functions.cards;

import java.math.BigInteger;
import java.util.Currency;
import java.util.Map;
import java.util.regex.Pattern;
import org.linkmoderation.functions.InvalidRequest;

/**
 * A request to charge a card, checked.
 *
 * @param key the idempotency key: one charge has one, in every request for it
 * @param owner whom it is charged for, or empty
 * @param amount in minor units of the currency, 1 to {@value #MAX_AMOUNT}
 * @param currency the currency's code in ISO 4217
 * @param card the card's token
 */
public record ChargeRequest(String key, String owner, long amount, String currency, String card) {

    /** The largest amount: ten thousand million of a currency with two decimal places. */
    static final long MAX_AMOUNT = 999_999_999_999L;

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,256}");
    private static final Pattern CARD = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int MAX_OWNER = 256;

    /**
     * Checks a request.
     *
     * @throws InvalidRequest if a field is missing or is not a string that it may be
     * @throws InvalidAmount if the amount is no whole number in the range
     * @throws UnknownCurrency if ISO 4217 has no such currency
     */
    public static ChargeRequest of(Map<String, Object> request) {
        var key = keyOf(request);
        var card = string(request, "card");
        if (!CARD.matcher(card).matches()) {
            // Without the value, which may be the number of a card
            throw new InvalidRequest("The request's field \"card\" is no token: 1 to 64 letters, digits, _ and -.");
        }
        return new ChargeRequest(key, owner(request), amount(request.get("amount")), currency(request), card);
    }

    /**
     * The key of a request.
     *
     * @throws InvalidRequest if there is none, or it is not of 1 to 256 visible ASCII characters
     */
    public static String keyOf(Map<String, Object> request) {
        var key = string(request, "key");
        if (!KEY.matcher(key).matches()) {
            throw new InvalidRequest("The request's field \"key\" needs 1 to 256 visible ASCII characters.");
        }
        return key;
    }

    private static String owner(Map<String, Object> request) {
        if (request.get("owner") == null) {
            return "";
        }
        var owner = string(request, "owner");
        if (owner.length() > MAX_OWNER) {
            throw new InvalidRequest("The request's field \"owner\" has more than " + MAX_OWNER + " characters.");
        }
        return owner;
    }

    private static String string(Map<String, Object> request, String field) {
        if (request == null || !(request.get(field) instanceof String value)) {
            throw new InvalidRequest("The request needs a field \"" + field + "\" that is a string.");
        }
        return value;
    }

    /** JSON's whole numbers come as one of these; one with a point, even 1.0, does not. */
    private static long amount(Object amount) {
        if (amount instanceof Integer || amount instanceof Long || amount instanceof Short) {
            return inRange(((Number) amount).longValue());
        }
        throw invalidAmount(amount instanceof BigInteger ? "beyond it" : "no whole number");
    }

    private static long inRange(long amount) {
        if (amount < 1 || amount > MAX_AMOUNT) {
            throw invalidAmount(String.valueOf(amount));
        }
        return amount;
    }

    private static InvalidAmount invalidAmount(String what) {
        return new InvalidAmount("The amount is a whole number of the currency's minor unit from 1 to " + MAX_AMOUNT
                + "; this one is " + what + ".");
    }

    private static String currency(Map<String, Object> request) {
        var code = string(request, "currency");
        try {
            // Gold, special drawing rights and the code for tests are in the list, but have no minor unit
            if (Currency.getInstance(code).getDefaultFractionDigits() >= 0) {
                return code;
            }
        } catch (IllegalArgumentException e) {
            // The same answer as for gold
        }
        throw new UnknownCurrency(
                "The request's field \"currency\" is no code of a currency in ISO 4217, such as EUR.");
    }

    /** Without the card, so that no log has it. */
    @Override
    public String toString() {
        return "ChargeRequest[key=" + key + ", amount=" + amount + ", currency=" + currency + "]";
    }
}
