package org.linkmoderation.functions.cards;

/** The key belongs to another request already. Its name is the function's {@code errorType}. */
public final class IdempotencyKeyReused extends RuntimeException {

    IdempotencyKeyReused(String message) {
        super(message);
    }
}
