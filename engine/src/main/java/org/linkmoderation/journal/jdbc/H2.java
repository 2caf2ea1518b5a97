package org.linkmoderation.journal.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * H2, in the process of the container. A change is a transaction of a few statements: each is a method call.
 *
 * <p>The row of the execution is changed first, which locks it until the commit; a second writer waits for that, and
 * its condition is evaluated on the row as it is then. So history and payloads are written by one of the two only.
 *
 * <p>By itself H2 writes a commit to its file up to half a second after it has acknowledged it. With {@code WRITE_DELAY
 * = 0} it writes each before, in the thread that commits. The price is that it cleans up no more: the file grows by
 * about 15 kB per execution until it is compacted. A checkpoint after each commit is no way around that: it returns at
 * once, with nothing written, while the thread that cleans up is about to write. What is written is safe as long as the
 * operating system lives to write what it was given.
 */
final class H2 implements Dialect {
    private static final String DUPLICATE_KEY = "23505";

    @Override
    public String migrations() {
        return "h2";
    }

    @Override
    public String lastCharacter() {
        return String.valueOf(Character.MAX_VALUE);
    }

    @Override
    public void prepare(Connection connection) throws SQLException {
        if (connection.getMetaData().getURL().startsWith("jdbc:h2:mem:")) {
            throw new UnusableDatabaseException(
                    "the H2 database is in memory, and lost with the container: use jdbc:h2:file:<path>");
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET WRITE_DELAY 0");
        }
    }

    @Override
    public void checkWritable(Connection connection) throws SQLException {
        if (connection.getMetaData().isReadOnly()) {
            throw new UnusableDatabaseException(
                    "the H2 database is read-only: may the container's user write its file?");
        }
    }

    @Override
    public boolean make(Connection connection, RowChange change) throws SQLException {
        if (change.events().isEmpty()) {
            return update(connection, change);
        }
        return Transactions.inOne(connection, () -> {
            if (!update(connection, change)) {
                return false;
            }
            try (PreparedStatement statement =
                    connection.prepareStatement("MERGE INTO link_moderation_payload VALUES (?, ?, ?)")) {
                for (Map.Entry<String, String> payload : change.payloads().entrySet()) {
                    statement.setString(1, change.incarnation());
                    statement.setString(2, payload.getKey());
                    statement.setString(3, payload.getValue());
                    statement.executeUpdate();
                }
            }
            try (PreparedStatement statement =
                    connection.prepareStatement("INSERT INTO link_moderation_history VALUES (?, ?, ?)")) {
                statement.setString(1, change.incarnation());
                statement.setLong(2, change.firstEvent());
                statement.setString(3, change.events());
                statement.executeUpdate();
            }
            return true;
        });
    }

    private static boolean update(Connection connection, RowChange change) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(change.sql())) {
            Parameter.set(statement, change.parameters());
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            if (DUPLICATE_KEY.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }
}
