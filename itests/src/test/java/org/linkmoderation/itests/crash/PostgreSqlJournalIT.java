package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.returnsInputWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.linkmoderation.itests.ModerationNode;
import org.linkmoderation.itests.ShellResult;
import org.linkmoderation.testkit.ScriptedLambda;

/** A container whose journal is in a PostgreSQL that hangs, or whose disk is full. */
@EnabledIf("org.linkmoderation.testkit.PostgreSqlServer#isInstalled")
class PostgreSqlJournalIT {
    /** Above the time after which an answer of the database counts as lost. */
    private static final Duration HANG = Duration.ofSeconds(15);

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int EXECUTIONS = 20;
    private static final int ATTEMPTS = 3;

    private static JournalDatabase database;
    private static ModerationNode node;

    @BeforeAll
    static void start() {
        database = new JournalDatabase();
        node = new ModerationNode("postgresql");
        database.configure(node.karaf());
        node.karaf()
                .setting("org.linkmoderation.broker", "redelivery.max.seconds", 4)
                .start();
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
        database.close();
    }

    @Test
    void shouldGoOnAfterTheDatabaseHung() {
        List<String> names = names("hung-");
        long since = System.nanoTime();
        // In the midst of the first executions; the function is asked again, since its answer can't be journaled
        ScriptedLambda.Step safe = returnsInputWith("safe", "true");
        node.lambda().script(names.get(0), safe.after(database.server()::pause), safe);
        names.stream().skip(1).forEach(name -> node.lambda().script(name, safe));
        int logged = node.karaf().log().length();
        request(names);

        awaitUnavailable(logged);
        node.karaf().await("the time that it hangs", PATIENCE, () -> System.nanoTime() - since > HANG.toNanos());
        database.server().resume();

        assertEachIsDoneOnce(names);
    }

    @Test
    void shouldGoOnAfterTheDiskWasFull() throws SQLException {
        fillHistory();
        List<String> names = names("full-");
        names.forEach(name -> node.lambda().script(name, returnsInputWith("safe", "true")));
        int logged = node.karaf().log().length();
        database.server().limitFiles();
        request(names);

        ShellResult status = awaitUnavailable(logged);
        assertThat(status.output()).contains("could not extend file");
        database.server().unlimitFiles();

        assertEachIsDoneOnce(names);
    }

    private static List<String> names(String prefix) {
        return IntStream.range(0, EXECUTIONS).mapToObj(i -> prefix + i).toList();
    }

    private static void request(List<String> names) {
        for (String name : names) {
            node.links().putPending(name, url(name));
            node.messages().request(name, name, url(name));
        }
    }

    /** The table of histories is larger than a file may be from now on. */
    private static void fillHistory() throws SQLException {
        try (Connection connection = database.server().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO link_moderation_history SELECT 'nobody', n, repeat('x', 1570) FROM"
                    + " generate_series(1, 12000) AS n");
            statement.execute("CHECKPOINT");
        }
    }

    /** The log has a sentence, and the status, in the same words. */
    private static ShellResult awaitUnavailable(int logged) {
        node.karaf()
                .await(
                        "the sentence in the log",
                        PATIENCE,
                        () -> node.karaf()
                                .log()
                                .substring(logged)
                                .contains("The journal can't be reached (data source 'link-moderation'): "));
        ShellResult[] status = new ShellResult[1];
        node.karaf().await("the sentence in the status", PATIENCE, () -> {
            status[0] = node.karaf().shell("moderation:status --json");
            return !status[0].succeeded() && status[0].output().contains("Journal, data source link-moderation");
        });
        return status[0];
    }

    private static void assertEachIsDoneOnce(List<String> names) {
        for (String name : names) {
            RecordedExecution execution = RecordedExecution.ofExport(node.awaitEnd(name, PATIENCE));
            execution.checkHistory(ATTEMPTS);
            execution.checkDecision(node.links(), name, true);
        }
        node.karaf()
                .await(
                        "the status",
                        PATIENCE,
                        () -> node.karaf().shell("moderation:status").succeeded());
    }

    private static String url(String code) {
        return "https://example.org/" + code;
    }
}
