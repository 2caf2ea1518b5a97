package org.linkmoderation;

/**
 * The status of an execution, with the names of the Step Functions API, and one of our own, {@link #IN_DOUBT}, for what
 * Step Functions has no word for: a saga that could not be undone yet.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html">DescribeExecution</a>
 */
public enum ExecutionStatus {
    RUNNING,
    /** It runs, but what it has done can't be undone for now: an undo has failed, and is tried again. */
    IN_DOUBT,
    SUCCEEDED,
    FAILED,
    TIMED_OUT,
    ABORTED;

    /** Whether an execution in this status has ended; it moves on only when it is redriven. */
    public boolean isFinal() {
        return this != RUNNING && this != IN_DOUBT;
    }
}
