package org.linkmoderation.domains;

import java.time.Duration;
import java.time.Instant;
import org.linkmoderation.Doubt;

/**
 * When an undo that has failed is tried again: for ever, after a delay that doubles.
 *
 * @param interval the delay behind the first failure
 * @param longest the longest delay
 */
record UndoRetry(Duration interval, Duration longest) {
    /** A delay is not doubled more often than this. */
    private static final int MAX_DOUBLINGS = 30;

    /** When the next attempt is due. */
    Instant due(Doubt doubt) {
        Duration delay = interval.multipliedBy(1L << Math.min(doubt.attempts() - 1, MAX_DOUBLINGS));
        return doubt.lastAttempt().plus(delay.compareTo(longest) < 0 ? delay : longest);
    }
}
