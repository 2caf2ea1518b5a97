package org.linkmoderation.journal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.linkmoderation.Doubt;
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
        public void append(ExecutionId id, long after, List<HistoryEvent> events, Optional<ExecutionStatus> status) {
            // Nothing is kept
        }

        @Override
        public void doubt(ExecutionId id, long after, List<HistoryEvent> events, Doubt doubt) {
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
     * @param status the status from now on, if it changes: a final one, if the last of the events is the end of the
     *     execution, or {@code RUNNING}, if it is no longer in doubt
     * @throws ExecutionFencedException if the history has grown, or the execution has ended, by another hand
     */
    void append(ExecutionId id, long after, List<HistoryEvent> events, Optional<ExecutionStatus> status);

    /**
     * Notes that an execution is in doubt.
     *
     * @param after how many events the history has now
     * @param events events to append; may be none: a doubt that lasts does not fill the history
     * @param doubt what keeps it from being undone, in place of what was noted before
     * @throws ExecutionFencedException if the history has grown, or the execution has ended, by another hand
     */
    void doubt(ExecutionId id, long after, List<HistoryEvent> events, Doubt doubt);
}
