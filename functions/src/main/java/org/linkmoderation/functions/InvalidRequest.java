package org.linkmoderation.functions;

/**
 * The request cannot be answered because it does not have the form of a link to check. Its name is the function's
 * {@code errorType}.
 */
public class InvalidRequest extends RuntimeException {

    /** @param message what is wrong with the request, as a sentence */
    public InvalidRequest(String message) {
        super(message);
    }
}
