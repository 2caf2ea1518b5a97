package org.linkmoderation.journal;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import org.linkmoderation.ExecutionSummary;

/**
 * Where a page of a list begins that is ordered by a date: {@code <date>#<key>}, with what orders executions of one
 * date.
 *
 * @param date the date of an execution, to the millisecond
 * @param key its name, or what a journal has in its place
 */
public record PageToken(Instant date, String key) {
    private static final DateTimeFormatter DATE =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    /** The token of a page that begins with an execution. */
    public static PageToken of(ExecutionSummary execution) {
        return new PageToken(execution.startDate(), execution.name());
    }

    /**
     * Reads a token.
     *
     * @throws JournalRefusedException if the text is none
     */
    public static PageToken read(String text) {
        int separator = text.indexOf('#');
        try {
            return new PageToken(
                    Instant.parse(text.substring(0, Math.max(0, separator))), text.substring(separator + 1));
        } catch (DateTimeParseException e) {
            throw new JournalRefusedException("'" + text + "' is no token of a page", e);
        }
    }

    /** The token as text. */
    public String text() {
        return DATE.format(date) + "#" + key;
    }
}
