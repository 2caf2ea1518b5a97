package org.linkmoderation.journal;

import org.linkmoderation.ExecutionId;

/** An execution has run longer than it may. */
public class ExecutionTimedOutException extends JournalException {
    ExecutionTimedOutException(ExecutionId id) {
        super("Execution " + id + " has run longer than it may", null);
    }
}
