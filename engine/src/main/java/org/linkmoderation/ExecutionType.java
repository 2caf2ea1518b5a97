package org.linkmoderation;

import java.time.Duration;

/**
 * What a trigger promises of its executions, with the names of Step Functions' workflow types.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html">Workflow types</a>
 */
public enum ExecutionType {
    /** Durable, inspectable, exactly once by name. */
    STANDARD,
    /** At least once, without a record or a history, five minutes at most. */
    EXPRESS;

    private static final Duration LONGEST_EXPRESS = Duration.ofMinutes(5);

    /** The timeout of an execution of this type, given the state machine's. */
    public Duration longest(Duration timeout) {
        return this == EXPRESS && timeout.compareTo(LONGEST_EXPRESS) > 0 ? LONGEST_EXPRESS : timeout;
    }
}
