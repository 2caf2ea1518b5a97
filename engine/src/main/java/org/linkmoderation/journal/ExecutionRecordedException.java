package org.linkmoderation.journal;

import org.linkmoderation.Execution;

/** There is an execution of that name: this delivery is not its first. */
public class ExecutionRecordedException extends JournalException {
    private final transient Execution execution;

    public ExecutionRecordedException(Execution execution) {
        super("Execution " + execution.name() + " is recorded already", null);
        this.execution = execution;
    }

    /** What is recorded. */
    public Execution execution() {
        return execution;
    }
}
