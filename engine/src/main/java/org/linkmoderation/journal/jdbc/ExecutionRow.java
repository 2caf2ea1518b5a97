package org.linkmoderation.journal.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.RunState;

/** The columns of an execution, and back. */
final class ExecutionRow {
    /** The columns that a list needs. */
    static final String SUMMARY = "state_machine, name, status, start_date, stop_date, waiting, redrive_count";

    private ExecutionRow() {}

    /** The parameters of the columns of a run state: {@link #RUN_STATE}. */
    static List<Parameter> parameters(RunState run) {
        return List.of(
                Parameter.of(run.status().name()),
                Parameter.of(run.token()),
                Parameter.ofText(run.claimedBy()),
                Parameter.of(run.redriveCount()),
                Parameter.ofText(run.waiting().map(waiting -> waiting.reason().name())),
                Parameter.ofText(run.waiting().map(RunStateJson::write)),
                Parameter.ofText(run.doubt().map(RunStateJson::write)),
                Parameter.ofDate(run.wakeAt()));
    }

    /** The columns of a run state, as an UPDATE sets them. */
    static final String RUN_STATE = "status = ?, token = ?, claimed_by = ?, redrive_count = ?, waiting_reason = ?,"
            + " waiting = ?, doubt = ?, wake_at = ?";

    static RunState run(ResultSet row) throws SQLException {
        return new RunState(
                ExecutionStatus.valueOf(row.getString("status")),
                row.getString("token"),
                text(row, "claimed_by"),
                text(row, "waiting").map(RunStateJson::readWaiting),
                date(row, "wake_at"),
                text(row, "doubt").map(RunStateJson::readDoubt),
                row.getInt("redrive_count"));
    }

    /** An execution from its row without its history. */
    static Execution execution(ExecutionId id, ResultSet row) throws SQLException {
        return new Execution(
                id.stateMachine(),
                id.name(),
                row.getString("incarnation"),
                RequestIds.read(row.getString("request_ids")),
                row.getString("definition"),
                run(row),
                "",
                date(row, "start_date").orElseThrow(),
                List.of());
    }

    /** The execution with its history, which has its input. */
    static Execution with(Execution row, List<HistoryEvent> events) {
        return new Execution(
                row.stateMachine(),
                row.name(),
                row.incarnation(),
                row.requestIds(),
                row.definition(),
                row.run(),
                events.get(0).details().get("input"),
                row.startDate(),
                events);
    }

    static ExecutionSummary summary(ResultSet row) throws SQLException {
        return new ExecutionSummary(
                row.getString("state_machine"),
                row.getString("name"),
                ExecutionStatus.valueOf(row.getString("status")),
                date(row, "start_date").orElseThrow(),
                date(row, "stop_date"),
                text(row, "waiting").map(RunStateJson::readWaiting),
                Optional.of(row.getInt("redrive_count")));
    }

    static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    static Optional<Instant> date(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }
}
