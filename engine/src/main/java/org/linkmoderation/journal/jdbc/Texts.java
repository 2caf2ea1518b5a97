package org.linkmoderation.journal.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.linkmoderation.HistoryEvent;

/** The histories of executions and their long texts, by incarnation. */
final class Texts {
    /** What an append has written. */
    record Append(long firstEvent, String events) {}

    /** A long text is not there: the execution was deleted between two reads. */
    static final class MissingPayloadException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private Texts() {}

    /** The events of all appends. */
    static List<HistoryEvent> events(Connection connection, String incarnation, List<Append> appends)
            throws SQLException {
        Map<String, String> payloads = new HashMap<>();
        boolean[] missing = {false};
        List<HistoryEvent> events = events(appends, payloads, missing);
        if (missing[0]) {
            payloads.putAll(payloads(connection, incarnation));
            missing[0] = false;
            events = events(appends, payloads, missing);
            if (missing[0]) {
                throw new MissingPayloadException();
            }
        }
        return events;
    }

    private static List<HistoryEvent> events(List<Append> appends, Map<String, String> payloads, boolean[] missing) {
        List<HistoryEvent> events = new ArrayList<>();
        for (Append append : appends) {
            events.addAll(HistoryJson.read(append.events, append.firstEvent, digest -> {
                missing[0] |= !payloads.containsKey(digest);
                return payloads.getOrDefault(digest, "\"\"");
            }));
        }
        return events;
    }

    private static Map<String, String> payloads(Connection connection, String incarnation) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT digest, content FROM link_moderation_payload WHERE incarnation = ?")) {
            statement.setString(1, incarnation);
            Map<String, String> payloads = new HashMap<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    payloads.put(rows.getString(1), rows.getString(2));
                }
            }
            return payloads;
        }
    }

    /** Deletes all of some incarnations. */
    static void delete(Connection connection, List<String> incarnations) throws SQLException {
        for (String table : List.of("link_moderation_history", "link_moderation_payload")) {
            try (PreparedStatement statement =
                    connection.prepareStatement("DELETE FROM " + table + " WHERE incarnation = ?")) {
                for (String incarnation : incarnations) {
                    statement.setString(1, incarnation);
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        }
    }
}
