package org.linkmoderation.local.dynamodb.storage;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes items whose time to live is over, a few at a time, so that other writes need not wait for it. As the service
 * does, it keeps those that were over more than five years ago: such a number is hardly meant as a time.
 */
public final class Expiry implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
    private static final int MOST_AT_ONCE = 100;
    private static final long LONGEST_AGO_SECONDS = Duration.ofDays(5 * 365).toSeconds();

    private final Database database;
    private final Tables tables;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var expiry = new Thread(task, "dynamodb expiry");
        expiry.setDaemon(true);
        return expiry;
    });

    /**
     * Deletes from now on.
     *
     * @param every the time between two rounds
     */
    public Expiry(Database database, Tables tables, Duration every) {
        this.database = database;
        this.tables = tables;
        thread.scheduleWithFixedDelay(this::round, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void round() {
        try {
            for (var table : tables.expiring()) {
                while (!thread.isShutdown()
                        && database.write(session -> deleteSome(session, table)).join()) {
                    LOG.debug("More items of {} are to be deleted.", table.name());
                }
            }
            database.write(Tokens::deleteExpired).join();
        } catch (CompletionException e) {
            LOG.debug("Expired items are deleted in the next round.", e);
        }
    }

    private boolean deleteSome(Session session, Table table) throws SQLException {
        long second = System.currentTimeMillis() / 1000;
        int deleted = Rows.deleteExpired(
                session, tables.requireSame(table), second - LONGEST_AGO_SECONDS, second, MOST_AT_ONCE);
        return deleted == MOST_AT_ONCE;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
