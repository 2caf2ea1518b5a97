package org.linkmoderation.journal.jdbc;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.journal.JournalRefusedException;

/**
 * Where a page of a list begins that is ordered by a date and then by name: {@code <date>#<name>}.
 *
 * @param date the date of an execution, to the millisecond
 * @param name its name
 */
record PageToken(Instant date, String name) {
    private static final DateTimeFormatter DATE =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    static PageToken of(ExecutionSummary execution) {
        return new PageToken(execution.startDate(), execution.name());
    }

    static PageToken read(String text) {
        int separator = text.indexOf('#');
        try {
            return new PageToken(
                    Instant.parse(text.substring(0, Math.max(0, separator))), text.substring(separator + 1));
        } catch (DateTimeParseException e) {
            throw new JournalRefusedException("'" + text + "' is no token of a page", e);
        }
    }

    String text() {
        return DATE.format(date) + "#" + name;
    }
}
