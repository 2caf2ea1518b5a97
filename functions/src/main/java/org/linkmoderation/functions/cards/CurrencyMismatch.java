package org.linkmoderation.functions.cards;

/** The card is held in another currency; nothing is converted. Its name is the function's {@code errorType}. */
public final class CurrencyMismatch extends Refusal {

    CurrencyMismatch(String message) {
        super(message);
    }
}
