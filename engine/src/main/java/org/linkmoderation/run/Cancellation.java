package org.linkmoderation.run;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.linkmoderation.ErrorName;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.Journal;

/**
 * The decision that what a saga has done is to be undone, as the event {@code SagaCancelling} holds it: once it is
 * journaled, no run goes forward. All that write or read this event do it here.
 *
 * @param end the status that the execution ends with when all is undone
 * @param error the error name that it ends with
 * @param cause the cause of the error
 */
public record Cancellation(ExecutionStatus end, String error, String cause) {
    private static final String STATUS = "status";
    private static final String ERROR = "error";
    private static final String CAUSE = "cause";

    /** Because a step failed, or the time was over in a run. */
    public static Cancellation because(ExecutionStatus end, TaskFailedException failure) {
        return new Cancellation(end, failure.error(), failure.errorCause());
    }

    /** Because the coordinator says that the time is over. */
    public static Cancellation timedOut() {
        return new Cancellation(
                ExecutionStatus.TIMED_OUT,
                ErrorName.TIMEOUT,
                "The coordinator has cancelled the saga: it did not end within its time.");
    }

    /** Because an operator stops the execution. */
    public static Cancellation stopped(String error, String cause) {
        return new Cancellation(ExecutionStatus.ABORTED, error, cause);
    }

    /** The decision that a recorded execution was made about, if one was. */
    public static Optional<Cancellation> of(Execution execution) {
        return execution.last(HistoryEventType.SagaCancelling).map(Cancellation::of);
    }

    static Cancellation of(Map<String, String> details) {
        return new Cancellation(ExecutionStatus.valueOf(details.get(STATUS)), details.get(ERROR), details.get(CAUSE));
    }

    /**
     * Journals the decision from outside a run, which stops the run, if there is one, at its next write.
     *
     * @param found the execution as it was read
     * @throws ExecutionFencedException if it is no longer as it was read
     */
    public void journal(Execution found, Journal journal, Clock clock, ExecutionListener listener) {
        int after = found.events().size();
        journal.append(
                found.id(),
                after,
                List.of(new HistoryEvent(
                        after + 1L, RunHistory.now(clock), HistoryEventType.SagaCancelling, details())),
                Optional.empty());
        listener.compensationBegan(found.id());
    }

    Map<String, String> details() {
        return Map.of(STATUS, end.name(), ERROR, error, CAUSE, cause);
    }

    /** The last event of an execution that was undone. */
    HistoryEventType lastEvent() {
        return switch (end) {
            case TIMED_OUT -> HistoryEventType.ExecutionTimedOut;
            case ABORTED -> HistoryEventType.ExecutionAborted;
            default -> HistoryEventType.ExecutionFailed;
        };
    }

    Map<String, String> lastDetails() {
        return Map.of(ERROR, error, CAUSE, cause);
    }
}
