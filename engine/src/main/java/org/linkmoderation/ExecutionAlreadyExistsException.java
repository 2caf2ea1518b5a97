package org.linkmoderation;

/**
 * A request with the name of another execution: one that has ended, or one that runs with another input. The
 * counterpart of the error {@code ExecutionAlreadyExists} of <a
 * href="https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html">StartExecution</a>.
 */
public class ExecutionAlreadyExistsException extends InvalidRequestException {
    private ExecutionAlreadyExistsException(String message) {
        super(message);
    }

    /** Another request has the name of an execution that has ended, or that runs with another input. */
    public static ExecutionAlreadyExistsException of(Execution recorded) {
        return new ExecutionAlreadyExistsException("ExecutionAlreadyExists: the execution '" + recorded.name()
                + "' of state machine '" + recorded.stateMachine() + "' "
                + (recorded.status().isFinal()
                        ? "ended with status " + recorded.status()
                        : "is running with another input"));
    }
}
