package org.linkmoderation.local.dynamodb.storage;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.linkmoderation.local.dynamodb.value.ApiException;

/** Writes of items: each happens wholly or not at all. */
public final class Transactions {

    private static final long TOKEN_SECONDS = 600;

    private final Database database;
    private final Tables tables;

    /** Reads, then writes, then returns something. */
    @FunctionalInterface
    public interface Work<T> {

        /**
         * Does the work, perhaps a second time if the first was rolled back.
         *
         * @throws ApiException before it has written anything
         */
        T run(Session session) throws SQLException;
    }

    /** Writes to a database. */
    public Transactions(Database database, Tables tables) {
        this.database = database;
        this.tables = tables;
    }

    /**
     * A table as it is now. For use within work.
     *
     * @throws ApiException if it is not there any more
     */
    public Table current(Table table) {
        return tables.requireSame(table);
    }

    /** Does work; completes when it is committed. */
    public <T> CompletableFuture<T> write(Work<T> work) {
        return database.write(work::run);
    }

    /**
     * Does work unless it was done with the same token within ten minutes.
     *
     * @param token the token; null for none
     * @param request what identifies the work
     * @return completes with null if it was done before
     */
    public <T> CompletableFuture<T> writeOnce(String token, String request, Work<T> work) {
        if (token == null) {
            return write(work);
        }
        byte[] digest = digest(request);
        return database.write(session -> {
            long now = System.currentTimeMillis() / 1000;
            byte[] before = session.first(
                    "SELECT request FROM tokens WHERE token = ? AND used > ?",
                    row -> row.getBytes(1),
                    token,
                    now - TOKEN_SECONDS);
            if (before != null) {
                if (!Arrays.equals(before, digest)) {
                    throw ApiException.idempotentParameterMismatch();
                }
                return null;
            }
            T result = work.run(session);
            session.update("INSERT OR REPLACE INTO tokens (token, request, used) VALUES (?, ?, ?)", token, digest, now);
            return result;
        });
    }

    private static byte[] digest(String request) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(request.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
