package org.linkmoderation.functions.cards;

/**
 * The card cannot be charged as it is now. The ledger keeps the refusal under the request's key: a card that is topped
 * up later is not charged by a request that comes again.
 */
public abstract sealed class Refusal extends RuntimeException permits CurrencyMismatch, InsufficientFunds, UnknownCard {

    Refusal(String message) {
        super(message);
    }

    /** The name under which the ledger keeps it. */
    final String code() {
        return getClass().getSimpleName();
    }

    /**
     * The refusal that the ledger has kept.
     *
     * @param code its {@link #code()}
     * @param message its sentence
     */
    static Refusal of(String code, String message) {
        return switch (code) {
            case "CurrencyMismatch" -> new CurrencyMismatch(message);
            case "InsufficientFunds" -> new InsufficientFunds(message);
            case "UnknownCard" -> new UnknownCard(message);
            default -> throw new IllegalStateException("The ledger has a refusal that is not known: " + code);
        };
    }
}
