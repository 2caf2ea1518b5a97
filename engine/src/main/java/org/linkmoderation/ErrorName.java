package org.linkmoderation;

import java.util.List;

/**
 * The error names that the Amazon States Language reserves, and its rule for matching them.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html">Error handling</a>
 */
public final class ErrorName {
    /** Matches every error but {@link #RUNTIME}. */
    public static final String ALL = "States.ALL";
    /** Matches every error but {@link #TIMEOUT} and {@link #RUNTIME}. */
    public static final String TASK_FAILED = "States.TaskFailed";
    /** A state or an execution ran longer than it may. */
    public static final String TIMEOUT = "States.Timeout";
    /** The holder of a task did not show in time that it is at work. */
    public static final String HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout";
    /**
     * The execution can't go on: a path that selects nothing, an internal error, a function that names its own error
     * so. Never retried and never caught, whatever {@code ErrorEquals} lists.
     */
    public static final String RUNTIME = "States.Runtime";
    /** A payload is larger than {@link StartRequest#MAX_INPUT_BYTES}. */
    public static final String DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded";

    private ErrorName() {}

    /** Whether an {@code ErrorEquals} list of a Retry or Catch matches an error. */
    public static boolean matches(List<String> errorEquals, String error) {
        return !error.equals(RUNTIME)
                && errorEquals.stream().anyMatch(name -> switch (name) {
                    case ALL -> true;
                    case TASK_FAILED -> !error.equals(TIMEOUT);
                    default -> name.equals(error);
                });
    }
}
