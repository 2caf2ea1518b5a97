package org.linkmoderation.journal.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * A value of a statement with its type, also where it is null: a driver that has to guess the type of a null prepares
 * the statement anew each time that it guesses another.
 */
record Parameter(Object value, int type) {
    /** A text. */
    static Parameter of(String text) {
        return new Parameter(text, Types.VARCHAR);
    }

    /** A text, or null. */
    static Parameter ofText(Optional<String> text) {
        return of(text.orElse(null));
    }

    /** A whole number. */
    static Parameter of(long number) {
        return new Parameter(number, Types.BIGINT);
    }

    /** A time. */
    static Parameter of(Instant date) {
        return new Parameter(date.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
    }

    /** A time, or null. */
    static Parameter ofDate(Optional<Instant> date) {
        return date.map(Parameter::of).orElseGet(() -> new Parameter(null, Types.TIMESTAMP_WITH_TIMEZONE));
    }

    /** Sets the parameters of a statement, in order. */
    static void set(PreparedStatement statement, List<Parameter> parameters) throws SQLException {
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            if (parameter.value == null && parameter.type == Types.TIMESTAMP_WITH_TIMEZONE) {
                // By the type alone PostgreSQL's driver leaves the kind of time open, and so prepares the statement
                // anew
                statement.setNull(i + 1, parameter.type, "timestamptz");
            } else {
                statement.setObject(i + 1, parameter.value, parameter.type);
            }
        }
    }
}
