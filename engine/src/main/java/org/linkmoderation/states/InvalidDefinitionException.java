package org.linkmoderation.states;

/** A state machine can't run as it is defined. The message is one sentence that names it, what is wrong and where. */
public class InvalidDefinitionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param stateMachine the name of the state machine
     * @param problem what is wrong with it, to be read after a colon
     */
    public InvalidDefinitionException(String stateMachine, String problem) {
        super("The definition of state machine '" + stateMachine + "' is refused: " + problem + ".");
    }
}
