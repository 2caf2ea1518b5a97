package org.linkmoderation.component;

import java.time.Duration;

/**
 * How long to wait after a failure before the next attempt: a delay that doubles with each failure in a row.
 *
 * @param first the delay after the first failure
 * @param longest the longest delay
 */
public record BackOff(Duration first, Duration longest) {
    /** Beyond this the longest delay is reached whatever the first one is, and the product would overflow. */
    private static final int MAX_DOUBLINGS = 30;

    /**
     * The delay before the next attempt.
     *
     * @param failures how many attempts in a row have failed, at least 1
     */
    public Duration delay(int failures) {
        Duration delay = first.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
        return delay.compareTo(longest) < 0 ? delay : longest;
    }
}
