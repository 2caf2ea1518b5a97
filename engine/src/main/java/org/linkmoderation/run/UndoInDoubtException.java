package org.linkmoderation.run;

import org.linkmoderation.Doubt;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.journal.JournalException;

/** An undo has failed, and is to be tried again later. */
public class UndoInDoubtException extends JournalException {
    private final transient Doubt doubt;
    private final String undo;

    UndoInDoubtException(ExecutionId id, String undo, Doubt doubt, TaskFailedException failure) {
        super(
                "Execution " + id + " is in doubt: " + undo + " has failed "
                        + (doubt.attempts() == 1 ? "once" : doubt.attempts() + " times") + ", last with "
                        + failure.error() + "; it is tried again",
                failure);
        this.undo = undo;
        this.doubt = doubt;
    }

    /** What keeps the execution from being undone. */
    Doubt doubt() {
        return doubt;
    }

    /** The name of the undo's state. */
    String undo() {
        return undo;
    }
}
