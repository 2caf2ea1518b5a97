package org.linkmoderation.functions.scan;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A text as phrases are looked for in it: letters as they are read, digits and signs as the letters they are read as,
 * without separators inside a segment, and for each letter where it came from.
 */
final class PhraseText {

    /** Between segments of a path, and names and values of a query: no phrase goes across. */
    static final char BREAK = 0;

    private static final String BREAKS = "/?&=#;,";

    /** Signs of currencies and the like, and the letters that they are read as. */
    private static final String CURRENCIES = "\u20ac\u00a3\u00a5\u00a2\u00a7";

    private static final String CURRENCY_LETTERS = "elycs";

    private static final char[] LETTERS = letters();

    private final String raw;
    private final Map<Integer, String> looks = new HashMap<>();
    private char[] letters;
    private int[] origins;
    private int length;

    private PhraseText(String raw) {
        this.raw = raw;
        letters = new char[raw.length() + 8];
        origins = new int[raw.length() + 8];
        for (int at = 0; at < raw.length(); ) {
            int c = raw.codePointAt(at);
            add(c, at);
            at += Character.charCount(c);
        }
    }

    static PhraseText of(String text) {
        return new PhraseText(isAscii(text) ? text : Normalizer.normalize(text, Normalizer.Form.NFKC));
    }

    /** The letter that an ASCII character is read as, {@link #BREAK}, or a space for a separator. */
    static char letter(char c) {
        return LETTERS[c];
    }

    private static char[] letters() {
        var letters = new char[0x80];
        for (char c = 0; c < letters.length; c++) {
            letters[c] = Character.isLetterOrDigit(c)
                    ? Respelling.letter(c)
                    : switch (c) {
                        case '@' -> 'a';
                        case '$' -> 's';
                        case '!', '|' -> 'l';
                        default -> BREAKS.indexOf(c) >= 0 ? BREAK : ' ';
                    };
        }
        return letters;
    }

    static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** The text that positions are of. */
    String raw() {
        return raw;
    }

    int length() {
        return length;
    }

    char letterAt(int at) {
        return letters[at];
    }

    /** Whether the letters from a position are these. */
    boolean hasAt(int at, String phrase) {
        if (at + phrase.length() > length) {
            return false;
        }
        for (int i = 0; i < phrase.length(); i++) {
            if (letters[at + i] != phrase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Where in the raw text a letter begins. */
    int begin(int at) {
        return origins[at];
    }

    /** Where in the raw text a letter ends. */
    int end(int at) {
        return origins[at] + Character.charCount(raw.codePointAt(origins[at]));
    }

    /** Whether no letter comes right before a letter in the raw text. */
    boolean beginsWord(int at) {
        return (at == 0 || origins[at - 1] != origins[at])
                && (origins[at] == 0 || !Character.isLetter(raw.codePointBefore(origins[at])));
    }

    /** Whether no letter comes right after a letter in the raw text. */
    boolean endsWord(int at) {
        return (at + 1 == length || origins[at + 1] != origins[at])
                && (end(at) == raw.length() || !Character.isLetter(raw.codePointAt(end(at))));
    }

    private void add(int c, int at) {
        int currency = CURRENCIES.indexOf(c);
        if (currency >= 0) {
            append(Respelling.letter(CURRENCY_LETTERS.charAt(currency)), at);
        } else if (c >= 0x80) {
            // A compatibility form can become a hundred characters, mostly the same ones
            var look = looks.computeIfAbsent(c, any -> Skeleton.of(Character.toString(any)));
            for (int i = 0; i < look.length(); i++) {
                append(look.charAt(i) < 0x80 ? letter(look.charAt(i)) : look.charAt(i), at);
            }
        } else if (c == 'm' || c == 'M') {
            append('r', at);
            append('n', at);
        } else {
            append(letter((char) c), at);
        }
    }

    private void append(char letter, int at) {
        if (letter == ' ') {
            return;
        }
        if (letter == 'v' && length > 0 && letters[length - 1] == 'v' && origins[length - 1] == at - 1) {
            letters[length - 1] = 'w';
            return;
        }
        if (length == letters.length) {
            letters = Arrays.copyOf(letters, 2 * length);
            origins = Arrays.copyOf(origins, 2 * length);
        }
        letters[length] = letter;
        origins[length++] = at;
    }
}
