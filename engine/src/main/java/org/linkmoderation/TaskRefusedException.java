package org.linkmoderation;

/**
 * A task failed by a definite answer: it has had no effect, and will have none. In a saga, an attempt that was refused
 * needs no undo.
 */
public class TaskRefusedException extends TaskFailedException {
    private static final long serialVersionUID = 1L;

    /**
     * @param error the error name, such as {@code DynamoDB.ConditionalCheckFailedException}
     * @param cause what happened
     */
    public TaskRefusedException(String error, String cause) {
        this(error, cause, null);
    }

    /**
     * @param error the error name
     * @param cause what happened
     * @param reason what was thrown; may be null
     */
    public TaskRefusedException(String error, String cause, Throwable reason) {
        super(error, cause, reason);
    }
}
