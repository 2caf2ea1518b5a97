package org.linkmoderation.local.dynamodb.storage;

import java.io.IOException;

/** A database that cannot be opened. The message is one sentence without its stop, which says why. */
public final class StoreException extends IOException {

    private static final long serialVersionUID = 1L;

    StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
