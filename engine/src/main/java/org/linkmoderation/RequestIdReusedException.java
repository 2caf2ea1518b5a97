package org.linkmoderation;

/** A request with the id of another, which asked for something else. */
public class RequestIdReusedException extends InvalidRequestException {
    private RequestIdReusedException(String message) {
        super(message);
    }

    /** A request has the id of the one that started an execution, and another input. */
    static RequestIdReusedException of(StartRequest request) {
        return new RequestIdReusedException("RequestId '" + StartRequest.abbreviate(request.requestId())
                + "' started the execution '" + request.name() + "' of state machine '" + request.stateMachine()
                + "' with another input; expected the same input, or another id");
    }
}
