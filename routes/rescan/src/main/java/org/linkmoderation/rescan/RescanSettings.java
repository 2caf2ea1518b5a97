package org.linkmoderation.rescan;

import java.time.Duration;
import org.linkmoderation.component.AwsNames;
import org.linkmoderation.component.Settings;
import org.linkmoderation.states.Retry;

/**
 * The settings of rescans.
 *
 * @param function the name or ARN of the function that CheckSafety invokes
 * @param timeout CheckSafety's TimeoutSeconds
 * @param retry CheckSafety's Retry
 * @param linksTable the name of the links table
 * @param updateRetry the Retry of the states that update the link, where DynamoDB throttles
 * @param maxInFlight how many rescans may be in flight when others are started
 * @param times when all links are scanned
 */
record RescanSettings(
        String function,
        Duration timeout,
        Retry retry,
        String linksTable,
        Retry updateRetry,
        int maxInFlight,
        Times times) {
    private static final int YEAR = 31_536_000;

    /**
     * When all links are scanned.
     *
     * @param interval from one rescan to the next; zero for never
     * @param offset how long after a whole interval; less than the interval
     * @param listsInterval how often the function is asked for the version of its lists; zero for never
     */
    record Times(Duration interval, Duration offset, Duration listsInterval) {}

    /**
     * Reads the settings.
     *
     * @throws org.linkmoderation.component.InvalidSetting if one of them can't be used
     */
    static RescanSettings of(Settings settings) {
        Duration interval = settings.seconds("interval.seconds", 0, 0, YEAR);
        Duration offset = settings.seconds("interval.offset.seconds", 0, 0, YEAR);
        if (!offset.isZero() && offset.compareTo(interval) >= 0) {
            throw settings.invalid(
                    "interval.offset.seconds", "less than interval.seconds, which is " + interval.toSeconds() + ",");
        }
        return new RescanSettings(
                AwsNames.function(settings, "function", "ModerateCheck"),
                settings.seconds("check.safety.timeout.seconds", 60, 1, 900),
                Retry.of(settings),
                AwsNames.table(settings, "links.table", "url-shortener"),
                Retry.of(settings, "update.retry", 5),
                settings.integer("max.in.flight", 200, 1, 1_000),
                new Times(interval, offset, settings.seconds("lists.interval.seconds", 0, 0, 86_400)));
    }
}
