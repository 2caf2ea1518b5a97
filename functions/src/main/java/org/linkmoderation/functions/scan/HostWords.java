package org.linkmoderation.functions.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The words of a host: what dots, hyphens and signs separate in each of its labels. */
final class HostWords {

    /**
     * A word.
     *
     * @param text as it is written, in Unicode
     * @param respelled its {@link Respelling}
     * @param letters its {@link Respelling#letters}
     * @param label the index of the label that it is in
     * @param separator what is before it: a dot, a hyphen, or a star for any sign; a dot before the first
     */
    record Word(String text, String respelled, String letters, int label, char separator) {}

    /** The most parts that a name has with hyphens between them. */
    private static final int MAX_JOINED = 4;

    private static final char SIGN = '*';

    private static final Set<String> PLATFORMS = Words.packaged("platforms.txt");

    private final List<Word> words = new ArrayList<>();
    private final boolean[] signs;
    private final int labels;
    private final int registrable;
    private final int registry;

    /**
     * Takes a host apart.
     *
     * @param isName whether a respelled text is a name that stays one word with hyphens in it
     */
    HostWords(Host host, Predicate<String> isName) {
        var parts = host.unicode().split("\\.");
        labels = parts.length;
        registrable = Math.min(labels - Host.labels(host.registrableDomain()), registeredOnPlatform(host.toString()));
        registry = labels - Host.labels(host.registryDomain());
        signs = new boolean[labels];
        for (int label = 0; label < labels; label++) {
            split(parts[label], label);
        }
        for (int at = 0; at < words.size(); at++) {
            join(at, isName);
        }
    }

    List<Word> all() {
        return words;
    }

    List<Word> ofLabel(int label) {
        return words.stream().filter(word -> word.label == label).toList();
    }

    int labels() {
        return labels;
    }

    /** The index of the label that was registered, with a registry or a platform. */
    int registrable() {
        return registrable;
    }

    /** The index of the label that was registered with a registry. */
    int registry() {
        return registry;
    }

    /** Whether a label has a sign: what does not read as a letter, a digit or a hyphen. */
    boolean hasSign(int label) {
        return signs[label];
    }

    private void split(String label, int index) {
        char separator = '.';
        int from = 0;
        for (int at = 0; at < label.length(); ) {
            int c = label.codePointAt(at);
            int next = at + Character.charCount(c);
            if (isSeparator(c)) {
                add(label.substring(from, at), index, separator);
                boolean sign = c >= 0x80;
                signs[index] |= sign;
                separator = sign ? SIGN : '-';
                from = next;
            }
            at = next;
        }
        add(label.substring(from), index, separator);
    }

    private void add(String text, int label, char separator) {
        if (!text.isEmpty()) {
            words.add(new Word(text, Respelling.of(text), Respelling.letters(text), label, separator));
        }
    }

    /** Makes one word of those that are a name with hyphens between its letters, as in credit-agricole or pay-pal. */
    private void join(int at, Predicate<String> isName) {
        var first = words.get(at);
        var text = first.text;
        var letters = first.letters;
        for (int i = at + 1; i < words.size() && i < at + MAX_JOINED; i++) {
            var next = words.get(i);
            if (next.label != first.label || next.separator != '-') {
                return;
            }
            text += "-" + next.text;
            letters += next.letters;
            if (isName.test(letters)) {
                words.subList(at, i + 1).clear();
                words.add(at, new Word(text, letters, letters, first.label, first.separator));
                return;
            }
        }
    }

    /** The index of the label before a platform's domain, or more than any. */
    private static int registeredOnPlatform(String name) {
        int label = 0;
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            var suffix = name.substring(dot + 1);
            if (PLATFORMS.contains(suffix)
                    || PLATFORMS.contains("*" + suffix.substring(Math.max(0, suffix.indexOf('.'))))) {
                return label;
            }
            label++;
        }
        return Integer.MAX_VALUE;
    }

    /** Beside letters that read as Latin, what does not read as a letter or digit of theirs parts words. */
    private static boolean isSeparator(int c) {
        // The letters for clicks of the tongue are read as strokes
        if (c < 0x80 || c >= 0x1c0 && c <= 0x1c3) {
            return c >= 0x80 || !Character.isLetterOrDigit(c);
        }
        var look = Skeleton.of(Character.toString(c));
        return !look.chars().allMatch(letter -> letter < 0x80 && Character.isLetterOrDigit(letter));
    }
}
