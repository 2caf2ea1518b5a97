package org.linkmoderation.saga;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * The name of an execution as the URL of a participant has it. Percent-encoding does not survive the way through the
 * coordinator and back: a plus sign arrives as a blank, UTF-8 as Latin-1, and for some letters no call arrives at all.
 * So a name that is not plain is written in characters that nobody encodes.
 */
final class UrlName {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]*");

    /** Tells a coded name from a plain one, which has none. */
    private static final String CODED = ".";

    private UrlName() {}

    /** The name for a URL: the same if it is plain. */
    static String of(String name) {
        return PLAIN.matcher(name).matches()
                ? name
                : CODED + Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The name from a URL.
     *
     * @return the name; empty if the text is none that {@link #of} has made
     */
    static String read(String text) {
        if (!text.startsWith(CODED)) {
            return text;
        }
        try {
            return new String(Base64.getUrlDecoder().decode(text.substring(CODED.length())), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
