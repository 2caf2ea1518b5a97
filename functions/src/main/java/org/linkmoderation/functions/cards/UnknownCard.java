package org.linkmoderation.functions.cards;

/** There is no such card. Its name is the function's {@code errorType}. */
public final class UnknownCard extends Refusal {

    UnknownCard(String message) {
        super(message);
    }
}
