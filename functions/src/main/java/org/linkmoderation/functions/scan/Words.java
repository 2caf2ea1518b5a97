package org.linkmoderation.functions.scan;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The words that stand beside brands' names in fraudulent names, by their {@link Respelling}. */
final class Words {

    private static final int LONGEST = 24;

    private static final Set<String> LURES = respelled("lures.txt");
    private static final Set<String> ALL = all();

    private Words() {}

    /** Whether a respelled word is a lure: what fraudulent pages ask for or threaten with. */
    static boolean isLure(String respelled) {
        return LURES.contains(respelled);
    }

    /**
     * Whether a respelled text is made of known words alone.
     *
     * @param withLure whether a lure has to be among them
     */
    static boolean areIn(String respelled, boolean withLure) {
        int length = respelled.length();
        // 1: words end here; 2: with a lure among them
        var reached = new byte[length + 1];
        reached[0] = 1;
        for (int from = 0; from < length; from++) {
            if (reached[from] == 0) {
                continue;
            }
            for (int to = from + 1; to <= Math.min(length, from + LONGEST); to++) {
                var word = respelled.substring(from, to);
                if (LURES.contains(word)) {
                    reached[to] |= 3;
                } else if (ALL.contains(word)) {
                    reached[to] |= reached[from];
                }
            }
        }
        return length > 0 && (withLure ? (reached[length] & 2) != 0 : reached[length] != 0);
    }

    /** The lines of a packaged list of words, without comments. */
    static Set<String> packaged(String name) {
        try (var lines = new BufferedReader(
                new InputStreamReader(Words.class.getResourceAsStream(name), StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException("A list of words in the jar cannot be read.", e);
        }
    }

    private static Set<String> respelled(String name) {
        return packaged(name).stream()
                .flatMap(word -> Stream.of(Respelling.of(word), Respelling.letters(word)))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> all() {
        var all = new HashSet<>(respelled("fillers.txt"));
        all.addAll(LURES);
        return Set.copyOf(all);
    }
}
