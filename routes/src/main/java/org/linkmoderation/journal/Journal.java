package org.linkmoderation.journal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.StartRequest;

/**
 * The truth about executions: their records and histories. A transition that could not be journaled has not happened.
 *
 * <p>Each method throws {@link JournalUnavailableException} when the journal does not answer; then nothing is known of
 * the write, and the execution is to be taken up again from what is journaled.
 */
public interface Journal {
    /**
     * Creates the record of an execution with its first events.
     *
     * @throws ExecutionRecordedException if there is a record of that name; it is left as it is
     */
    void create(StartRequest request, Instant startDate, List<HistoryEvent> events);

    /**
     * Appends events to the history of an execution that runs.
     *
     * @param after how many events the history has now: of two that append behind the same event, one succeeds
     * @param end the final status, if the last of the events is the end of the execution
     * @throws ExecutionFencedException if the history has grown, or the execution has ended, by another hand
     */
    void append(StartRequest request, long after, List<HistoryEvent> events, Optional<ExecutionStatus> end);

    /** The record and the history of an execution, as of now (a consistent read). */
    Optional<Execution> find(String stateMachine, String name);

    /** Executions in the given statuses, newest first. */
    List<ExecutionSummary> list(String stateMachine, Set<ExecutionStatus> statuses, int limit);
}
