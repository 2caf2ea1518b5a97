package org.linkmoderation.local.dynamodb.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A connection with the statements that it has prepared. Used by one thread at a time. */
public final class Session {

    private static final int MOST_STATEMENTS = 256;

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new LinkedHashMap<>(16, 0.75f, true);
    private final List<Runnable> afterCommit = new ArrayList<>();

    /** Reads one row. */
    @FunctionalInterface
    interface RowReader<T> {

        /** The row that the results are at. */
        T read(ResultSet row) throws SQLException;
    }

    Session(Connection connection) {
        this.connection = connection;
    }

    private PreparedStatement bound(String sql, Object... values) throws SQLException {
        var statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
            if (statements.size() > MOST_STATEMENTS) {
                var eldest = statements.entrySet().iterator();
                eldest.next().getValue().close();
                eldest.remove();
            }
        }
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    /** Does what returns no rows; returns the number of rows changed. */
    int update(String sql, Object... values) throws SQLException {
        return bound(sql, values).executeUpdate();
    }

    /** The first row; null if there is none. */
    <T> T first(String sql, RowReader<T> reader, Object... values) throws SQLException {
        try (var rows = bound(sql, values).executeQuery()) {
            return rows.next() ? reader.read(rows) : null;
        }
    }

    /** All rows. */
    <T> List<T> all(String sql, RowReader<T> reader, Object... values) throws SQLException {
        var all = new ArrayList<T>();
        each(sql, row -> all.add(reader.read(row)), values);
        return all;
    }

    /** Reads rows for as long as the reader says that it wants another. */
    void each(String sql, RowReader<Boolean> reader, Object... values) throws SQLException {
        try (var rows = bound(sql, values).executeQuery()) {
            while (rows.next() && reader.read(rows)) {
                // The reader does the work
            }
        }
    }

    /** Does what is not worth being kept prepared. */
    void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Remembers what is to be done when the transaction has been committed, before its callers get their answers. */
    void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    /** Reads several times from one state of the database. */
    public <T> T snapshot(Database.Work<T> reading) throws SQLException {
        update("BEGIN");
        try {
            return reading.run(this);
        } finally {
            update("COMMIT");
        }
    }

    void begin() throws SQLException {
        update("BEGIN IMMEDIATE");
    }

    void commit() throws SQLException {
        update("COMMIT");
        afterCommit.forEach(Runnable::run);
        afterCommit.clear();
    }

    /** Goes back to where it was before the work that failed. */
    void rollBack() {
        afterCommit.clear();
        // The driver has closed the statement that failed, which would fail for ever
        statements.values().forEach(Session::close);
        statements.clear();
        try {
            execute("ROLLBACK");
        } catch (SQLException e) {
            // There is no transaction: it did not begin, or SQLite has rolled it back itself
        }
    }

    void close() {
        close(connection);
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // What was committed is safe, and the file is opened anew next time
        }
    }
}
