package org.linkmoderation.functions.scan;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * A protected brand.
 *
 * @param label the first label of its domain, in lower case and Unicode: {@code paypal}
 * @param suffix what comes after it: {@code com}
 * @param respelled the label's {@link Respelling}, without hyphens
 * @param letters the label's {@link Respelling#letters}, without hyphens
 * @param kind how much of a sign of the brand its name is
 */
record Brand(String label, String suffix, String respelled, String letters, Kind kind) {

    /** How much of a sign of the brand its name is. */
    enum Kind {
        /** No word of its own: a sign wherever it is. */
        COINED,
        /** Also a word, or short: a sign beside a lure. */
        WORD,
        /** An ordinary name for a subdomain: a sign beside a lure in one label. */
        GENERIC
    }

    /** Names that are also words, and have no other words a letter away. */
    private static final Set<String> MISSPELLED =
            Set.of("amazon", "expedia", "lastpass", "nubank", "playstation", "santander", "sparkasse");

    /** Letters that are taken for each other at a glance. */
    private static final Set<String> ALIKE = Set.of("bd", "ck", "ft", "gq", "hn", "mn", "pq", "uv");

    private static final Pattern CONSONANTS = Pattern.compile("[b-df-hj-np-tv-xz]{3}");

    private static final int MAX_ABBREVIATED = 4;

    /** Names shorter than this are too often a part of others. */
    static final int MIN_COINED = 5;

    /** The shortest name of which two letters in each other's place are held against a link. */
    static final int MIN_SWAPPED = 5;

    /** The shortest name of which one letter more or less is held against a link. */
    static final int MIN_TYPO = 6;

    boolean coined() {
        return kind == Kind.COINED;
    }

    /** Whether a word that misses the name by a letter is a sign of the brand: it is seldom a word either. */
    boolean isMisspelled() {
        return coined() || MISSPELLED.contains(label);
    }

    /** Whether the name is an abbreviation: short, and with consonants that no word has in a row. */
    boolean abbreviated() {
        return kind == Kind.WORD
                && label.length() <= MAX_ABBREVIATED
                && CONSONANTS.matcher(label).find();
    }

    boolean generic() {
        return kind == Kind.GENERIC;
    }

    /** Whether a respelled word differs from the name by one letter: more, less, another, or two swapped. */
    boolean isOneLetterFrom(String word) {
        int difference = word.length() - letters.length();
        // Those who misspell a name seldom begin with it; what differs at the beginning is mostly another name
        boolean begins = word.charAt(0) == letters.charAt(0);
        if (Math.abs(difference) > 1
                || letters.length() < (difference == 0 ? MIN_SWAPPED : MIN_TYPO)
                || difference > 0 && !coined()
                || !begins && difference != 1 && !(word.charAt(0) == 'q' && letters.charAt(0) == 'p')) {
            return false;
        }
        int same = 0;
        int shorter = Math.min(word.length(), letters.length());
        while (same < shorter && word.charAt(same) == letters.charAt(same)) {
            same++;
        }
        if (difference != 0) {
            return difference > 0
                    ? word.startsWith(letters.substring(same), same + 1)
                    : letters.startsWith(word.substring(same), same + 1);
        }
        if (same == shorter) {
            return false;
        }
        return isSwapped(word, same)
                || letters.length() >= MIN_TYPO
                        && isLikeness(word.charAt(same), letters.charAt(same))
                        && word.substring(same + 1).equals(letters.substring(same + 1));
    }

    /** Whether one letter is mistaken for the other in a name of this length: in a short one, only vowels are. */
    private boolean isLikeness(char one, char other) {
        return letters.length() > MIN_TYPO || isVowel(one) && isVowel(other) || areAlike(one, other);
    }

    /** Whether two letters are taken for each other at a glance. */
    private static boolean areAlike(char one, char other) {
        return ALIKE.contains("" + one + other) || ALIKE.contains("" + other + one);
    }

    private static boolean isVowel(char c) {
        // The letter i is respelled as an l
        return "aeoul".indexOf(c) >= 0;
    }

    /** Whether a respelled word is the name with letters doubled, and nothing else. */
    boolean isDoubledIn(String word) {
        return word.length() > letters.length()
                && word.charAt(0) == letters.charAt(0)
                && word.charAt(word.length() - 1) == letters.charAt(letters.length() - 1)
                && runs(word).equals(runs(letters))
                && hasLongerRuns(word);
    }

    private boolean isSwapped(String word, int at) {
        return at + 1 < word.length()
                && word.charAt(at) == letters.charAt(at + 1)
                && word.charAt(at + 1) == letters.charAt(at)
                && word.substring(at + 2).equals(letters.substring(at + 2));
    }

    /** Whether each run of letters is at least as long as in the name. */
    private boolean hasLongerRuns(String word) {
        int at = 0;
        for (int i = 0; i < letters.length(); ) {
            char letter = letters.charAt(i);
            int own = runFrom(letters, i);
            int other = runFrom(word, at);
            if (word.charAt(at) != letter || other < own) {
                return false;
            }
            i += own;
            at += other;
        }
        return true;
    }

    private static int runFrom(String text, int from) {
        int to = from + 1;
        while (to < text.length() && text.charAt(to) == text.charAt(from)) {
            to++;
        }
        return to - from;
    }

    private static String runs(String text) {
        var runs = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (i == 0 || text.charAt(i) != text.charAt(i - 1)) {
                runs.append(text.charAt(i));
            }
        }
        return runs.toString();
    }
}
