package org.linkmoderation.component;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A secret that two sides share: each call carries it as {@code Authorization: Bearer <secret>}, and a call without it
 * is refused.
 */
public final class BearerSecret {
    /** The name of the header. */
    public static final String HEADER = "Authorization";

    private static final String EXPECTED = "16 to 256 characters of ASCII without spaces";
    private static final Pattern SECRET = Pattern.compile("[!-~]{16,256}");

    private final String authorization;

    private BearerSecret(String secret) {
        authorization = "Bearer " + secret;
    }

    /**
     * Takes a secret as it is configured, without blanks around it.
     *
     * @throws IllegalArgumentException if it is not 16 to 256 characters of ASCII without spaces; the message does not
     *     show it
     */
    public static BearerSecret of(String secret) {
        String stripped = secret.strip();
        if (!SECRET.matcher(stripped).matches()) {
            throw new IllegalArgumentException("The secret cannot be used: expected " + EXPECTED);
        }
        return new BearerSecret(stripped);
    }

    /**
     * Reads the setting {@code secret}.
     *
     * @return the secret, without blanks around it
     * @throws InvalidSetting if it is blank or can't be used
     */
    public static String setting(Settings settings) {
        String secret = settings.required("secret", "").strip();
        if (!SECRET.matcher(secret).matches()) {
            throw settings.invalidSecret("secret", EXPECTED);
        }
        return secret;
    }

    /** The value of the header in a call. */
    public String authorization() {
        return authorization;
    }

    /**
     * Checks a call.
     *
     * @param header the value of the call's header; null if it has none
     * @return why the call is refused, to be read after "refused … :"; empty if it carries the secret
     */
    public Optional<String> refusal(String header) {
        if (header == null) {
            return Optional.of("it came without the secret");
        }
        // Takes the same time wherever the two differ
        return MessageDigest.isEqual(bytes(header), bytes(authorization))
                ? Optional.empty()
                : Optional.of("it came with a wrong secret");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "a shared secret";
    }
}
