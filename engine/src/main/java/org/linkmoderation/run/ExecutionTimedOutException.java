package org.linkmoderation.run;

import org.linkmoderation.ExecutionId;
import org.linkmoderation.journal.JournalException;

/** An execution has run longer than it may. */
public class ExecutionTimedOutException extends JournalException {
    ExecutionTimedOutException(ExecutionId id) {
        super("Execution " + id + " has run longer than it may", null);
    }
}
