package org.linkmoderation.functions.scan;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Phrases, found as words of their own whatever their spelling: {@code malware} in {@code get-malware}, {@code M4lware}
 * and {@code mal.ware}, not in {@code malwarebytes}. A star at an end of a phrase has it found within longer words. The
 * time to search grows with the text, hardly with the number of phrases: only where three letters begin some phrase are
 * phrases compared.
 */
final class Phrases {

    /** The fewest letters and digits of a phrase. */
    static final int MIN_LENGTH = 3;

    private static final int FILTER_BITS = 1 << 17;

    private final BitSet filter = new BitSet(FILTER_BITS);
    private final Map<String, List<Phrase>> byBeginning = new HashMap<>();
    private boolean withinWords;

    private record Phrase(String letters, String look, boolean openBefore, boolean openAfter) {}

    /**
     * A phrase in a text.
     *
     * @param text the text, after compatibility mapping
     * @param from where the phrase begins
     * @param to where it ends
     * @param disguised whether it has digits or signs for letters, or other separators than the list has
     */
    record Match(String text, int from, int to, boolean disguised) {}

    Phrases(Collection<String> phrases) {
        for (var phrase : phrases) {
            boolean before = phrase.startsWith("*");
            boolean after = phrase.endsWith("*");
            var plain = withoutStars(phrase);
            var letters = letters(plain);
            filter.set(bit(letters.charAt(0), letters.charAt(1), letters.charAt(2)));
            var same = byBeginning.computeIfAbsent(letters.substring(0, MIN_LENGTH), key -> new ArrayList<>(1));
            var added = new Phrase(letters, Skeleton.of(plain), before, after);
            if (!same.contains(added)) {
                same.add(added);
            }
            withinWords |= before;
        }
    }

    /** How many letters and digits a phrase has. */
    static int length(String phrase) {
        return letters(withoutStars(phrase)).length();
    }

    /**
     * Finds the first phrase that counts.
     *
     * @param text decoded
     * @param counts whether a match counts
     * @return null if there is none
     */
    Match find(String text, Predicate<Match> counts) {
        if (byBeginning.isEmpty() || !withinWords && PhraseText.isAscii(text) && !mayHaveAny(text)) {
            return null;
        }
        var prepared = PhraseText.of(text);
        for (int at = 0; at + MIN_LENGTH <= prepared.length(); at++) {
            if (filter.get(bit(prepared.letterAt(at), prepared.letterAt(at + 1), prepared.letterAt(at + 2)))) {
                var match = matchAt(prepared, at);
                if (match != null && counts.test(match)) {
                    return match;
                }
            }
        }
        return null;
    }

    private Match matchAt(PhraseText text, int at) {
        var beginning = new String(new char[] {text.letterAt(at), text.letterAt(at + 1), text.letterAt(at + 2)});
        for (var phrase : byBeginning.getOrDefault(beginning, List.of())) {
            int last = at + phrase.letters.length() - 1;
            if (text.hasAt(at, phrase.letters)
                    && (phrase.openBefore || text.beginsWord(at))
                    && (phrase.openAfter || text.endsWord(last))) {
                int from = text.begin(at);
                int to = text.end(last);
                return new Match(
                        text.raw(),
                        from,
                        to,
                        !Skeleton.of(text.raw().substring(from, to)).equals(phrase.look));
            }
        }
        return null;
    }

    /** Whether a word of an ASCII text begins as a phrase does. Leaves most texts out before they are prepared. */
    private boolean mayHaveAny(String text) {
        boolean inWord = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!inWord && PhraseText.letter(c) > ' ' && mayBegin(text, i)) {
                return true;
            }
            inWord = letter;
        }
        return false;
    }

    private boolean mayBegin(String text, int from) {
        char one = 0;
        char two = 0;
        int count = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            char letter = PhraseText.letter(c);
            if (letter == PhraseText.BREAK) {
                return false;
            }
            if (letter == 'v' && i + 1 < text.length() && PhraseText.letter(text.charAt(i + 1)) == 'v') {
                letter = 'w';
                i++;
            }
            if (letter == ' ') {
                continue;
            }
            // As a skeleton has it, an m is an r and an n
            for (int half = 0; half < (letter == 'm' ? 2 : 1); half++) {
                char next = letter != 'm' ? letter : half == 0 ? 'r' : 'n';
                if (++count == MIN_LENGTH) {
                    return filter.get(bit(one, two, next));
                }
                one = two;
                two = next;
            }
        }
        return false;
    }

    private static String letters(String phrase) {
        var text = PhraseText.of(phrase);
        var letters = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.letterAt(i) != PhraseText.BREAK) {
                letters.append(text.letterAt(i));
            }
        }
        return letters.toString();
    }

    private static String withoutStars(String phrase) {
        int from = phrase.startsWith("*") ? 1 : 0;
        int to = phrase.endsWith("*") ? phrase.length() - 1 : phrase.length();
        return phrase.substring(Math.min(from, to), to);
    }

    private static int bit(char one, char two, char three) {
        return (one * 961 + two * 31 + three) * 0x9e3779b1 >>> 15;
    }
}
