package org.linkmoderation.functions.cards;

/** The card's balance is below the amount. Its name is the function's {@code errorType}. */
public final class InsufficientFunds extends Refusal {

    InsufficientFunds(String message) {
        super(message);
    }
}
