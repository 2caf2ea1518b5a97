package org.linkmoderation;

/**
 * A request that can never become an execution. The message is one sentence for the sender: what is wrong, where, and
 * what was expected.
 */
public class InvalidRequestException extends Exception {
    public InvalidRequestException(String message) {
        super(message);
    }

    public InvalidRequestException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * The same refusal, with the place in a longer text before it.
     *
     * @param place where, {@code line 3 column 1} say
     */
    public InvalidRequestException at(String place) {
        return new InvalidRequestException(place + ": " + getMessage(), this);
    }
}
