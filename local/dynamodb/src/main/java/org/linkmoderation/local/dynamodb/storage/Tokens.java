package org.linkmoderation.local.dynamodb.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.linkmoderation.local.dynamodb.value.ApiException;

/** The tokens of transactions, each of which is done once within ten minutes. */
public final class Tokens {

    private static final Duration VALIDITY = Duration.ofMinutes(10);

    private Tokens() {}

    private static long oldest() {
        return System.currentTimeMillis() - VALIDITY.toMillis();
    }

    /**
     * Does work unless it was done with the same token before.
     *
     * @param token the token; null for none
     * @param request what identifies the work
     * @return what the work returns; null if it was done before
     */
    public static <T> T once(Session session, String token, String request, Database.Work<T> work) throws SQLException {
        if (token == null) {
            return work.run(session);
        }
        var digest = UUID.nameUUIDFromBytes(request.getBytes(UTF_8)).toString();
        var before = session.first(
                "SELECT request FROM tokens WHERE token = ? AND used > ?", row -> row.getString(1), token, oldest());
        if (before == null) {
            T result = work.run(session);
            session.update(
                    "INSERT OR REPLACE INTO tokens (token, request, used) VALUES (?, ?, ?)",
                    token,
                    digest,
                    System.currentTimeMillis());
            return result;
        }
        if (!before.equals(digest)) {
            throw ApiException.idempotentParameterMismatch();
        }
        return null;
    }

    static int deleteExpired(Session session) throws SQLException {
        return session.update("DELETE FROM tokens WHERE used < ?", oldest());
    }
}
