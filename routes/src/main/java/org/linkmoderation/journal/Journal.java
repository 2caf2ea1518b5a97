package org.linkmoderation.journal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
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
    void append(ExecutionId id, long after, List<HistoryEvent> events, Optional<ExecutionStatus> end);

    /**
     * Makes an execution that has ended run again.
     *
     * @param recorded the execution as it was found
     * @param requestId identifies the request to do so
     * @param events the events to append
     * @throws ExecutionFencedException if it is no longer as it was found
     */
    void redrive(Execution recorded, String requestId, List<HistoryEvent> events);

    /** The record and the history of an execution, as of now (a consistent read). */
    Optional<Execution> find(ExecutionId id);

    /** A page of a list of executions. */
    ExecutionPage list(ExecutionQuery query);

    /**
     * Deletes the record of an execution that has ended, with its history.
     *
     * @throws ExecutionFencedException if it is no longer as it was found
     */
    void delete(Execution recorded);
}
