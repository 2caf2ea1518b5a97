package org.linkmoderation.journal.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * PostgreSQL. A change is one statement, and so one round trip and one commit: the history is inserted by the same
 * statement that changes the row, and from its result.
 *
 * <p>READ COMMITTED is enough. All that two writers could disagree on is in the one row of the execution. An UPDATE of
 * it waits for the other writer's row lock, and then evaluates its conditions again, on the row as the other has left
 * it; an INSERT of it waits for the other's entry in the primary key. Of the two, one finds its condition false. No
 * statement locks a second row that another one could hold, so there are no deadlocks. Where the database is set to a
 * stricter level, the loser gets a serialization failure in place of a false condition, and is delivered again.
 */
final class PostgreSql implements Dialect {
    private static final String HISTORY =
            " INSERT INTO link_moderation_history (incarnation, first_event, events) SELECT incarnation, ?, ? FROM moved";
    private static final String PAYLOADS =
            ", stored AS (INSERT INTO link_moderation_payload (incarnation, digest, content)"
                    + " SELECT moved.incarnation, text.digest, text.content FROM moved, unnest(?, ?) AS text (digest, content)"
                    + " ON CONFLICT DO NOTHING)";

    @Override
    public String migrations() {
        return "postgresql";
    }

    @Override
    public String lastCharacter() {
        return Character.toString(Character.MAX_CODE_POINT);
    }

    @Override
    public void prepare(Connection connection) throws SQLException {
        String encoding = show(connection, "server_encoding");
        if (!encoding.equals("UTF8")) {
            throw new UnusableDatabaseException("the database has the encoding " + encoding
                    + ", which has not all characters: create it with ENCODING 'UTF8'");
        }
        for (String setting : List.of("synchronous_commit", "fsync")) {
            if (show(connection, setting).equals("off")) {
                throw new UnusableDatabaseException("PostgreSQL may lose what it has acknowledged, since " + setting
                        + " is off: set it to on, for this database or this user at least");
            }
        }
    }

    @Override
    public void checkWritable(Connection connection) throws SQLException {
        if (show(connection, "transaction_read_only").equals("on")) {
            throw new UnusableDatabaseException(
                    "the database is read-only: is it a standby, or set to" + " default_transaction_read_only?");
        }
    }

    private static String show(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW " + setting)) {
            result.next();
            return result.getString(1);
        }
    }

    @Override
    public boolean make(Connection connection, RowChange change) throws SQLException {
        String row = change.sql() + (change.sql().startsWith("INSERT") ? " ON CONFLICT DO NOTHING" : "");
        if (change.events().isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(row)) {
                Parameter.set(statement, change.parameters());
                return statement.executeUpdate() == 1;
            }
        }
        List<Parameter> parameters = new ArrayList<>(change.parameters());
        boolean hasPayloads = !change.payloads().isEmpty();
        try (PreparedStatement statement = connection.prepareStatement(
                "WITH moved AS (" + row + " RETURNING incarnation)" + (hasPayloads ? PAYLOADS : "") + HISTORY)) {
            Parameter.set(statement, parameters);
            int next = parameters.size() + 1;
            if (hasPayloads) {
                statement.setArray(
                        next++,
                        connection.createArrayOf(
                                "varchar", change.payloads().keySet().toArray()));
                statement.setArray(
                        next++,
                        connection.createArrayOf(
                                "varchar", change.payloads().values().toArray()));
            }
            statement.setLong(next++, change.firstEvent());
            statement.setString(next, change.events());
            return statement.executeUpdate() == 1;
        }
    }
}
