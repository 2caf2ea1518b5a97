package org.linkmoderation.run;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.linkmoderation.ExecutionId;

/**
 * The token of a task that somebody else answers: it names the execution, and holds 256 random bits, so that nobody can
 * guess it. Only its digest is journaled.
 */
public final class TaskToken {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SECRET_BYTES = 32;
    private static final int MAX_CHARACTERS = 2_048;
    private static final char SEPARATOR = '\n';

    private TaskToken() {}

    /** A new token for a task of an execution; base64url without padding, at most 2,048 characters. */
    static String create(ExecutionId id) {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        String text = id.stateMachine()
                + SEPARATOR
                + id.name()
                + SEPARATOR
                + HexFormat.of().formatHex(secret);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The execution that a token names; empty if the text is no token. */
    public static Optional<ExecutionId> execution(String token) {
        if (token.length() > MAX_CHARACTERS) {
            return Optional.empty();
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8)
                    .split(String.valueOf(SEPARATOR), -1);
            return parts.length == 3 ? Optional.of(new ExecutionId(parts[0], parts[1])) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether a token is the one that a digest was made of; takes the same time wherever they differ. */
    public static boolean matches(String token, String digest) {
        return MessageDigest.isEqual(
                digest(token).getBytes(StandardCharsets.US_ASCII), digest.getBytes(StandardCharsets.US_ASCII));
    }

    static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
