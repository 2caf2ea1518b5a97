package org.linkmoderation.run;

import java.util.Map;
import java.util.Optional;
import org.linkmoderation.ErrorName;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.TaskFailedException;

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

    /** Because a step failed, the time was over in a run, or an operator stops the execution. */
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

    /** The decision that a recorded execution was made about, if one was. */
    public static Optional<Cancellation> of(Execution execution) {
        return execution.last(HistoryEventType.SagaCancelling).map(Cancellation::of);
    }

    static Cancellation of(Map<String, String> details) {
        return new Cancellation(ExecutionStatus.valueOf(details.get(STATUS)), details.get(ERROR), details.get(CAUSE));
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
