package org.linkmoderation.functions.scan;

import java.util.Arrays;

/**
 * A set of hash prefixes of four to eight bytes: per length one sorted array of numbers, eight bytes an entry, and a
 * filter of a byte or two. A million entries take 10 MB and 20 steps to search. With eight bytes an ordinary URL is
 * mistaken for one of a million entries once in 600 billion look-ups of thirty expressions.
 */
final class HashPrefixes {

    static final int MIN_BYTES = 4;
    static final int MAX_BYTES = 8;

    private final long[][] byLength;

    /** Of each prefix of the longest kind the bit that its first bits number: most look-ups end here. */
    private final long[] filter;

    private final int shift;

    private HashPrefixes(long[][] byLength) {
        this.byLength = byLength;
        long[] longest = byLength[MAX_BYTES - MIN_BYTES];
        // Eight to sixteen bits for each prefix, and one word at least
        int bits = Math.max(6, 35 - Integer.numberOfLeadingZeros(longest.length));
        shift = 64 - bits;
        filter = new long[1 << bits - 6];
        for (long prefix : longest) {
            int bit = (int) (prefix >>> shift);
            filter[bit >> 6] |= 1L << bit;
        }
    }

    /** The number of different prefixes. */
    int size() {
        return Arrays.stream(byLength).mapToInt(a -> a.length).sum();
    }

    boolean isEmpty() {
        for (long[] prefixes : byLength) {
            if (prefixes.length > 0) {
                return false;
            }
        }
        return true;
    }

    boolean contains(long hash) {
        int bit = (int) (hash >>> shift);
        if ((filter[bit >> 6] & 1L << bit) != 0 && Arrays.binarySearch(byLength[MAX_BYTES - MIN_BYTES], hash) >= 0) {
            return true;
        }
        for (int bytes = MIN_BYTES; bytes < MAX_BYTES; bytes++) {
            long[] prefixes = byLength[bytes - MIN_BYTES];
            if (prefixes.length > 0 && Arrays.binarySearch(prefixes, hash & mask(bytes)) >= 0) {
                return true;
            }
        }
        return false;
    }

    boolean containsAny(long[] hashes) {
        for (long hash : hashes) {
            if (contains(hash)) {
                return true;
            }
        }
        return false;
    }

    private static long mask(int bytes) {
        return -1L << 8 * (MAX_BYTES - bytes);
    }

    /** Collects prefixes in any order; what is there twice counts once. */
    static final class Builder {

        private final long[][] byLength = new long[MAX_BYTES - MIN_BYTES + 1][0];
        private final int[] counts = new int[MAX_BYTES - MIN_BYTES + 1];

        /** Adds the first bytes of a hash. */
        void add(long hash, int bytes) {
            int slot = bytes - MIN_BYTES;
            if (counts[slot] == byLength[slot].length) {
                byLength[slot] = Arrays.copyOf(byLength[slot], Math.max(64, counts[slot] + counts[slot] / 2));
            }
            byLength[slot][counts[slot]++] = hash & mask(bytes);
        }

        HashPrefixes build() {
            var built = new long[byLength.length][];
            for (int slot = 0; slot < built.length; slot++) {
                built[slot] = sortedWithoutDoubles(byLength[slot], counts[slot]);
                byLength[slot] = new long[0];
            }
            return new HashPrefixes(built);
        }

        private static long[] sortedWithoutDoubles(long[] values, int count) {
            Arrays.sort(values, 0, count);
            int kept = 0;
            for (int i = 0; i < count; i++) {
                if (i == 0 || values[i] != values[i - 1]) {
                    values[kept++] = values[i];
                }
            }
            return Arrays.copyOf(values, kept);
        }
    }
}
