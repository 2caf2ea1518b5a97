package org.linkmoderation;

/**
 * A service that an execution needs does not answer. The run ends; the request stays in its queue, is delivered again,
 * and goes on from what is journaled.
 */
public class ServiceUnavailableException extends RuntimeException implements Unavailable {
    public ServiceUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
