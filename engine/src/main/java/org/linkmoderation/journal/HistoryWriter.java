package org.linkmoderation.journal;

import java.util.List;
import org.linkmoderation.Execution;
import org.linkmoderation.HistoryEvent;

/**
 * Where a run writes what happens to its execution.
 *
 * <p>Each method throws {@link JournalUnavailableException} when the journal does not answer; then nothing is known of
 * the write, and the execution is to be taken up again from what is journaled.
 */
public interface HistoryWriter {
    /** For EXPRESS executions, which leave no trail but in the log. */
    HistoryWriter NONE = new HistoryWriter() {
        @Override
        public void create(Execution started, List<HistoryEvent> events) {
            // Nothing is kept
        }

        @Override
        public void write(Transition transition) {
            // Nothing is kept
        }
    };

    /**
     * Creates the record of an execution with its first events.
     *
     * @throws ExecutionRecordedException if there is a record of that name; it is left as it is
     * @throws ExecutionDeletedException if one of that name which the same request started was deleted
     */
    void create(Execution started, List<HistoryEvent> events);

    /**
     * Makes one step of an execution.
     *
     * @throws ExecutionFencedException if the execution was moved by another hand since it was read; it is left as it
     *     is
     */
    void write(Transition transition);
}
