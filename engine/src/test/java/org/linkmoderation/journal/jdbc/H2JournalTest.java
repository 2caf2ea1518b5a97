package org.linkmoderation.journal.jdbc;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.testkit.JournalContract;

/** The journal in an H2 database in a file. */
class H2JournalTest extends JournalContract {
    @TempDir
    private static Path directory;

    private static JdbcConnectionPool pool;
    private static JdbcJournal journal;
    private static JdbcJournal another;

    @BeforeAll
    static void open() {
        pool = JdbcConnectionPool.create("jdbc:h2:file:" + directory.resolve("journal"), "sa", "");
        journal = new JdbcJournal("h2", () -> Optional.of(pool), Duration.ofDays(90), Clock.systemUTC());
        another = new JdbcJournal("h2", () -> Optional.of(pool), Duration.ofDays(90), Clock.systemUTC());
    }

    @AfterAll
    static void close() {
        journal.close();
        another.close();
        pool.dispose();
    }

    @Override
    protected Journal journal() {
        return journal;
    }

    @Override
    protected Journal another() {
        return another;
    }
}
