package org.linkmoderation.local.dynamodb.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.sqlite.JDBC;

/**
 * A database file of SQLite with a write-ahead log: one writer, and readers beside it, which see what was committed
 * before they began.
 */
public final class Database implements AutoCloseable {

    /** The file in the directory of the store; SQLite has others beside it. */
    public static final String FILE = "tables.db";

    private static final String LOCK = "tables.lock";
    /** "LMts": a file that begins otherwise is somebody else's. */
    private static final int APPLICATION = 0x4c4d7473;

    private static final int FORMAT = 2;
    /** Pages of 4 kB in the write-ahead log before they are copied to the file: fewer copies of pages often written. */
    private static final int CHECKPOINT_PAGES = 4_000;

    private static final int WRITER_CACHE_KB = 16 * 1024;
    private static final int READER_CACHE_KB = 2 * 1024;

    /** Of this process: a second channel to a locked file would end the lock when it is closed. */
    private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel lock;
    private final List<Session> sessions = new ArrayList<>();
    private final Writer writer;
    private final BlockingQueue<Session> readers = new LinkedBlockingQueue<>();

    /** What an acknowledged write survives. */
    public enum Acknowledge {
        /** The end of the process, by {@code kill -9} too. */
        PROCESS,
        /** The loss of power: each commit waits for the disk. */
        DISK
    }

    /**
     * Work on the database.
     *
     * @param <T> what comes of it
     */
    @FunctionalInterface
    public interface Work<T> {

        /**
         * Reads, and then perhaps writes, by a session that is the work's own for this time. Work that writes may be
         * called again if the transaction that it is in fails.
         *
         * @throws ApiException before it has written anything
         */
        T run(Session session) throws SQLException;
    }

    /**
     * Opens the database of a directory, or makes one.
     *
     * @param directory the directory, which exists
     * @param acknowledge what an acknowledged write survives
     * @param readerCount the number of reads at a time
     * @throws StoreException if it is damaged, of a newer version, or open in another process
     */
    public Database(Path directory, Acknowledge acknowledge, int readerCount) throws StoreException {
        file = directory.resolve(FILE);
        lock = lock(directory);
        try {
            var session = connect(WRITER_CACHE_KB);
            prepare(session, acknowledge);
            for (int i = 0; i < readerCount; i++) {
                var reader = connect(READER_CACHE_KB);
                reader.execute("PRAGMA query_only = 1");
                readers.add(reader);
            }
            writer = new Writer(session);
        } catch (SQLException e) {
            closeFiles();
            throw Failures.isDamaged(e)
                    ? damaged(e.getMessage(), e)
                    : new StoreException(file + " cannot be opened (" + e.getMessage() + ")", e);
        } catch (StoreException e) {
            closeFiles();
            throw e;
        }
    }

    private FileChannel lock(Path directory) throws StoreException {
        if (LOCKED.add(file.toAbsolutePath().normalize())) {
            try {
                var channel =
                        FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                if (channel.tryLock() != null) {
                    return channel;
                }
                channel.close();
            } catch (IOException e) {
                unlock();
                throw new StoreException(directory + " cannot be written to (" + e.getMessage() + ")", e);
            }
            unlock();
        }
        throw new StoreException(file + " is in use by another store: a database is for one store at a time", null);
    }

    private void unlock() {
        LOCKED.remove(file.toAbsolutePath().normalize());
    }

    private StoreException damaged(String how, Throwable cause) {
        return new StoreException(
                file + " is damaged (" + how + "): restore a copy of it, or move it away to begin with no tables",
                cause);
    }

    private Session connect(int cacheKilobytes) throws SQLException {
        var session = new Session(JDBC.createConnection("jdbc:sqlite:" + file, new Properties()));
        sessions.add(session);
        session.execute("PRAGMA busy_timeout = 5000");
        session.execute("PRAGMA cache_size = -" + cacheKilobytes);
        return session;
    }

    private void prepare(Session session, Acknowledge acknowledge) throws SQLException, StoreException {
        int application = session.first("PRAGMA application_id", row -> row.getInt(1));
        int format = session.first("PRAGMA user_version", row -> row.getInt(1));
        boolean isNew = session.first("SELECT count(*) FROM sqlite_schema", row -> row.getInt(1)) == 0;
        if (!isNew && application != APPLICATION) {
            throw new StoreException(file + " is no database of this store: choose another directory", null);
        }
        if (!isNew && format != FORMAT) {
            throw new StoreException(
                    file + " was written by " + (format > FORMAT ? "a newer" : "an older") + " version (format "
                            + format + ", this version reads " + FORMAT
                            + "): use that version, or choose another directory",
                    null);
        }
        var problem = isNew ? "ok" : session.first("PRAGMA quick_check(1)", row -> row.getString(1));
        if (!problem.equals("ok")) {
            throw damaged(problem, null);
        }
        session.execute("PRAGMA journal_mode = WAL");
        session.execute("PRAGMA synchronous = " + (acknowledge == Acknowledge.DISK ? "FULL" : "NORMAL"));
        session.execute("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
        session.begin();
        session.execute("CREATE TABLE IF NOT EXISTS tables (id INTEGER PRIMARY KEY AUTOINCREMENT,"
                + " name TEXT NOT NULL UNIQUE, request TEXT NOT NULL, created INTEGER NOT NULL, uid TEXT NOT NULL,"
                + " ttl TEXT)");
        session.execute("CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, request TEXT NOT NULL,"
                + " used INTEGER NOT NULL) WITHOUT ROWID");
        session.execute("PRAGMA application_id = " + APPLICATION);
        session.execute("PRAGMA user_version = " + FORMAT);
        session.commit();
    }

    /**
     * Reads on the thread that calls.
     *
     * @throws ApiException what the reading throws, or that the database failed
     */
    public <T> T read(Work<T> reading) {
        Session session = null;
        try {
            session = readers.take();
            return reading.run(session);
        } catch (SQLException e) {
            session.rollBack();
            throw Failures.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.internal("The store is being closed.");
        } finally {
            if (session != null) {
                readers.add(session);
            }
        }
    }

    /** Writes; completes when that is committed. What is thrown, or fails, has written nothing. */
    public <T> CompletableFuture<T> write(Work<T> work) {
        return writer.submit(work);
    }

    /** Commits what waits, and closes the file. */
    @Override
    public void close() {
        writer.close();
        closeFiles();
    }

    private void closeFiles() {
        sessions.forEach(Session::close);
        try {
            lock.close();
        } catch (IOException e) {
            // The lock ends with the process at the latest
        }
        unlock();
    }
}
