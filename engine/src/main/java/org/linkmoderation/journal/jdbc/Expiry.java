package org.linkmoderation.journal.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.linkmoderation.journal.JournalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what has expired: records with their histories, and tombstones. Each container does so; two that find the
 * same rows lock them in the same order, and the second deletes nothing. A record that was redriven meanwhile has no
 * expiry any more.
 */
final class Expiry implements AutoCloseable {
    private static final Duration ROUND = Duration.ofMinutes(10);
    private static final int BATCH = 500;
    private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);

    private final Database database;
    private final Clock clock;
    private final ScheduledExecutorService executor;

    private record Expired(String stateMachine, String name, String incarnation) {}

    /**
     * @param database where it deletes
     * @param clock the clock
     */
    Expiry(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.executor = Executors.newSingleThreadScheduledExecutor(runnable -> {
            Thread thread = new Thread(runnable, "link-moderation journal expiry");
            thread.setDaemon(true);
            return thread;
        });
        executor.scheduleWithFixedDelay(this::round, 1, ROUND.toMinutes(), TimeUnit.MINUTES);
    }

    private void round() {
        try {
            int deleted = deleteExpired();
            if (deleted > 0) {
                LOG.info("The records of {} executions have expired, and are deleted", deleted);
            }
        } catch (JournalException e) {
            LOG.debug("Expired records could not be deleted: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("Expired records could not be deleted", e);
        }
    }

    /** Deletes all that has expired, in batches of their own transactions. */
    int deleteExpired() {
        Instant now = clock.instant();
        int deleted = 0;
        List<Expired> batch;
        do {
            batch = expired(now);
            deleted += delete(batch, now);
        } while (batch.size() == BATCH && !executor.isShutdown());
        return deleted;
    }

    private List<Expired> expired(Instant now) {
        return database.ask((connection, dialect) -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT state_machine, name, incarnation FROM link_moderation_execution"
                            + " WHERE expires_at <= ? ORDER BY expires_at, state_machine, name LIMIT " + BATCH)) {
                Parameter.set(statement, List.of(Parameter.of(now)));
                List<Expired> found = new ArrayList<>();
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        found.add(new Expired(rows.getString(1), rows.getString(2), rows.getString(3)));
                    }
                }
                return found;
            }
        });
    }

    private int delete(List<Expired> batch, Instant now) {
        List<String> gone = new ArrayList<>();
        database.ask((connection, dialect) -> Transactions.inOne(connection, () -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("DELETE FROM link_moderation_execution WHERE state_machine = ? AND name"
                            + " = ? AND incarnation = ? AND expires_at <= ?")) {
                for (Expired expired : batch) {
                    Parameter.set(
                            statement,
                            List.of(
                                    Parameter.of(expired.stateMachine),
                                    Parameter.of(expired.name),
                                    Parameter.of(expired.incarnation),
                                    Parameter.of(now)));
                    statement.addBatch();
                }
                int[] counts = statement.executeBatch();
                for (int i = 0; i < counts.length; i++) {
                    if (counts[i] > 0) {
                        gone.add(batch.get(i).incarnation);
                    }
                }
            }
            Texts.delete(connection, gone);
            return true;
        }));
        return gone.size();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
