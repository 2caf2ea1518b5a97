package org.linkmoderation.journal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.Waiting;

/**
 * The truth about executions: their records and histories. A transition that could not be journaled has not happened.
 */
public interface Journal extends HistoryWriter {
    /** A longer text in the details of an event is stored apart from the record. */
    int MAX_INLINE_CHARACTERS = 1_024;

    /** The record and the history of an execution, as of now (a consistent read). */
    Optional<Execution> find(ExecutionId id);

    /**
     * A page of a list of executions.
     *
     * @throws JournalRefusedException if the token of the query is none
     */
    ExecutionPage list(ExecutionQuery query);

    /**
     * The executions that the sweep is to look at: those whose {@code wakeAt} has come. What is listed may have moved
     * on since.
     *
     * @param stateMachine the name of the state machine
     * @param now the time
     * @param limit how many at most
     */
    List<ExecutionId> due(String stateMachine, Instant now, int limit);

    /**
     * How many executions wait, by what they wait for, as of a moment ago.
     *
     * @param stateMachine the name of the state machine
     * @param limit how many are counted at most
     */
    Map<Waiting.Reason, Integer> waiting(String stateMachine, int limit);

    /**
     * A page of the executions that wait for the answer to a task, as of a moment ago. What is listed may have moved on
     * since.
     *
     * @param stateMachine the name of the state machine
     * @param limit how many on a page
     * @param token the {@link CallbackPage#nextToken()} of the page before; empty for the first
     * @throws JournalRefusedException if the token is none
     */
    CallbackPage callbacks(String stateMachine, int limit, Optional<String> token);

    /**
     * How many executions have not ended, as of a moment ago.
     *
     * @param stateMachine the name of the state machine
     * @param limit how many are counted at most
     */
    int inFlight(String stateMachine, int limit);

    /**
     * Has the sweep look at an execution at another time, without any change to its history.
     *
     * @param found the execution as it was found
     * @param wakeAt the time
     * @return false if somebody else has changed it since: another node takes care of it
     */
    boolean postpone(Execution found, Instant wakeAt);

    /**
     * Deletes an execution that has ended, with its history. Its name can be used again, but for the time that records
     * are kept not by the requests that it belonged to.
     *
     * @throws ExecutionFencedException if it is no longer as it was found
     */
    void delete(Execution recorded);

    /**
     * Records an execution that has ended in another journal: its record, with the dates and requests that it has
     * there, and its whole history. It is kept as long as one that ended here at that time.
     *
     * @param ended the execution as the other journal gives it
     * @throws ExecutionRecordedException if there is a record of that name; it is left as it is
     * @throws ExecutionDeletedException if one of that name was deleted that a request of this one belonged to
     * @throws JournalUnavailableException if the journal does not answer; this can be repeated
     */
    void restore(Execution ended);

    /** The check whether it answers. */
    ServiceCheck check();
}
