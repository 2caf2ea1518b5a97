package org.linkmoderation.journal;

import java.util.List;
import java.util.Optional;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.StartRequest;

/**
 * The truth about executions: their records and histories. A transition that could not be journaled has not happened.
 */
public interface Journal extends HistoryWriter {
    /** A longer text in the details of an event is stored apart from the record. */
    int MAX_INLINE_CHARACTERS = 1_024;

    /**
     * Makes an execution that has ended run again.
     *
     * @param recorded the execution as it was found
     * @param request the request to do so
     * @param events the events to append
     * @throws ExecutionFencedException if it is no longer as it was found
     */
    void redrive(Execution recorded, StartRequest request, List<HistoryEvent> events);

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

    /** The check whether it answers. */
    ServiceCheck check();
}
