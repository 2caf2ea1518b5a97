package org.linkmoderation.functions.scan;

import com.ibm.icu.text.SpoofChecker;
import com.ibm.icu.text.SpoofChecker.RestrictionLevel;
import java.text.Normalizer;
import java.util.Locale;

/**
 * What a text looks like: the skeleton of Unicode Technical Standard 39 in lower case, without accents and invisible
 * characters. Two texts with the same skeleton can be taken for each other. A skeleton is for comparison only.
 */
final class Skeleton {

    private static final SpoofChecker LOOK = new SpoofChecker.Builder()
            .setChecks(SpoofChecker.RESTRICTION_LEVEL | SpoofChecker.INVISIBLE | SpoofChecker.MIXED_NUMBERS)
            .setRestrictionLevel(RestrictionLevel.HIGHLY_RESTRICTIVE)
            .build();

    private static final String SMALL_CAPITALS =
            "\u1d00\u0299\u1d04\u1d05\u1d07\ua730\u0262\u029c\u026a\u1d0a\u1d0b\u029f\u1d0d\u0274\u1d0f\u1d18\u0280\ua731\u1d1b\u1d1c\u1d20\u1d21\u028f\u1d22";

    private static final String SMALL_LETTERS = "abcdefghijklmnoprstuvwyz";

    /** Of each ASCII character: ASCII text needs no more, and nearly all text is ASCII. */
    private static final String[] ASCII = ascii();

    private Skeleton() {}

    static String of(String text) {
        var skeleton = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ASCII.length) {
                return ofUnicode(text);
            }
            skeleton.append(ASCII[c]);
        }
        return skeleton.toString();
    }

    /**
     * Whether a label of a host mixes scripts more than its readers do (UTS 39, highly restrictive: Latin goes with
     * Chinese, Japanese and Korean writing, not with Cyrillic or Greek), mixes number systems or repeats an accent.
     */
    static boolean isMixed(String label) {
        return LOOK.failsChecks(label);
    }

    /** Whether a label has letters, none of them Latin, and could still be read as plain Latin. */
    static boolean isWhollyForeign(String label) {
        boolean latin = label.codePoints()
                .filter(Character::isLetter)
                .anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.LATIN);
        boolean foreign = label.codePoints().anyMatch(c -> c >= 0x80 && Character.isLetter(c));
        return foreign && !latin && of(label).chars().allMatch(c -> c < 0x80);
    }

    /**
     * Whether a label has a sign that looks like punctuation of URLs. Letters are not meant: a word in katakana may
     * have a stroke in it that is like a slash.
     */
    static boolean hasFalsePunctuation(String label) {
        return label.codePoints()
                .filter(c -> c >= 0x80 && (!Character.isLetter(c) || Character.getType(c) == Character.MODIFIER_LETTER))
                .mapToObj(Character::toString)
                .anyMatch(sign -> LOOK.getSkeleton(sign).chars().anyMatch(c -> "/\\:?#@.%".indexOf(c) >= 0));
    }

    private static String ofUnicode(String text) {
        // Compatibility forms first: not every full-width letter has a skeleton of its own. Then lower case, because a
        // capital I and a small L have one skeleton, a small i has another
        var lower = visible(Normalizer.normalize(text, Normalizer.Form.NFKC)).toLowerCase(Locale.ROOT);
        return visible(LOOK.getSkeleton(withoutSmallCapitals(lower))).toLowerCase(Locale.ROOT);
    }

    /** A text with plain letters for small capitals, most of which have no skeleton. */
    private static String withoutSmallCapitals(String text) {
        StringBuilder plain = null;
        for (int i = 0; i < text.length(); i++) {
            int capital = text.charAt(i) < 0x80 ? -1 : SMALL_CAPITALS.indexOf(text.charAt(i));
            if (capital >= 0) {
                plain = plain == null ? new StringBuilder(text) : plain;
                plain.setCharAt(i, SMALL_LETTERS.charAt(capital));
            }
        }
        return plain == null ? text : plain.toString();
    }

    private static String[] ascii() {
        var table = new String[0x80];
        for (char c = 0; c < table.length; c++) {
            table[c] = ofUnicode(String.valueOf(c));
        }
        return table;
    }

    private static String visible(String text) {
        var visible = new StringBuilder(text.length());
        text.codePoints().filter(c -> !isInvisible(c)).forEach(visible::appendCodePoint);
        return visible.toString();
    }

    private static boolean isInvisible(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || com.ibm.icu.lang.UCharacter.hasBinaryProperty(
                        c, com.ibm.icu.lang.UProperty.DEFAULT_IGNORABLE_CODE_POINT);
    }
}
