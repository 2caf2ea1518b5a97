package org.linkmoderation.journal.jdbc;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.journal.JournalRefusedException;

/** The execution that a page of a list by status begins with: {@code <start date>#<name>}. */
record PageToken(Instant startDate, String name) {
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
        return startDate + "#" + name;
    }
}
