package org.linkmoderation.functions.cards;

/** The amount is no whole number of minor units in the range. Its name is the function's {@code errorType}. */
public final class InvalidAmount extends RuntimeException {

    InvalidAmount(String message) {
        super(message);
    }
}
