package org.linkmoderation.functions.cards;

/** ISO 4217 has no such currency, or one that has no minor unit. Its name is the function's {@code errorType}. */
public final class UnknownCurrency extends RuntimeException {

    UnknownCurrency(String message) {
        super(message);
    }
}
