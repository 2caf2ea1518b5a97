package org.linkmoderation.journal.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.RunState;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.Waiting;
import org.linkmoderation.journal.CallbackPage;
import org.linkmoderation.journal.ExecutionDeletedException;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.ExecutionRecordedException;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.JournalException;
import org.linkmoderation.journal.JournalUnavailableException;
import org.linkmoderation.journal.PageToken;
import org.linkmoderation.journal.Transition;

/**
 * The journal in a relational database. An execution is a row; what each append adds to its history is a row of its
 * own, so that the cost of <i>n</i> events grows as <i>n</i>. Row and history are written together, on the condition
 * that the row is as the writer knows it: nodes need no other agreement. No time is the database's.
 */
public final class JdbcJournal implements Journal, AutoCloseable {
    /** How many executions are read at once for a list by name, at least. */
    private static final int MAX_BATCH = 100;

    /** How many executions a list by name looks at before it gives what it has found. */
    private static final int MAX_READ = 1_000;

    /** How often a record is read again that was deleted while it was read. */
    private static final int MAX_FINDS = 3;

    private static final String CREATE = "INSERT INTO link_moderation_execution (state_machine, name, incarnation,"
            + " request_ids, definition, start_date, stop_date, expires_at, event_count, deleted_request_ids, status,"
            + " token, claimed_by, redrive_count, waiting_reason, waiting, doubt, wake_at) VALUES (?, ?, ?, ?, ?, ?, ?,"
            + " ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?)";

    private static final String CREATE_IN_PLACE = "UPDATE link_moderation_execution SET incarnation = ?, request_ids ="
            + " ?, definition = ?, start_date = ?, stop_date = ?, expires_at = ?, event_count = ?, "
            + ExecutionRow.RUN_STATE
            + " WHERE state_machine = ? AND name = ? AND incarnation = ? AND status IS NULL";

    private static final String IS_STILL = " WHERE state_machine = ? AND name = ? AND incarnation = ? AND event_count ="
            + " ? AND status = ? AND token = ? AND claimed_by IS NOT DISTINCT FROM ?";

    private static final String WRITE = "UPDATE link_moderation_execution SET " + ExecutionRow.RUN_STATE
            + ", event_count = ?, stop_date = ?, expires_at = ?, request_ids = request_ids || ?" + IS_STILL;

    private static final String POSTPONE =
            "UPDATE link_moderation_execution SET wake_at = ?" + IS_STILL + " AND wake_at = ?";

    private static final String BURY = "UPDATE link_moderation_execution SET status = NULL, token = NULL, claimed_by ="
            + " NULL, waiting_reason = NULL, waiting = NULL, doubt = NULL, wake_at = NULL, stop_date = NULL, request_ids ="
            + " '', deleted_request_ids = ?, expires_at = ?" + IS_STILL;

    private static final String FIND = "SELECT e.*, h.first_event, h.events FROM link_moderation_execution e JOIN"
            + " link_moderation_history h ON h.incarnation = e.incarnation WHERE e.state_machine = ? AND e.name = ? AND"
            + " e.status IS NOT NULL ORDER BY h.first_event";

    private final Database database;
    private final String name;
    private final Duration retention;
    private final Clock clock;
    private final Optional<Expiry> expiry;

    /** What is there of an execution that can't be created or written. */
    private record Found(Optional<ExecutionStatus> status, String incarnation, List<String> deletedRequestIds) {}

    /**
     * A journal that makes its tables, and deletes what has expired.
     *
     * @param name the name of the data source, for messages
     * @param dataSource gives the data source; empty while there is none
     * @param retention how long a record is kept after the execution's end
     * @param clock the clock of tombstones and of expiry
     */
    public JdbcJournal(String name, Supplier<Optional<DataSource>> dataSource, Duration retention, Clock clock) {
        this(name, dataSource, retention, clock, false);
    }

    /**
     * A journal that is only read: nothing is written to its database, which may be read-only.
     *
     * @param name the name of the data source, for messages
     * @param dataSource gives the data source; empty while there is none
     */
    public static JdbcJournal forReading(String name, Supplier<Optional<DataSource>> dataSource) {
        return new JdbcJournal(name, dataSource, Duration.ZERO, Clock.systemUTC(), true);
    }

    private JdbcJournal(
            String name,
            Supplier<Optional<DataSource>> dataSource,
            Duration retention,
            Clock clock,
            boolean isOnlyRead) {
        this.name = name;
        this.retention = retention;
        this.clock = clock;
        database = new Database(name, dataSource, isOnlyRead);
        expiry = isOnlyRead ? Optional.empty() : Optional.of(new Expiry(database, clock));
    }

    @Override
    public void close() {
        expiry.ifPresent(Expiry::close);
    }

    @Override
    public void create(Execution started, List<HistoryEvent> events) {
        insert(started.with(started.run(), events));
    }

    @Override
    public void restore(Execution ended) {
        insert(ended);
    }

    private void insert(Execution execution) {
        if (make(creation(CREATE, execution, Optional.empty()))) {
            return;
        }
        ExecutionId id = execution.id();
        Found found = look(id).orElseThrow(() ->
                new JournalUnavailableException("What was left of execution " + id + " has expired just now", null));
        if (found.deletedRequestIds.stream().anyMatch(execution.requestIds()::contains)) {
            throw new ExecutionDeletedException(id);
        }
        if (found.status.isPresent()) {
            throw new ExecutionRecordedException(find(id).orElseThrow(() ->
                    new JournalUnavailableException("Execution " + id + " was deleted while it was read", null)));
        }
        if (!make(creation(CREATE_IN_PLACE, execution, Optional.of(found.incarnation)))) {
            // What is there now is to be read again
            throw new JournalUnavailableException(
                    "Execution " + id + " was created by another request at the same time", null);
        }
    }

    /** @param tombstone the incarnation that was deleted, whose place the new one takes */
    private RowChange creation(String sql, Execution execution, Optional<String> tombstone) {
        List<HistoryEvent> events = execution.events();
        List<Parameter> key = List.of(Parameter.of(execution.stateMachine()), Parameter.of(execution.name()));
        List<Parameter> values = Stream.concat(
                        Stream.of(
                                Parameter.of(execution.incarnation()),
                                Parameter.of(RequestIds.write(execution.requestIds())),
                                Parameter.of(execution.definition()),
                                Parameter.of(execution.startDate()),
                                Parameter.ofDate(execution.stopDate()),
                                Parameter.ofDate(execution.stopDate().map(date -> date.plus(retention))),
                                Parameter.of(events.size())),
                        ExecutionRow.parameters(execution.run()).stream())
                .toList();
        List<Parameter> parameters = new ArrayList<>();
        parameters.addAll(tombstone.isEmpty() ? key : values);
        parameters.addAll(tombstone.isEmpty() ? values : key);
        tombstone.map(Parameter::of).ifPresent(parameters::add);
        Map<String, String> payloads = new HashMap<>();
        return new RowChange(
                sql, parameters, execution.incarnation(), 1, HistoryJson.write(events, payloads), payloads);
    }

    @Override
    public void write(Transition transition) {
        List<HistoryEvent> events = transition.events();
        RunState to = transition.to();
        Optional<Instant> stop = to.status().isFinal()
                ? Optional.of(events.get(events.size() - 1).timestamp())
                : Optional.empty();
        List<Parameter> parameters = new ArrayList<>(ExecutionRow.parameters(to));
        parameters.add(Parameter.of(transition.after() + events.size()));
        parameters.add(Parameter.ofDate(stop));
        parameters.add(Parameter.ofDate(stop.map(date -> date.plus(retention))));
        parameters.add(Parameter.of(transition.requestId().map(RequestIds::line).orElse("")));
        parameters.addAll(isStill(transition.id(), transition.incarnation(), transition.after(), transition.from()));
        Map<String, String> payloads = new HashMap<>();
        boolean isMade = make(
                events.isEmpty()
                        ? new RowChange(WRITE, parameters)
                        : new RowChange(
                                WRITE,
                                parameters,
                                transition.incarnation(),
                                transition.after() + 1,
                                HistoryJson.write(events, payloads),
                                payloads));
        if (!isMade) {
            throw fenced(transition.id());
        }
    }

    private boolean make(RowChange change) {
        return database.write((connection, dialect) -> dialect.make(connection, change));
    }

    private static List<Parameter> isStill(ExecutionId id, String incarnation, long after, RunState from) {
        return List.of(
                Parameter.of(id.stateMachine()),
                Parameter.of(id.name()),
                Parameter.of(incarnation),
                Parameter.of(after),
                Parameter.of(from.status().name()),
                Parameter.of(from.token()),
                Parameter.ofText(from.claimedBy()));
    }

    private static List<Parameter> isStill(Execution found) {
        return isStill(found.id(), found.incarnation(), found.events().size(), found.run());
    }

    private JournalException fenced(ExecutionId id) {
        return new ExecutionFencedException(id, look(id).flatMap(Found::status));
    }

    private Optional<Found> look(ExecutionId id) {
        return database.ask((connection, dialect) -> look(connection, id));
    }

    private static Optional<Found> look(Connection connection, ExecutionId id) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT status, incarnation, deleted_request_ids FROM"
                        + " link_moderation_execution WHERE state_machine = ? AND name = ?")) {
            Parameter.set(statement, List.of(Parameter.of(id.stateMachine()), Parameter.of(id.name())));
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Found(
                                ExecutionRow.text(row, "status").map(ExecutionStatus::valueOf),
                                row.getString("incarnation"),
                                RequestIds.read(row.getString("deleted_request_ids"))))
                        : Optional.empty();
            }
        }
    }

    @Override
    public Optional<Execution> find(ExecutionId id) {
        for (int attempt = 1; ; attempt++) {
            try {
                return database.ask((connection, dialect) -> find(connection, id));
            } catch (Texts.MissingPayloadException e) {
                if (attempt == MAX_FINDS) {
                    throw new JournalUnavailableException(
                            "The record of execution " + id + " is damaged: a text of its history is missing", e);
                }
            }
        }
    }

    /** Row and history are read by one statement, and so as of one time. */
    private static Optional<Execution> find(Connection connection, ExecutionId id) throws SQLException {
        Execution execution = null;
        List<Texts.Append> appends = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            Parameter.set(statement, List.of(Parameter.of(id.stateMachine()), Parameter.of(id.name())));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (execution == null) {
                        execution = ExecutionRow.execution(id, rows);
                    }
                    appends.add(new Texts.Append(rows.getLong("first_event"), rows.getString("events")));
                }
            }
        }
        return execution == null
                ? Optional.empty()
                : Optional.of(ExecutionRow.with(execution, Texts.events(connection, execution.incarnation(), appends)));
    }

    @Override
    public List<ExecutionId> due(String stateMachine, Instant now, int limit) {
        return query(
                "SELECT name FROM link_moderation_execution WHERE state_machine = ? AND wake_at <= ? ORDER BY wake_at"
                        + " LIMIT ?",
                List.of(Parameter.of(stateMachine), Parameter.of(now), Parameter.of(limit)),
                row -> new ExecutionId(stateMachine, row.getString("name")));
    }

    @Override
    public Map<Waiting.Reason, Integer> waiting(String stateMachine, int limit) {
        Map<Waiting.Reason, Integer> counted = new EnumMap<>(Waiting.Reason.class);
        query(
                "SELECT waiting_reason, count(*) AS executions FROM (SELECT waiting_reason FROM"
                        + " link_moderation_execution WHERE state_machine = ? AND wake_at IS NOT NULL AND waiting_reason"
                        + " IS NOT NULL LIMIT ?) AS waiting GROUP BY waiting_reason",
                List.of(Parameter.of(stateMachine), Parameter.of(limit)),
                row -> counted.put(Waiting.Reason.valueOf(row.getString("waiting_reason")), row.getInt("executions")));
        return counted;
    }

    /** In the order of the index by wake-up. A token names the last execution of the page before. */
    @Override
    public CallbackPage callbacks(String stateMachine, int limit, Optional<String> token) {
        Optional<PageToken> after = token.map(PageToken::read);
        List<Parameter> parameters = new ArrayList<>();
        parameters.add(Parameter.of(stateMachine));
        parameters.add(Parameter.of(Waiting.Reason.CALLBACK.name()));
        after.ifPresent(last -> parameters.addAll(
                List.of(Parameter.of(last.date()), Parameter.of(last.date()), Parameter.of(last.key()))));
        parameters.add(Parameter.of(limit + 1L));
        List<PageToken> found = query(
                "SELECT wake_at, name FROM link_moderation_execution WHERE state_machine = ? AND wake_at IS NOT NULL AND"
                        + " waiting_reason = ?"
                        + (after.isPresent() ? " AND wake_at >= ? AND (wake_at, name) > (?, ?)" : "")
                        + " ORDER BY wake_at, name LIMIT ?",
                parameters,
                row -> new PageToken(ExecutionRow.date(row, "wake_at").orElseThrow(), row.getString("name")));
        List<PageToken> page = found.subList(0, Math.min(limit, found.size()));
        return new CallbackPage(
                page.stream()
                        .map(execution -> new ExecutionId(stateMachine, execution.key()))
                        .toList(),
                page.size() < found.size()
                        ? Optional.of(page.get(page.size() - 1).text())
                        : Optional.empty());
    }

    @Override
    public int inFlight(String stateMachine, int limit) {
        return query(
                        "SELECT count(*) AS executions FROM (SELECT name FROM link_moderation_execution WHERE"
                                + " state_machine = ? AND wake_at IS NOT NULL LIMIT ?) AS running",
                        List.of(Parameter.of(stateMachine), Parameter.of(limit)),
                        row -> row.getInt("executions"))
                .get(0);
    }

    @Override
    public boolean postpone(Execution found, Instant wakeAt) {
        List<Parameter> parameters = new ArrayList<>();
        parameters.add(Parameter.of(wakeAt));
        parameters.addAll(isStill(found));
        parameters.add(Parameter.ofDate(found.run().wakeAt()));
        return make(new RowChange(POSTPONE, parameters));
    }

    @Override
    public void delete(Execution recorded) {
        boolean isDeleted = database.write(
                (connection, dialect) -> Transactions.inOne(connection, () -> bury(connection, dialect, recorded)));
        if (!isDeleted) {
            throw fenced(recorded.id());
        }
    }

    private boolean bury(Connection connection, Dialect dialect, Execution recorded) throws SQLException {
        // What a name had before it changes with its incarnation only
        List<String> deletedBefore =
                look(connection, recorded.id()).map(Found::deletedRequestIds).orElse(List.of());
        List<Parameter> parameters = new ArrayList<>();
        parameters.add(Parameter.of(RequestIds.write(RequestIds.deleted(deletedBefore, recorded.requestIds()))));
        parameters.add(Parameter.of(clock.instant().plus(retention)));
        parameters.addAll(isStill(recorded));
        if (!dialect.make(connection, new RowChange(BURY, parameters))) {
            return false;
        }
        Texts.delete(connection, List.of(recorded.incarnation()));
        return true;
    }

    @Override
    public ServiceCheck check() {
        return new ServiceCheck("Journal, data source " + name, database::check);
    }

    @Override
    public ExecutionPage list(ExecutionQuery query) {
        return query.namePrefix().isEmpty() ? listByStatus(query) : listByName(query);
    }

    /** The newest of each status by the index, merged. A token names the next execution. */
    private ExecutionPage listByStatus(ExecutionQuery query) {
        Optional<PageToken> token = query.token().map(PageToken::read);
        String ofStatus = "(SELECT " + ExecutionRow.SUMMARY + " FROM link_moderation_execution WHERE state_machine = ?"
                + " AND status = ? AND start_date >= ? AND start_date < ?"
                + (token.isPresent() ? " AND start_date <= ? AND (start_date, name) <= (?, ?)" : "")
                + " ORDER BY start_date DESC, name DESC LIMIT ?)";
        List<String> selects = new ArrayList<>();
        List<Parameter> parameters = new ArrayList<>();
        for (ExecutionStatus status : query.statuses()) {
            selects.add(ofStatus);
            parameters.addAll(List.of(
                    Parameter.of(query.stateMachine()),
                    Parameter.of(status.name()),
                    Parameter.of(query.from()),
                    Parameter.of(query.to())));
            token.ifPresent(next -> parameters.addAll(
                    List.of(Parameter.of(next.date()), Parameter.of(next.date()), Parameter.of(next.key()))));
            parameters.add(Parameter.of(query.limit() + 1L));
        }
        parameters.add(Parameter.of(query.limit() + 1L));
        List<ExecutionSummary> found = query(
                "SELECT * FROM (" + String.join(" UNION ALL ", selects)
                        + ") AS newest ORDER BY start_date DESC, name DESC LIMIT ?",
                parameters,
                ExecutionRow::summary);
        return found.size() <= query.limit()
                ? new ExecutionPage(found, Optional.empty())
                : new ExecutionPage(
                        found.subList(0, query.limit()),
                        Optional.of(PageToken.of(found.get(query.limit())).text()));
    }

    /**
     * In the order of names, a page at a time until enough of them fit, or many did not. A token is the name of the
     * last execution that was looked at.
     */
    private ExecutionPage listByName(ExecutionQuery query) {
        List<ExecutionSummary> found = new ArrayList<>();
        int count = query.includesAll() ? query.limit() : Math.max(query.limit(), MAX_BATCH);
        Optional<String> last = query.token();
        for (int read = 0; read < MAX_READ; read += count) {
            List<ExecutionSummary> page = named(query, last, count);
            for (ExecutionSummary execution : page) {
                last = Optional.of(execution.name());
                if (query.includes(execution)) {
                    found.add(execution);
                    if (found.size() == query.limit()) {
                        return new ExecutionPage(found, last);
                    }
                }
            }
            if (page.size() < count) {
                return new ExecutionPage(found, Optional.empty());
            }
        }
        return new ExecutionPage(found, last);
    }

    private List<ExecutionSummary> named(ExecutionQuery query, Optional<String> after, int count) {
        return database.ask((connection, dialect) -> query(
                connection,
                "SELECT " + ExecutionRow.SUMMARY + " FROM link_moderation_execution WHERE state_machine = ? AND name >="
                        + " ? AND name < ? AND name > ? AND status IS NOT NULL ORDER BY name LIMIT ?",
                List.of(
                        Parameter.of(query.stateMachine()),
                        Parameter.of(query.namePrefix()),
                        Parameter.of(query.namePrefix() + dialect.lastCharacter()),
                        Parameter.of(after.orElse("")),
                        Parameter.of(count)),
                ExecutionRow::summary));
    }

    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> query(String sql, List<Parameter> parameters, Reader<T> reader) {
        return database.ask((connection, dialect) -> query(connection, sql, parameters, reader));
    }

    private static <T> List<T> query(Connection connection, String sql, List<Parameter> parameters, Reader<T> reader)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            Parameter.set(statement, parameters);
            List<T> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(reader.read(rows));
                }
            }
            return found;
        }
    }

    /** For tests of retention. */
    Expiry expiry() {
        return expiry.orElseThrow();
    }
}
