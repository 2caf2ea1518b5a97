package org.linkmoderation.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Tokens for the next page of a list. They hold where it begins and a digest of what was asked for, so that they live
 * through a restart, and are valid for 24 hours and for the same question.
 */
final class PageToken {
    private static final Duration VALIDITY = Duration.ofHours(24);
    private static final String SEPARATOR = "\n";

    private final Clock clock;

    PageToken(Clock clock) {
        this.clock = clock;
    }

    /**
     * A token.
     *
     * @param question what is asked for, page and size of the page aside
     * @param position where the next page begins
     */
    String of(String question, String position) {
        String text = digest(question) + SEPARATOR + clock.instant().toEpochMilli() + SEPARATOR + position;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Where the page of a token begins.
     *
     * @throws ApiException if it is none, is older than 24 hours, or belongs to another question
     */
    String position(String question, String token) {
        try {
            String[] parts =
                    new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split(SEPARATOR, 3);
            if (parts.length == 3
                    && parts[0].equals(digest(question))
                    && isValid(Instant.ofEpochMilli(Long.parseLong(parts[1])))) {
                return parts[2];
            }
        } catch (IllegalArgumentException e) {
            // It is none
        }
        throw ApiException.invalidToken();
    }

    private boolean isValid(Instant issued) {
        Instant now = clock.instant();
        return !issued.isAfter(now) && issued.plus(VALIDITY).isAfter(now);
    }

    private static String digest(String question) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(question.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
