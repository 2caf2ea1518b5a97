package org.linkmoderation.itests.crash;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.journal.jdbc.JdbcJournal;
import org.linkmoderation.testkit.PostgreSqlServer;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL that has the journal of containers, in a process of its own, so that it can be killed. */
public final class JournalDatabase implements AutoCloseable {
    private static final String STATE_MACHINE = "moderation";

    private final PostgreSqlServer server = PostgreSqlServer.started();
    private final JdbcJournal journal;

    /** One that has started. */
    public JournalDatabase() {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(server.url());
        dataSource.setUser(server.user());
        dataSource.setPassword(server.password());
        journal = new JdbcJournal("tests", () -> Optional.of(dataSource), Duration.ofDays(90), Clock.systemUTC());
    }

    /** Has a container keep its journal there. */
    public void configure(KarafNode node) {
        JournalDataSource.configure(node, "PostgreSQL JDBC Driver", server.url(), server.user(), server.password())
                .setting("org.linkmoderation.journal", "journal", "jdbc")
                .setting(JournalDataSource.SETTINGS, "hikari.maximumPoolSize", "32")
                .setting(JournalDataSource.SETTINGS, "hikari.initializationFailTimeout", "-1")
                .setting(JournalDataSource.SETTINGS, "hikari.connectionTimeout", "3000");
    }

    /** The server. */
    public PostgreSqlServer server() {
        return server;
    }

    void kill() {
        server.kill();
    }

    void start() {
        server.start();
    }

    /** All executions by name. */
    Map<String, RecordedExecution> executions() {
        Map<String, RecordedExecution> executions = new TreeMap<>();
        ExecutionQuery query = ExecutionQuery.all(STATE_MACHINE, ExecutionQuery.MAX_LIMIT);
        Optional<String> token = Optional.empty();
        do {
            ExecutionPage page = journal.list(query.page(token));
            for (ExecutionSummary summary : page.executions()) {
                journal.find(new ExecutionId(STATE_MACHINE, summary.name()))
                        .ifPresent(execution -> executions.put(execution.name(), recorded(execution)));
            }
            token = page.nextToken();
        } while (token.isPresent());
        return executions;
    }

    private static RecordedExecution recorded(Execution execution) {
        return new RecordedExecution(
                execution.name(),
                execution.status().name(),
                execution.startDate(),
                execution.stopDate().orElse(null),
                null,
                execution.redriveCount(),
                execution.events().stream()
                        .map(event -> new RecordedExecution.Event(
                                event.id(), event.timestamp(), event.type().name(), new TreeMap<>(event.details())))
                        .toList());
    }

    @Override
    public void close() {
        journal.close();
        server.close();
    }
}
