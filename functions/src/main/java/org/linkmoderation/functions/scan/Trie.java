package org.linkmoderation.functions.scan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A set of words of the letters a to z, found anywhere in a text. */
final class Trie {

    private static final int ALPHABET = 26;

    /** For each node the next by letter; 0 is none, as nothing leads to the root. */
    private int[] next = new int[ALPHABET * 64];

    private boolean[] end = new boolean[64];
    private int nodes = 1;

    /** Adds a word. One with other letters is never found. */
    void add(String word) {
        int node = 0;
        for (int i = 0; i < word.length(); i++) {
            int letter = word.charAt(i) - 'a';
            if (letter < 0 || letter >= ALPHABET) {
                return;
            }
            if (next[node * ALPHABET + letter] == 0) {
                if (nodes == end.length) {
                    next = Arrays.copyOf(next, 2 * next.length);
                    end = Arrays.copyOf(end, 2 * end.length);
                }
                next[node * ALPHABET + letter] = nodes++;
            }
            node = next[node * ALPHABET + letter];
        }
        end[node] = !word.isEmpty();
    }

    /** Whether any word is in the beginning of a buffer. */
    boolean hasAnyIn(char[] text, int length) {
        for (int from = 0; from < length; from++) {
            int node = 0;
            for (int at = from; at < length; at++) {
                int letter = text[at] - 'a';
                node = letter < 0 || letter >= ALPHABET ? 0 : next[node * ALPHABET + letter];
                if (node == 0) {
                    break;
                }
                if (end[node]) {
                    return true;
                }
            }
        }
        return false;
    }

    /** All words in a text, as often as they are in it. */
    List<String> allIn(String text) {
        var found = new ArrayList<String>();
        for (int from = 0; from < text.length(); from++) {
            int node = 0;
            for (int at = from; at < text.length(); at++) {
                int letter = text.charAt(at) - 'a';
                node = letter < 0 || letter >= ALPHABET ? 0 : next[node * ALPHABET + letter];
                if (node == 0) {
                    break;
                }
                if (end[node]) {
                    found.add(text.substring(from, at + 1));
                }
            }
        }
        return found;
    }
}
