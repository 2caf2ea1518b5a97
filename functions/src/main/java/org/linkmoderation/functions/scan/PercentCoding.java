package org.linkmoderation.functions.scan;

import java.nio.charset.StandardCharsets;

/** Percent-decoding of UTF-8. */
final class PercentCoding {

    private PercentCoding() {}

    /**
     * Decodes every {@code %XX} once. Sequences that are not UTF-8 become U+FFFD.
     *
     * @return the same object if there was nothing to decode
     */
    static String decode(String text) {
        var first = nextEscape(text, 0);
        if (first < 0) {
            return text;
        }
        var decoded = new StringBuilder(text.length());
        var bytes = new byte[(text.length() - first) / 3];
        int position = 0;
        for (int escape = first; escape >= 0; escape = nextEscape(text, position)) {
            decoded.append(text, position, escape);
            int count = 0;
            for (position = escape; isEscape(text, position); position += 3) {
                bytes[count++] = (byte) (Character.digit(text.charAt(position + 1), 16) << 4
                        | Character.digit(text.charAt(position + 2), 16));
            }
            decoded.append(new String(bytes, 0, count, StandardCharsets.UTF_8));
        }
        return decoded.append(text, position, text.length()).toString();
    }

    /** Whether the text can be written in UTF-8, which half a surrogate pair cannot. */
    static boolean isEncodable(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static int nextEscape(String text, int from) {
        int at = text.indexOf('%', from);
        while (at >= 0 && !isEscape(text, at)) {
            at = text.indexOf('%', at + 1);
        }
        return at;
    }

    private static boolean isEscape(String text, int at) {
        return at + 2 < text.length()
                && text.charAt(at) == '%'
                && isHex(text.charAt(at + 1))
                && isHex(text.charAt(at + 2));
    }

    private static boolean isHex(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }
}
