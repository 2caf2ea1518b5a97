package org.linkmoderation.run;

import org.linkmoderation.ExecutionId;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.UndoFailure;
import org.linkmoderation.journal.JournalException;

/** An undo has failed, and is to be tried again later. */
public class UndoInDoubtException extends JournalException {
    private final transient UndoFailure doubt;
    private final String undo;

    UndoInDoubtException(ExecutionId id, String undo, UndoFailure doubt, TaskFailedException failure) {
        super(
                "Execution " + id + " is in doubt: " + undo + " has failed "
                        + (doubt.attempts() == 1 ? "once" : doubt.attempts() + " times") + ", last with "
                        + failure.error() + "; it is tried again",
                failure);
        this.undo = undo;
        this.doubt = doubt;
    }

    /** What keeps the execution from being undone. */
    UndoFailure doubt() {
        return doubt;
    }

    /** The name of the undo's state. */
    String undo() {
        return undo;
    }
}
