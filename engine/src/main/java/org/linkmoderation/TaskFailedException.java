package org.linkmoderation;

/**
 * A state failed, with an error name and a cause as in the Amazon States Language. Retry and Catch match on the name.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html">Error handling</a>
 */
public class TaskFailedException extends Exception {
    private static final int MAX_CAUSE_CHARACTERS = 32_768;

    private final String error;

    /**
     * @param error the error name, such as {@code States.Timeout}
     * @param cause what happened; cut to 32,768 characters, Step Functions' limit
     */
    public TaskFailedException(String error, String cause) {
        this(error, cause, null);
    }

    public TaskFailedException(String error, String cause, Throwable reason) {
        super(cut(cause == null ? "" : cause), reason);
        this.error = error;
    }

    /** The error name. */
    public String error() {
        return error;
    }

    /** The cause, in words or as the JSON that the function returned. */
    public String errorCause() {
        return getMessage();
    }

    private static String cut(String cause) {
        return cause.length() <= MAX_CAUSE_CHARACTERS ? cause : cause.substring(0, MAX_CAUSE_CHARACTERS);
    }
}
