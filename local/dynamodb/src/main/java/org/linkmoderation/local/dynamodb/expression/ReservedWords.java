package org.linkmoderation.local.dynamodb.expression;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Set;

/** The words that an expression must not use as a name (developer guide, "Reserved words in DynamoDB"). */
final class ReservedWords {

    private static final Set<String> WORDS = read();

    private ReservedWords() {}

    private static Set<String> read() {
        try (var in = ReservedWords.class.getResourceAsStream("reserved-words.txt")) {
            return Set.of(new String(in.readAllBytes(), US_ASCII).strip().split("\\s+"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean contain(String word) {
        return WORDS.contains(word.toUpperCase(Locale.ROOT));
    }
}
