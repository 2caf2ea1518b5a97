package org.linkmoderation;

/**
 * The status of an execution, with the names of the Step Functions API.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html">DescribeExecution</a>
 */
public enum ExecutionStatus {
    RUNNING,
    SUCCEEDED,
    FAILED,
    TIMED_OUT,
    ABORTED;

    /** Whether an execution in this status has ended; it moves on only when it is redriven. */
    public boolean isFinal() {
        return this != RUNNING;
    }
}
