package org.linkmoderation.journal.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.JournalRefusedException;
import org.linkmoderation.journal.JournalUnavailableException;
import org.linkmoderation.testkit.JournalContract;
import org.linkmoderation.testkit.PostgreSqlServer;
import org.linkmoderation.testkit.Recorded;
import org.linkmoderation.testkit.Requested;

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
        dataSource = new HikariDataSource(config(server));
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
    private static HikariConfig config(PostgreSqlServer server) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(server.url());
        config.setUsername(server.user());
        config.setPassword(server.password());
        config.setConnectionTimeout(2_000);
        config.setMinimumIdle(0);
        return config;
    }

    @Test
    void shouldGoOnAfterTheDatabaseWasKilled() {
        Execution created = create("killed");
        server.kill();
        // Its processes, one per connection, end when they notice
        Awaitility.await("the end")
                .untilAsserted(() -> assertThatThrownBy(() -> journal.find(created.id()))
                        .isInstanceOf(JournalUnavailableException.class)
                        .hasMessageStartingWith("The journal can't be reached (data source 'pg'): "));
        server.start();

        assertThat(journal.find(created.id())).contains(created);
        assertThat(create("killed-2").events()).hasSize(1);
    }

    /** A statement that is prepared anew is also planned anew: most of what it costs. */
    @Test
    void shouldPrepareEachStatementOnce() throws Exception {
        try (HikariDataSource pool = smallPool()) {
            JdbcJournal journal =
                    new JdbcJournal("pg", () -> Optional.of(pool), Duration.ofDays(90), Clock.systemUTC());
            for (int i = 0; i < 20; i++) {
                String name = "prepared-" + i;
                HistoryEvent first =
                        new HistoryEvent(1, Instant.EPOCH, HistoryEventType.ExecutionStarted, Map.of("input", "{}"));
                Execution created = Recorded.create(
                        journal, Requested.start(name, "request of " + name, "{}"), Instant.EPOCH, first);
                HistoryEvent next = new HistoryEvent(2, Instant.EPOCH, HistoryEventType.ChoiceStateEntered, Map.of());
                Recorded.append(journal, created, next);
                HistoryEvent last = new HistoryEvent(3, Instant.EPOCH, HistoryEventType.ExecutionSucceeded, Map.of());
                Recorded.end(
                        journal, created.with(created.run(), List.of(first, next)), last, ExecutionStatus.SUCCEEDED);
            }
            journal.close();

            assertThat(executionsOfPreparedWrites(pool)).as("of the UPDATE, 40").anyMatch(count -> count > 20);
        }
    }

    /** A thread gets the connection again that it had last; the migration needs a second one. */
    private static HikariDataSource smallPool() {
        HikariConfig config = config(server);
        config.setMaximumPoolSize(2);
        return new HikariDataSource(config);
    }

    private static List<Long> executionsOfPreparedWrites(HikariDataSource pool) throws SQLException {
        List<Long> executions = new ArrayList<>();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT generic_plans + custom_plans FROM pg_prepared_statements"
                        + " WHERE statement LIKE '%UPDATE link_moderation_execution%'")) {
            while (row.next()) {
                executions.add(row.getLong(1));
            }
        }
        return executions;
    }

    @Test
    void shouldFailAnExecutionThatTheDatabaseCannotHold() {
        assertThatThrownBy(() -> create("nul\u0000"))
                .isInstanceOf(JournalRefusedException.class)
                .hasMessageStartingWith("The database refuses a write to the journal, and always will: ");
    }

    @Test
    void shouldWaitForADatabaseThatIsReadOnly() throws Exception {
        create("read-only-1");
        execute("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()");
        try {
            Awaitility.await("read-only")
                    .untilAsserted(() -> assertThatThrownBy(
                                    () -> journal.check().question().call())
                            .hasMessage(
                                    "The data source 'pg' can't be the journal: the database is read-only: is it a standby,"
                                            + " or set to default_transaction_read_only?"));
            assertThatThrownBy(() -> create("read-only-2")).isInstanceOf(JournalUnavailableException.class);
        } finally {
            execute(
                    "SET default_transaction_read_only = off",
                    "ALTER SYSTEM RESET default_transaction_read_only",
                    "SELECT pg_reload_conf()");
        }
        Awaitility.await("writable")
                .ignoreExceptions()
                .until(() -> create("read-only-2").events().size() == 1);
    }

    @Test
    void shouldRefuseADatabaseThatMayLoseWhatItAcknowledges() throws Exception {
        HikariConfig config = config(server);
        config.setConnectionInitSql("SET synchronous_commit = off");
        HikariDataSource careless = new HikariDataSource(config);
        JdbcJournal other =
                new JdbcJournal("careless", () -> Optional.of(careless), Duration.ofDays(90), Clock.systemUTC());

        assertThatThrownBy(() -> other.check().question().call())
                .isInstanceOf(JournalUnavailableException.class)
                .hasMessage("The data source 'careless' can't be the journal: PostgreSQL may lose what it has"
                        + " acknowledged, since synchronous_commit is off: set it to on, for this database or this user at"
                        + " least");
        other.close();
        careless.close();
    }

    @Test
    void shouldSayThatThePasswordIsWrong() {
        HikariConfig config = config(server);
        config.setPassword("not this one");
        config.setConnectionTimeout(1_000);
        config.setInitializationFailTimeout(-1);
        HikariDataSource stranger = new HikariDataSource(config);
        JdbcJournal other =
                new JdbcJournal("stranger", () -> Optional.of(stranger), Duration.ofDays(90), Clock.systemUTC());

        assertThatThrownBy(() -> other.check().question().call())
                .isInstanceOf(JournalUnavailableException.class)
                .hasMessageContaining("password authentication failed")
                .hasMessageNotContainingAny("not this one");
        other.close();
        stranger.close();
    }

    @Test
    void shouldCommitWhateverThePoolIsSetTo() throws Exception {
        HikariConfig config = config(server);
        config.setAutoCommit(false);
        HikariDataSource manual = new HikariDataSource(config);
        JdbcJournal other =
                new JdbcJournal("manual", () -> Optional.of(manual), Duration.ofDays(90), Clock.systemUTC());
        Execution created = Recorded.create(other, Requested.start("manual", "manual", "{}"), Instant.EPOCH, started());

        assertThat(journal.find(created.id())).contains(created);
        other.close();
        manual.close();
    }

    @Test
    void shouldListByIndexOnly() throws Exception {
        create("indexed");
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET enable_seqscan = off");
            for (String query : List.of(
                    "SELECT name FROM link_moderation_execution WHERE state_machine = 'm' AND wake_at <= now()"
                            + " ORDER BY wake_at LIMIT 5",
                    "SELECT name FROM link_moderation_execution WHERE state_machine = 'm' AND status = 'FAILED' AND"
                            + " start_date < now() ORDER BY start_date DESC, name DESC LIMIT 5",
                    "SELECT name FROM link_moderation_execution WHERE state_machine = 'm' AND name >= 'a' AND name < 'b'"
                            + " AND status IS NOT NULL ORDER BY name LIMIT 5",
                    "SELECT name FROM link_moderation_execution WHERE expires_at <= now() ORDER BY expires_at LIMIT 5")) {
                StringBuilder plan = new StringBuilder();
                try (ResultSet rows = statement.executeQuery("EXPLAIN " + query)) {
                    while (rows.next()) {
                        plan.append(rows.getString(1)).append('\n');
                    }
                }
                assertThat(plan.toString()).contains("Index").doesNotContain("Sort ", "Seq Scan");
            }
        }
    }

    private static Execution create(String name) {
        return Recorded.create(journal, Requested.start(name, name, "{}"), Instant.EPOCH, started());
    }

    private static HistoryEvent started() {
        return new HistoryEvent(1, Instant.EPOCH, HistoryEventType.ExecutionStarted, Map.of("input", "{}"));
    }

    private static void execute(String... statements) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
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
