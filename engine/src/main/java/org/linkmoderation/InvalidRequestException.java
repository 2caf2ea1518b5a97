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
}
