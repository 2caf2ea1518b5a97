package org.linkmoderation.webhooks;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs messages by the scheme of Standard Webhooks, once with each of several secrets, so that a receiver can go from
 * one to the next.
 *
 * @see <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
 *     Webhooks</a>
 */
final class Signature {
    /** What a secret has to be, to be read after "expected". */
    static final String EXPECTED =
            "one to four secrets, whsec_ and 24 to 64 bytes in Base64 each, separated by blanks,";

    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final int MIN_BYTES = 24;
    private static final int MAX_BYTES = 64;
    private static final int MAX_SECRETS = 4;

    private final List<SecretKeySpec> keys;

    private Signature(List<SecretKeySpec> keys) {
        this.keys = keys;
    }

    /**
     * Takes secrets as they are configured.
     *
     * @throws IllegalArgumentException if they are not {@value #EXPECTED}; it does not show them
     */
    static Signature of(String secrets) {
        List<SecretKeySpec> keys = new ArrayList<>();
        for (String secret : BLANKS.split(secrets.strip())) {
            keys.add(key(secret));
        }
        if (keys.size() > MAX_SECRETS) {
            throw new IllegalArgumentException("too many secrets");
        }
        return new Signature(List.copyOf(keys));
    }

    private static SecretKeySpec key(String secret) {
        if (!secret.startsWith(PREFIX)) {
            throw new IllegalArgumentException("no secret");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            // Its message shows a character
            throw new IllegalArgumentException("no Base64");
        }
        if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("too few bytes, or too many");
        }
        return new SecretKeySpec(bytes, ALGORITHM);
    }

    /**
     * The value of the header {@code webhook-signature}.
     *
     * @param id the value of {@code webhook-id}
     * @param timestamp the value of {@code webhook-timestamp}, seconds since 1970
     * @param body the body
     */
    String of(String id, long timestamp, byte[] body) {
        return keys.stream().map(key -> "v1," + of(key, id, timestamp, body)).collect(Collectors.joining(" "));
    }

    private static String of(SecretKeySpec key, String id, long timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, e);
        }
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return keys.size() + " secrets";
    }
}
