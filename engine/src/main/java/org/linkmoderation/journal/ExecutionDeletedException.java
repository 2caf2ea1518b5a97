package org.linkmoderation.journal;

import org.linkmoderation.ExecutionId;

/** The execution that a request started was deleted: a late delivery of the request does not start it again. */
public class ExecutionDeletedException extends JournalException {
    public ExecutionDeletedException(ExecutionId id) {
        super("Execution " + id + " was deleted", null);
    }
}
