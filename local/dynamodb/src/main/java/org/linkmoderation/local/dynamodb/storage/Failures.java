package org.linkmoderation.local.dynamodb.storage;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes what the API answers of failures of the database; each kind is logged once until another comes. */
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    private static final int FULL = 13;
    private static final int CORRUPT = 11;
    private static final int NOT_A_DATABASE = 26;

    private static final AtomicReference<String> LAST = new AtomicReference<>("");

    private Failures() {}

    static ApiException of(Throwable failure) {
        String message = failure instanceof SQLException sql && isFull(sql)
                ? "The disk of the table store is full; nothing of this request was written."
                : failure instanceof SQLException sql && isDamaged(sql)
                        ? "The database of the table store is damaged; restore a copy of it."
                        : "The table store failed; its log has the cause.";
        if (!message.equals(LAST.getAndSet(message))) {
            LOG.error(message, failure);
        }
        return ApiException.internal(message);
    }

    private static boolean isFull(SQLException failure) {
        return failure.getErrorCode() == FULL;
    }

    static boolean isDamaged(SQLException failure) {
        int code = failure.getErrorCode() & 0xff;
        return code == CORRUPT || code == NOT_A_DATABASE;
    }
}
