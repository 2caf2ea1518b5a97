package org.linkmoderation.run;

import java.time.Instant;
import org.linkmoderation.TaskFailedException;

/**
 * A failure that an earlier run has journaled: thrown again so that Retry and Catch count it; it does not happen again.
 */
public class RecordedFailureException extends TaskFailedException {
    private final int attempt;
    private final Instant failedAt;

    RecordedFailureException(String error, String cause, int attempt, Instant failedAt) {
        super(error, cause);
        this.attempt = attempt;
        this.failedAt = failedAt;
    }

    /** The number of the attempt that failed, counted from 1. */
    public int attempt() {
        return attempt;
    }

    /** When it happened: the delay before a retry counts from here. */
    public Instant failedAt() {
        return failedAt;
    }
}
