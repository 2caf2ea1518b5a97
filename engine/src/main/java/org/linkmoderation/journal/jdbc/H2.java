package org.linkmoderation.journal.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * H2, in the process of the container. A change is a transaction of a few statements: each is a method call.
 *
 * <p>The row of the execution is changed first, which locks it until the commit; a second writer waits for that, and
 * its condition is evaluated on the row as it is then. So history and payloads are written by one of the two only.
 *
 * <p>By itself H2 writes a commit to its file up to half a second after it has acknowledged it. With {@code WRITE_DELAY
 * = 0} it writes each, but does not clean up, and its file grows by 24 kB per execution. So each commit is followed by
 * a checkpoint, which writes and cleans up; and space that is free is used again at once ({@code RETENTION_TIME = 0},
 * else 62 kB; so 3 kB). That is safe as long as the operating system lives to write what it was given.
 */
final class H2 implements Dialect {
    private static final String DUPLICATE_KEY = "23505";

    private final AtomicLong commits = new AtomicLong();
    private long kept;

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
            statement.execute("SET RETENTION_TIME 0");
        }
    }

    @Override
    public void checkWritable(Connection connection) throws SQLException {
        if (connection.getMetaData().isReadOnly()) {
            throw new UnusableDatabaseException(
                    "the H2 database is read-only: may the container's user write its file?");
        }
    }

    /** Of several that ask at the same time, one writes for all. */
    @Override
    public void keep(Connection connection) throws SQLException {
        long commit = commits.incrementAndGet();
        synchronized (this) {
            if (kept >= commit) {
                return;
            }
            long last = commits.get();
            try (Statement statement = connection.createStatement()) {
                statement.execute("CHECKPOINT");
            }
            kept = last;
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
