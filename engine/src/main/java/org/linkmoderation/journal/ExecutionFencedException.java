package org.linkmoderation.journal;

import java.util.Optional;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionStatus;

/** Another run of the same execution has written since this one last did, or the execution was ended from outside. */
public class ExecutionFencedException extends JournalException {
    private final Optional<ExecutionStatus> status;

    /** @param status the status that was found; empty if the record is gone */
    public ExecutionFencedException(ExecutionId id, Optional<ExecutionStatus> status) {
        super(
                "Execution " + id + ": another run has taken over ("
                        + status.map(Enum::name).orElse("the record is gone") + ")",
                null);
        this.status = status;
    }

    /** Whether the execution has ended, so that nothing is left to do for it. */
    public boolean isEnded() {
        return status.map(ExecutionStatus::isFinal).orElse(true);
    }
}
