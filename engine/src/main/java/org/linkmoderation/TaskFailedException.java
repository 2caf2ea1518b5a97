package org.linkmoderation;

import java.util.Map;

/**
 * A state failed, with an error name and a cause as in the Amazon States Language. Retry and Catch match on the name.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html">Error handling</a>
 */
public class TaskFailedException extends Exception {
    private static final int MAX_ERROR_CHARACTERS = 256;
    private static final int MAX_CAUSE_CHARACTERS = 32_768;

    private final String error;

    /**
     * @param error the error name, such as {@code States.Timeout}; cut to 256 characters, Step Functions' limit
     * @param cause what happened; cut to 32,768 characters, Step Functions' limit
     */
    public TaskFailedException(String error, String cause) {
        this(error, cause, null);
    }

    /** @param reason the exception that caused the failure; may be null */
    public TaskFailedException(String error, String cause, Throwable reason) {
        super(cut(cause == null ? "" : cause, MAX_CAUSE_CHARACTERS), reason);
        this.error = cut(error, MAX_ERROR_CHARACTERS);
    }

    /** The error name. */
    public String error() {
        return error;
    }

    /** The cause, in words or as the JSON that the function returned. */
    public String errorCause() {
        return getMessage();
    }

    /** Error and cause as the details of an event have them. */
    public Map<String, String> details() {
        return Map.of("error", error, "cause", errorCause());
    }

    /** Half of a surrogate pair is no character: it would be journaled as another. */
    private static String cut(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
    }
}
