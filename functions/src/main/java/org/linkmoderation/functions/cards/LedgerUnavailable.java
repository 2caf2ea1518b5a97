package org.linkmoderation.functions.cards;

/**
 * The ledger did not answer, so that it is not known whether anything was done. To ask again with the same key is safe
 * and gives the right answer. Its name is the function's {@code errorType}.
 */
public final class LedgerUnavailable extends RuntimeException {

    LedgerUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
