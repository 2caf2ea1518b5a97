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

    /** A request has the id of the one that started an execution, and another input. */
    public static ExecutionAlreadyExistsException withAnotherInput(StartRequest request) {
        return new ExecutionAlreadyExistsException("RequestId '" + StartRequest.abbreviate(request.requestId())
                + "' started the execution '" + request.name() + "' of state machine '" + request.stateMachine()
                + "' with another input; expected the same input, or another id");
    }

    /**
     * Checks that a request which finds an execution of its name is the one that started it, sent again, or one that
     * asks for what is running.
     *
     * @param recorded the execution
     * @param request the request, with its input as it is journaled
     * @throws ExecutionAlreadyExistsException if it asks for another execution
     */
    public static void check(Execution recorded, StartRequest request) throws ExecutionAlreadyExistsException {
        boolean isSameInput = recorded.hasInput(request.input());
        if (recorded.requestIds().contains(request.requestId())) {
            if (!isSameInput) {
                throw withAnotherInput(request);
            }
        } else if (recorded.status().isFinal() || !isSameInput) {
            throw of(recorded);
        }
    }
}
