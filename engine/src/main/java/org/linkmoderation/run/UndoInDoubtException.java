package org.linkmoderation.run;

import org.linkmoderation.ExecutionId;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.journal.JournalException;

/** An undo has failed, and is to be tried again later. */
public class UndoInDoubtException extends JournalException {
    UndoInDoubtException(ExecutionId id, String undo, int attempts, TaskFailedException failure) {
        super(
                "Execution " + id + " is in doubt: " + undo + " has failed " + attempts + " times, last with "
                        + failure.error() + "; it is tried again",
                failure);
    }

    /** The next attempt is not due. */
    public UndoInDoubtException(ExecutionId id, String due) {
        super("Execution " + id + " is in doubt; its undo is tried again at " + due, null);
    }
}
