package org.linkmoderation.journal.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.linkmoderation.component.VisibleText;
import org.linkmoderation.journal.JournalRefusedException;
import org.linkmoderation.journal.JournalUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database that a data source leads to. The first request of each data source brings its tables up to date; while
 * that fails, it is tried again with the next request, at most once a second.
 *
 * <p>What fails for now is a {@link JournalUnavailableException}: nothing is known of the request, as when its answer
 * is lost. What would fail each time, since the database can't hold the values, is a {@link JournalRefusedException}.
 */
final class Database {
    /** What is done with a connection. */
    interface Work<T> {
        T with(Connection connection, Dialect dialect) throws SQLException;
    }

    /** A database answers within milliseconds; what takes longer is lost. Drivers without such a limit ignore it. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Above the time after which an execution tries a write again. */
    private static final Duration FAILED_WRITE = Duration.ofMinutes(2);

    private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

    private static final Map<String, Supplier<Dialect>> DIALECTS = Map.of("PostgreSQL", PostgreSql::new, "H2", H2::new);

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private final String name;
    private final Supplier<Optional<DataSource>> dataSource;
    private final boolean isOnlyRead;
    private volatile Prepared prepared;
    private JournalUnavailableException failure;
    private long failedAt;
    private volatile Optional<FailedWrite> failedWrite = Optional.empty();

    /** A data source whose database is ready. */
    private record Prepared(DataSource dataSource, Dialect dialect, String description) {}

    /** A write that the database could not store, as when its disk is full: what it answers to reads hides that. */
    private record FailedWrite(JournalUnavailableException failure, long at) {
        boolean isRecent() {
            return System.nanoTime() - at < FAILED_WRITE.toNanos();
        }
    }

    /**
     * @param name the name of the data source
     * @param dataSource gives it; empty while there is none
     * @param isOnlyRead whether nothing is to be written: then its tables must be up to date
     */
    Database(String name, Supplier<Optional<DataSource>> dataSource, boolean isOnlyRead) {
        this.name = name;
        this.dataSource = dataSource;
        this.isOnlyRead = isOnlyRead;
    }

    /**
     * Does something.
     *
     * @throws JournalUnavailableException if that fails for now
     * @throws JournalRefusedException if it would fail each time
     */
    <T> T ask(Work<T> work) {
        Prepared database = prepared();
        return available(() -> {
            try (Connection connection = connection(database.dataSource)) {
                return work.with(connection, database.dialect);
            }
        });
    }

    /**
     * Writes something.
     *
     * @throws JournalUnavailableException if that fails for now
     * @throws JournalRefusedException if it would fail each time
     */
    <T> T write(Work<T> work) {
        try {
            T result = ask(work);
            failedWrite = Optional.empty();
            return result;
        } catch (JournalUnavailableException e) {
            if (e.getCause() instanceof SQLException cause && isNotStored(cause)) {
                failedWrite = Optional.of(new FailedWrite(e, System.nanoTime()));
            }
            throw e;
        }
    }

    /**
     * Asks whether it takes writes, and whether it could store the last one.
     *
     * @return what it is
     */
    String check() {
        String description = prepared().description;
        ask((connection, dialect) -> {
            dialect.checkWritable(connection);
            return null;
        });
        failedWrite.filter(FailedWrite::isRecent).ifPresent(write -> {
            throw write.failure;
        });
        return description;
    }

    /** A connection that commits each statement by itself, whatever its pool is set to. */
    private static Connection connection(DataSource source) throws SQLException {
        Connection connection = source.getConnection();
        try {
            if (!connection.getAutoCommit()) {
                connection.setAutoCommit(true);
            }
            connection.setNetworkTimeout(Runnable::run, (int) TIMEOUT.toMillis());
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private Prepared prepared() {
        DataSource source = dataSource
                .get()
                .orElseThrow(() -> new JournalUnavailableException(
                        "There is no data source '" + name
                                + "' for the journal: expected a service javax.sql.DataSource"
                                + " with dataSourceName = " + name + ", as the feature link-moderation-jdbc and a file"
                                + " etc/org.ops4j.datasource-" + name + ".cfg make it",
                        null));
        Prepared current = prepared;
        return current != null && current.dataSource == source ? current : prepare(source);
    }

    private synchronized Prepared prepare(DataSource source) {
        if (prepared != null && prepared.dataSource == source) {
            return prepared;
        }
        if (failure != null && System.nanoTime() - failedAt < RETRY_DELAY.toNanos()) {
            throw failure;
        }
        try {
            prepared = available(() -> prepareNow(source));
            failure = null;
            LOG.info(
                    isOnlyRead
                            ? "A journal is read from the data source '{}': {}"
                            : "The journal is in the data source '{}': {}",
                    name,
                    prepared.description);
            return prepared;
        } catch (JournalUnavailableException | JournalRefusedException e) {
            JournalUnavailableException unavailable = new JournalUnavailableException(e.getMessage(), e);
            if (failure == null || !failure.getMessage().equals(unavailable.getMessage())) {
                LOG.error(unavailable.getMessage());
            }
            failure = unavailable;
            failedAt = System.nanoTime();
            throw unavailable;
        }
    }

    private Prepared prepareNow(DataSource source) throws SQLException {
        String product;
        Dialect dialect;
        try (Connection connection = connection(source)) {
            DatabaseMetaData metaData = connection.getMetaData();
            String name = metaData.getDatabaseProductName();
            product = name + " " + metaData.getDatabaseProductVersion();
            dialect = Optional.ofNullable(DIALECTS.get(name))
                    .orElseThrow(() -> new UnusableDatabaseException("it is " + name + "; expected PostgreSQL or H2"))
                    .get();
            if (!isOnlyRead) {
                dialect.checkWritable(connection);
                dialect.prepare(connection);
            }
        }
        String version = isOnlyRead ? Schema.check(source, dialect) : Schema.migrate(source, dialect);
        return new Prepared(source, dialect, product + ", tables of version " + version);
    }

    private <T> T available(Callable<T> request) {
        try {
            return request.call();
        } catch (UnusableDatabaseException e) {
            throw new JournalUnavailableException(
                    "The data source '" + name + "' can't be the journal: " + e.getMessage(), e);
        } catch (SQLException e) {
            String message = message(e);
            if (isPermanent(e)) {
                throw new JournalRefusedException(
                        "The database refuses a write to the journal, and always will: " + message, e);
            }
            throw new JournalUnavailableException(
                    "The journal can't be reached (data source '" + name + "'): " + message, e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("A request throws SQL exceptions only", e);
        }
    }

    /** What it says, and what it comes from: a pool says itself only that there is no connection. */
    private static String message(SQLException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = e.getMessage() + (root == e ? "" : " (" + root.getMessage() + ")");
        return VisibleText.of(message.replaceAll("\\s+", " "));
    }

    /** Resources (class 53), files (58), something inside (XX; H2: 90): the database answers, and stores nothing. */
    private static boolean isNotStored(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return Stream.of("53", "58", "XX", "90").anyMatch(state::startsWith);
    }

    /** A value that the database can't hold (class 22), breaks a rule (23) or a limit (54). */
    private static boolean isPermanent(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
    }
}
