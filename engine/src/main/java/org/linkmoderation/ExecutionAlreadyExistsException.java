package org.linkmoderation;

/**
 * A request with the name of another execution: one that has ended, or one that runs with another input. The
 * counterpart of the error {@code ExecutionAlreadyExists} of <a
 * href="https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html">StartExecution</a>.
 */
public class ExecutionAlreadyExistsException extends InvalidRequestException {
    public ExecutionAlreadyExistsException(String message) {
        super(message);
    }
}
