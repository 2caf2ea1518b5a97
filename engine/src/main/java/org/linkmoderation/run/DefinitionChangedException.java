package org.linkmoderation.run;

import org.linkmoderation.ExecutionId;

/** A run came to another state than its history: it can't go on without doing again what was done. */
public class DefinitionChangedException extends RuntimeException {
    /**
     * @param recorded the state that the history has
     * @param reached the state that the run came to
     */
    DefinitionChangedException(ExecutionId id, String recorded, String reached, boolean sameDefinition) {
        super("Execution " + id + " can't be replayed: its history has " + recorded + " where the "
                + (sameDefinition ? "same definition now" : "deployed definition")
                + " has " + reached + ". Deploy the definition that it started with, or stop the execution.");
    }
}
