package org.linkmoderation.functions.scan;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Phrases, found anywhere in a text by what they look like ({@link Skeleton}). The time to search grows with the text,
 * hardly with the number of phrases: only where three characters begin some phrase are phrases compared.
 */
final class Phrases {

    /** The fewest characters of a phrase. */
    static final int MIN_LENGTH = 3;

    private static final int FILTER_BITS = 1 << 17;

    private final BitSet filter = new BitSet(FILTER_BITS);
    private final Map<String, List<String>> byBeginning = new HashMap<>();

    Phrases(Collection<String> phrases) {
        for (var phrase : phrases) {
            var look = Skeleton.of(phrase);
            filter.set(bit(look, 0));
            var same = byBeginning.computeIfAbsent(look.substring(0, MIN_LENGTH), key -> new ArrayList<>(1));
            if (!same.contains(look)) {
                same.add(look);
            }
        }
    }

    /** Whether a text with this skeleton has one of the phrases in it. */
    boolean anyIn(String skeleton) {
        for (int at = 0; at + MIN_LENGTH <= skeleton.length(); at++) {
            if (filter.get(bit(skeleton, at)) && beginsAt(skeleton, at)) {
                return true;
            }
        }
        return false;
    }

    private boolean beginsAt(String skeleton, int at) {
        var candidates = byBeginning.getOrDefault(skeleton.substring(at, at + MIN_LENGTH), List.of());
        for (var phrase : candidates) {
            if (skeleton.startsWith(phrase, at)) {
                return true;
            }
        }
        return false;
    }

    private static int bit(String text, int at) {
        return (text.charAt(at) * 961 + text.charAt(at + 1) * 31 + text.charAt(at + 2)) * 0x9e3779b1 >>> 15;
    }
}
