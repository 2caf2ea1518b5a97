package org.linkmoderation.domains;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.IDN;
import java.util.Currency;
import java.util.Locale;
import java.util.regex.Pattern;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.states.InputMembers;

/**
 * What is sold to whom, as the input of an execution says it.
 *
 * @param domain the domain's name in ASCII and lower case, as the table of domains has it
 * @param owner who buys it, 1 to 128 characters
 * @param amount the price in the currency's minor unit (cents), 1 to 999,999,999,999
 * @param currency the currency by ISO 4217
 * @param card the token of the card that pays, 1 to 64 characters of {@code A-Z a-z 0-9 _ -}; never journaled, never
 *     logged
 */
record Sale(String domain, String owner, long amount, String currency, String card) {
    private static final String EXPECTED =
            "{\"domain\": \"…\", \"owner\": \"…\", \"amount\": 1200, \"currency\": \"EUR\", \"card\": \"…\"}";
    private static final int MAX_DOMAIN_CHARACTERS = 253;
    private static final Pattern LABELS = Pattern.compile(
            "([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+(?=[a-z0-9-]*[a-z])[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])");
    private static final Pattern OWNER = Pattern.compile("[^\\p{Cntrl}]{1,128}");
    private static final Pattern CARD = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final long MAX_AMOUNT = 999_999_999_999L;
    /** Of a card's token this much is journaled, if there is more that is not. */
    private static final int SHOWN_CARD_CHARACTERS = 4;

    /** The token is left out. */
    @Override
    public String toString() {
        return domain + " to " + owner + " for " + amount + " " + currency;
    }

    /**
     * Reads the input of an execution; further members are allowed and have no meaning.
     *
     * @throws InvalidRequestException if a member is missing or can't be used; the token of the card is never told
     */
    static Sale of(JsonNode input) throws InvalidRequestException {
        InputMembers members = InputMembers.of(input, EXPECTED);
        String owner = members.text("owner");
        if (owner.isBlank() || !OWNER.matcher(owner).matches()) {
            throw new InvalidRequestException("'owner' is '" + StartRequest.abbreviate(owner)
                    + "'; expected 1 to 128 characters, not all blank and none of them a control character");
        }
        String card = members.text("card");
        if (!CARD.matcher(card).matches()) {
            throw new InvalidRequestException("'card' is no token of a card (its " + card.length()
                    + " characters are not told); expected 1 to 64 characters of A-Z, a-z, 0-9, '_' and '-'");
        }
        return new Sale(domain(members.text("domain")), owner, amount(input), currency(members.text("currency")), card);
    }

    /** The input as it is journaled: of the card's token only the end is shown. */
    static JsonNode withoutCard(JsonNode input) {
        if (!input.path("card").isTextual()) {
            return input;
        }
        String card = input.path("card").textValue();
        boolean isLong = card.length() >= 3 * SHOWN_CARD_CHARACTERS;
        return ((ObjectNode) input.deepCopy())
                .put("card", "…" + (isLong ? card.substring(card.length() - SHOWN_CARD_CHARACTERS) : ""));
    }

    /**
     * The name of a domain in ASCII and lower case.
     *
     * @throws InvalidRequestException if it is none
     */
    static String domain(String name) throws InvalidRequestException {
        String ascii = "";
        try {
            // Its time grows with the square of the length; in Unicode a name is never longer than in ASCII
            ascii = name.length() > MAX_DOMAIN_CHARACTERS
                    ? ""
                    : IDN.toASCII(name, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            // The sentence below says it
        }
        if (ascii.length() > MAX_DOMAIN_CHARACTERS || !LABELS.matcher(ascii).matches()) {
            throw new InvalidRequestException("'domain' is '" + StartRequest.abbreviate(name)
                    + "'; expected the name of a domain such as example.org, at most 253 characters");
        }
        return ascii;
    }

    private static long amount(JsonNode input) throws InvalidRequestException {
        JsonNode amount = input.path("amount");
        if (!amount.canConvertToLong()
                || !amount.isIntegralNumber()
                || amount.longValue() < 1
                || amount.longValue() > MAX_AMOUNT) {
            throw new InvalidRequestException("'amount' is "
                    + (amount.isMissingNode() ? "missing" : StartRequest.abbreviate(amount.toString()))
                    + "; expected a whole number of the currency's minor unit (1200 for 12.00 EUR), 1 to "
                    + MAX_AMOUNT);
        }
        return amount.longValue();
    }

    private static String currency(String code) throws InvalidRequestException {
        try {
            return Currency.getInstance(code).getCurrencyCode();
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(
                    "'currency' is '" + StartRequest.abbreviate(code) + "'; expected a code of ISO 4217 such as EUR",
                    e);
        }
    }
}
