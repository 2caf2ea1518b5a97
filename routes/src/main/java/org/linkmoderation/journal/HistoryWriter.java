package org.linkmoderation.journal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.StartRequest;

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
        public void create(StartRequest request, Instant startDate, List<HistoryEvent> events) {
            // Nothing is kept
        }

        @Override
        public void append(ExecutionId id, long after, List<HistoryEvent> events, Optional<ExecutionStatus> end) {
            // Nothing is kept
        }
    };

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
}
