package org.linkmoderation.bench.peers;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;

/**
 * The fewest durable steps that a moderation can have, written by hand: a statement and a commit for the start, for the
 * function's answer and for the end. Nothing that resumes, retries, lists or deletes.
 */
final class HandWrittenJdbc implements Peer {

    private static final String TABLE = """
            CREATE TABLE IF NOT EXISTS bench_execution (
              name        varchar PRIMARY KEY,
              status      varchar NOT NULL,
              start_date  timestamp(3) with time zone NOT NULL,
              stop_date   timestamp(3) with time zone,
              event_count int NOT NULL,
              events      varchar NOT NULL
            ) WITH (fillfactor = 80)""";
    private static final String START = "INSERT INTO bench_execution VALUES (?, 'RUNNING', ?, NULL, 3, ?)";
    private static final String SCANNED = "UPDATE bench_execution SET event_count = 7, events = events || ?"
            + " WHERE name = ? AND status = 'RUNNING' AND event_count = 3";
    private static final String ENDED = "UPDATE bench_execution SET event_count = 10, events = events || ?,"
            + " status = 'SUCCEEDED', stop_date = ? WHERE name = ? AND status = 'RUNNING' AND event_count = 7";

    private final HikariDataSource pool;
    private final Effects effects;

    HandWrittenJdbc(DatabaseAddress database, Effects effects) throws SQLException {
        this.effects = effects;
        pool = database.pool();
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(TABLE)) {
            statement.execute();
        }
    }

    @Override
    public void moderate(String name, String code, String url) throws SQLException {
        String input = Effects.input(code, url);
        write(
                START,
                name,
                now(),
                event(1, "ExecutionStarted", input)
                        + event(2, "TaskStateEntered", input)
                        + event(3, "LambdaFunctionStarted", ""));
        String output = effects.scan(code, url);
        write(
                SCANNED,
                event(4, "LambdaFunctionSucceeded", output)
                        + event(5, "TaskStateExited", output)
                        + event(6, "TaskStateEntered", output)
                        + event(7, "TaskStarted", ""),
                name);
        effects.activate(name, code, url);
        write(
                ENDED,
                event(8, "TaskSucceeded", "")
                        + event(9, "TaskStateExited", output)
                        + event(10, "ExecutionSucceeded", output),
                now(),
                name);
    }

    private void write(String sql, Object... values) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            if (statement.executeUpdate() != 1) {
                throw new IllegalStateException("Another execution has written: " + sql);
            }
        }
    }

    private static Timestamp now() {
        return Timestamp.from(Instant.now());
    }

    private static String event(int id, String type, String details) {
        return "{\"id\":" + id + ",\"type\":\"" + type + "\",\"timestamp\":\"" + Instant.now() + "\",\"details\":\""
                + details.replace("\"", "\\\"") + "\"}\n";
    }

    @Override
    public void close() {
        pool.close();
    }
}
