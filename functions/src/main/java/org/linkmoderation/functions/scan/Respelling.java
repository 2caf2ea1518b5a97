package org.linkmoderation.functions.scan;

/**
 * What a word is read as by someone in a hurry: its {@link Skeleton}, with digits for the letters they resemble and
 * joined letters for one ({@code m1crosoft}, {@code vvalmart}, {@code clropbox}). Coarser than a skeleton: two words
 * with one skeleton have one respelling. For comparison only.
 */
final class Respelling {

    /** Of each ASCII letter and digit. The letter i is with l, as a one can be either. */
    private static final char[] LETTERS = letters();

    private Respelling() {}

    /** The respelling of a word of letters and digits in lower case. */
    static String of(String word) {
        var buffer = ascii(word).toCharArray();
        return new String(buffer, 0, join(buffer, buffer.length));
    }

    /** The respelling of a word without joined letters: each letter for itself, so that letters can be counted. */
    static String letters(String word) {
        var buffer = ascii(word).toCharArray();
        for (int i = 0; i < buffer.length; i++) {
            buffer[i] = letter(buffer[i]);
        }
        return new String(buffer);
    }

    /** Respells the ASCII letters and digits at the beginning of a buffer, and returns how many there are then. */
    static int join(char[] buffer, int length) {
        int kept = 0;
        for (int i = 0; i < length; i++) {
            char c = buffer[i];
            char next = i + 1 < length ? buffer[i + 1] : 0;
            if (c == 'v' && next == 'v' || c == 'u' && next == 'u') {
                buffer[kept++] = 'w';
                i++;
            } else if ((c == 'r' || c == 'n') && next == 'n') {
                buffer[kept++] = 'm';
                i++;
            } else if (c == 'c' && (next == 'l' || next == '1')) {
                buffer[kept++] = 'd';
                i++;
            } else {
                buffer[kept++] = letter(c);
            }
        }
        return kept;
    }

    /** Whether two letters are read as another one. */
    static boolean areJoined(char first, char second) {
        return switch (first) {
            case 'v', 'u' -> second == first;
            case 'r', 'n' -> second == 'n';
            case 'c' -> second == 'l' || second == '1';
            default -> false;
        };
    }

    /** The letter that a letter or digit is read as. */
    static char letter(char c) {
        return c < LETTERS.length ? LETTERS[c] : c;
    }

    private static String ascii(String word) {
        return PhraseText.isAscii(word) ? word : Skeleton.of(word);
    }

    private static char[] letters() {
        var letters = new char[0x80];
        for (char c = 0; c < letters.length; c++) {
            letters[c] = Character.toLowerCase(c);
        }
        var digits = "olzeasgtbg";
        for (int i = 0; i < digits.length(); i++) {
            letters['0' + i] = digits.charAt(i);
        }
        letters['i'] = 'l';
        letters['I'] = 'l';
        return letters;
    }
}
