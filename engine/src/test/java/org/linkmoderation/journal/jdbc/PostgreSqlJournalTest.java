package org.linkmoderation.journal.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.testkit.JournalContract;
import org.linkmoderation.testkit.PostgreSqlServer;

/** The journal in PostgreSQL. */
@EnabledIf("org.linkmoderation.testkit.PostgreSqlServer#isInstalled")
class PostgreSqlJournalTest extends JournalContract {
    private static PostgreSqlServer server;
    private static HikariDataSource dataSource;
    private static JdbcJournal journal;
    private static JdbcJournal another;

    @BeforeAll
    static void start() {
        server = PostgreSqlServer.started();
        dataSource = dataSource(server);
        journal = new JdbcJournal("pg", () -> Optional.of(dataSource), Duration.ofDays(90), Clock.systemUTC());
        another = new JdbcJournal("pg", () -> Optional.of(dataSource), Duration.ofDays(90), Clock.systemUTC());
    }

    @AfterAll
    static void stop() {
        journal.close();
        another.close();
        dataSource.close();
        server.close();
    }

    /** The pool that Karaf has. */
    static HikariDataSource dataSource(PostgreSqlServer server) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(server.url());
        config.setUsername(server.user());
        config.setPassword(server.password());
        config.setConnectionTimeout(2_000);
        return new HikariDataSource(config);
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
