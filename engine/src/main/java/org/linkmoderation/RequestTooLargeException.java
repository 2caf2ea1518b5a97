package org.linkmoderation;

/** A request, or what comes with it, is larger than Step Functions' quotas or those of its trigger allow. */
public class RequestTooLargeException extends InvalidRequestException {
    public RequestTooLargeException(String message) {
        super(message);
    }

    /** The same refusal, with the place in a longer text before it. */
    RequestTooLargeException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public RequestTooLargeException at(String place) {
        return new RequestTooLargeException(place + ": " + getMessage(), this);
    }
}
