package org.linkmoderation.journal.jdbc;

import java.util.List;
import java.util.Map;

/**
 * A change of the row of one execution, with the history that goes with it: made whole, or, if the row is not as the
 * change expects it, not at all.
 *
 * @param sql the INSERT or UPDATE of the row
 * @param parameters the parameters of that
 * @param incarnation the incarnation of the execution
 * @param firstEvent the number of the first of the events
 * @param events the events as JSON; empty if there are none
 * @param payloads the long texts of the events by their digests
 */
record RowChange(
        String sql,
        List<Parameter> parameters,
        String incarnation,
        long firstEvent,
        String events,
        Map<String, String> payloads) {
    /** A change without history. */
    RowChange(String sql, List<Parameter> parameters) {
        this(sql, parameters, "", 0, "", Map.of());
    }
}
