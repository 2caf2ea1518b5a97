package org.linkmoderation.journal.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
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
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.JournalUnavailableException;
import org.linkmoderation.journal.Transition;
import org.linkmoderation.testkit.InMemoryJournal;
import org.linkmoderation.testkit.Recorded;
import org.linkmoderation.testkit.Requested;
import org.linkmoderation.testkit.SettableClock;

/** What the journal makes of its database, beyond the contract; in H2, as of any. */
class JdbcJournalTest {
    private static final Duration RETENTION = Duration.ofDays(90);
    private static final int KILLS = 4;

    private final SettableClock clock = new SettableClock();
    private final AtomicReference<DataSource> dataSource = new AtomicReference<>();

    @TempDir
    private Path directory;

    private JdbcConnectionPool pool;
    private JdbcJournal journal;

    @BeforeEach
    void open() {
        pool = JdbcConnectionPool.create("jdbc:h2:file:" + directory.resolve("journal"), "sa", "");
        dataSource.set(pool);
        journal = journal();
    }

    @AfterEach
    void close() {
        journal.close();
        pool.dispose();
    }

    private JdbcJournal journal() {
        return new JdbcJournal("orders", () -> Optional.ofNullable(dataSource.get()), RETENTION, clock);
    }

    @Test
    void shouldDeleteRecordsThatHaveExpiredWithTheirHistories() {
        end(create("old", "r1"), 0);
        clock.advance(Duration.ofDays(1));
        end(create("new", "r2"), 1);
        create("running", "r3");
        journal.delete(end(create("deleted", "r4"), 1));

        clock.advance(RETENTION.minusDays(1).minusMillis(1));
        assertThat(journal.expiry().deleteExpired()).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(journal.expiry().deleteExpired()).isOne();

        assertThat(journal.find(Requested.start("old", "r", "{}").id())).isEmpty();
        assertThat(rows("link_moderation_history")).isEqualTo(3);
        assertThat(rows("link_moderation_payload")).isEqualTo(2);
        clock.advance(Duration.ofDays(1));
        assertThat(journal.expiry().deleteExpired())
                .as("a record and a tombstone")
                .isEqualTo(2);
        assertThat(rows("link_moderation_execution")).isOne();
        assertThat(journal.list(ExecutionQuery.all("moderation", 10)).executions())
                .hasSize(1);
        assertThat(create("deleted", "r4").events())
                .as("the tombstone has expired")
                .hasSize(1);
    }

    @Test
    void shouldKeepWhatWasRedrivenBeforeItExpired() {
        Execution ended = end(create("e1", "r1"), 0);
        journal.write(new Transition(
                ended.id(),
                ended.incarnation(),
                2,
                ended.run(),
                ended.run().redriven("message of r2", clock.instant()),
                List.of(event(3, HistoryEventType.ExecutionRedriven, Map.of())),
                Optional.of("r2")));
        clock.advance(RETENTION.multipliedBy(2));

        assertThat(journal.expiry().deleteExpired()).isZero();
    }

    @Test
    void shouldDeleteARestoredRecordWhenItWouldHaveExpiredWhereItEnded() {
        InMemoryJournal elsewhere = new InMemoryJournal();
        Execution started = create(elsewhere, "e1", "r1");
        Recorded.end(
                elsewhere,
                started,
                event(2, HistoryEventType.ExecutionSucceeded, Map.of("output", "{}")),
                ExecutionStatus.SUCCEEDED);
        Execution ended = elsewhere.find(started.id()).orElseThrow();
        clock.advance(Duration.ofDays(1));

        journal.restore(ended);

        clock.advance(RETENTION.minusDays(1).minusMillis(1));
        assertThat(journal.expiry().deleteExpired()).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(journal.expiry().deleteExpired()).isOne();
        assertThat(rows("link_moderation_history")).isZero();
    }

    @Test
    void shouldDeleteMoreThanOneBatch() {
        for (int i = 0; i < 1_003; i++) {
            end(create("e" + i, "r" + i), 0);
        }
        clock.advance(RETENTION);

        assertThat(journal.expiry().deleteExpired()).isEqualTo(1_003);
        assertThat(rows("link_moderation_history")).isZero();
    }

    @Test
    void shouldWriteEachEventAndEachLongTextOnce() {
        Execution execution = create("e1", "r1");
        String input = "x".repeat(3_000);
        for (int i = 2; i <= 101; i++) {
            journal.write(Transition.of(
                    execution,
                    execution.run(),
                    List.of(event(i, HistoryEventType.LambdaFunctionScheduled, Map.of("input", input)))));
            execution = journal.find(execution.id()).orElseThrow();
        }

        assertThat(rows("link_moderation_history")).isEqualTo(101);
        assertThat(rows("link_moderation_payload"))
                .as("those of the start and of the retries")
                .isEqualTo(2);
        assertThat(number("SELECT max(length(events)) FROM link_moderation_history"))
                .as("no append writes what others have written")
                .isLessThan(300);
    }

    @Test
    void shouldSayThatThereIsNoDataSourceAndGoOnWhenItComes() throws Exception {
        dataSource.set(null);

        assertThatThrownBy(() -> create("e1", "r1"))
                .isInstanceOf(JournalUnavailableException.class)
                .hasMessage("There is no data source 'orders' for the journal: expected a service javax.sql.DataSource"
                        + " with dataSourceName = orders, as the feature link-moderation-jdbc and a file"
                        + " etc/org.ops4j.datasource-orders.cfg make it");
        assertThatThrownBy(() -> journal.check().question().call()).hasMessageContaining("no data source 'orders'");

        dataSource.set(pool);
        create("e1", "r1");
        assertThat(journal.check().service()).isEqualTo("Journal, data source orders");
        assertThat(journal.check().question().call()).matches("H2 2\\..*, tables of version 1");
    }

    @Test
    void shouldRefuseTablesOfANewerVersion() throws Exception {
        create("e1", "r1");
        execute(
                "INSERT INTO \"link_moderation_schema\" SELECT 9, '7', 'of the future', \"type\", 'V7__x.sql', 1,"
                        + " \"installed_by\", \"installed_on\", 1, true FROM \"link_moderation_schema\" WHERE \"version\" = '1'");
        JdbcJournal older = journal();

        assertThatThrownBy(() -> older.find(Requested.start("e1", "r1", "{}").id()))
                .isInstanceOf(JournalUnavailableException.class)
                .hasMessage("The data source 'orders' can't be the journal: the tables have version 7, of a newer Link"
                        + " Moderation than this one: deploy that, or use another schema");
        older.close();
    }

    @Test
    void shouldShareADatabaseWithOthers() throws Exception {
        execute("CREATE TABLE flyway_schema_history (theirs varchar)");
        execute("CREATE TABLE execution (theirs varchar)");

        assertThat(create("e1", "r1").events()).hasSize(1);
    }

    @Test
    void shouldRefuseADatabaseInMemory() {
        JdbcDataSource memory = new JdbcDataSource();
        memory.setUrl("jdbc:h2:mem:lost;DB_CLOSE_DELAY=-1");
        dataSource.set(memory);

        assertThatThrownBy(() -> create("e1", "r1"))
                .isInstanceOf(JournalUnavailableException.class)
                .hasMessage(
                        "The data source 'orders' can't be the journal: the H2 database is in memory, and lost with the"
                                + " container: use jdbc:h2:file:<path>");
    }

    @Test
    void shouldReadAnotherJournalFromADatabaseThatIsReadOnly() {
        Execution ended = end(create("e1", "r1"), 0);
        journal.close();
        pool.dispose();
        JdbcDataSource readOnly = new JdbcDataSource();
        readOnly.setUrl("jdbc:h2:file:" + directory.resolve("journal") + ";ACCESS_MODE_DATA=r");
        readOnly.setUser("sa");

        try (JdbcJournal reader = JdbcJournal.forReading("orders", () -> Optional.of(readOnly))) {
            assertThat(reader.find(ended.id())).contains(ended);
            assertThat(reader.inFlight(ended.stateMachine(), 1)).isZero();
        }
    }

    @Test
    void shouldMakeNoTablesInADatabaseThatIsOnlyRead() {
        try (JdbcJournal reader = JdbcJournal.forReading("orders", () -> Optional.of(pool))) {
            assertThatThrownBy(() -> reader.inFlight("moderation", 1))
                    .isInstanceOf(JournalUnavailableException.class)
                    .hasMessage("The data source 'orders' can't be the journal: it has no tables of a journal, or those"
                            + " of an older version: is it the data source of the journal that is to be read?");
        }
        assertThat(number("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'PUBLIC'"))
                .isZero();
    }

    @Test
    void shouldSayThatTheDatabaseIsReadOnly() {
        create("e1", "r1");
        pool.dispose();
        JdbcDataSource readOnly = new JdbcDataSource();
        readOnly.setUrl("jdbc:h2:file:" + directory.resolve("journal") + ";ACCESS_MODE_DATA=r");
        readOnly.setUser("sa");
        dataSource.set(readOnly);

        assertThatThrownBy(() -> create("e2", "r2"))
                .isInstanceOf(JournalUnavailableException.class)
                .hasMessageContaining("the H2 database is read-only");
    }

    @Test
    void shouldLoseNothingThatWasAcknowledgedWhenTheProcessIsKilled() throws Exception {
        List<String> names = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            Path acknowledged = directory.resolve("acknowledged-" + kill);
            Process writer = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Writer.class.getName(),
                            directory.resolve("killed").toString(),
                            "kill-" + kill)
                    .redirectOutput(acknowledged.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Awaitility.await("writes")
                    .atMost(Duration.ofMinutes(1))
                    .failFast("the writer ended", () -> !writer.isAlive())
                    .until(() -> Files.readAllLines(acknowledged).size() > 300);
            writer.destroyForcibly().waitFor();
            List<String> lines = Files.readAllLines(acknowledged);
            // The last line may be cut off
            names.addAll(lines.subList(0, lines.size() - 1));
        }

        JdbcConnectionPool killed = JdbcConnectionPool.create("jdbc:h2:file:" + directory.resolve("killed"), "sa", "");
        dataSource.set(killed);
        for (String name : names) {
            assertThat(journal.find(Requested.start(name, "r", "{}").id()))
                    .as(name)
                    .hasValueSatisfying(
                            execution -> assertThat(execution.status()).isEqualTo(ExecutionStatus.FAILED));
        }
        killed.dispose();
    }

    /** Prints the name of each execution that is created and ended. */
    static final class Writer {
        public static void main(String[] arguments) {
            JdbcConnectionPool pool = JdbcConnectionPool.create("jdbc:h2:file:" + arguments[0], "sa", "");
            JdbcJournal journal = new JdbcJournal("writer", () -> Optional.of(pool), RETENTION, Clock.systemUTC());
            for (int thread = 0; thread < 4; thread++) {
                String prefix = arguments[1] + "-" + thread + "-";
                new Thread(() -> {
                            for (int i = 0; ; i++) {
                                System.out.println(write(journal, prefix + i));
                            }
                        })
                        .start();
            }
        }

        private static String write(JdbcJournal journal, String name) {
            Execution created = Recorded.create(
                    journal,
                    Requested.start(name, name, "{}"),
                    Instant.now(),
                    new HistoryEvent(
                            1, Instant.now(), HistoryEventType.ExecutionStarted, Map.of("input", "y".repeat(1_500))));
            Recorded.end(
                    journal,
                    created,
                    new HistoryEvent(2, Instant.now(), HistoryEventType.ExecutionFailed, Map.of("error", "E")),
                    ExecutionStatus.FAILED);
            return name;
        }
    }

    private Execution create(String name, String requestId) {
        return create(journal, name, requestId);
    }

    private Execution create(Journal where, String name, String requestId) {
        return Recorded.create(
                where,
                Requested.start(name, requestId, "{}"),
                clock.instant(),
                event(1, HistoryEventType.ExecutionStarted, Map.of("input", "\"" + "z".repeat(2_000) + "\"")));
    }

    private Execution end(Execution execution, int day) {
        Recorded.end(
                journal,
                execution,
                event(2, HistoryEventType.ExecutionFailed, Map.of("error", "E", "cause", "on day " + day)),
                ExecutionStatus.FAILED);
        return journal.find(execution.id()).orElseThrow();
    }

    private HistoryEvent event(long id, HistoryEventType type, Map<String, String> details) {
        return new HistoryEvent(id, clock.instant(), type, details);
    }

    private int rows(String table) {
        return number("SELECT count(*) FROM " + table);
    }

    private int number(String sql) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
