package org.linkmoderation.functions.cards;

/**
 * The charge's refund was here before it, so that the charge has no effect. Its name is the function's
 * {@code errorType}.
 */
public final class ChargeCancelled extends RuntimeException {

    ChargeCancelled(String message) {
        super(message);
    }
}
