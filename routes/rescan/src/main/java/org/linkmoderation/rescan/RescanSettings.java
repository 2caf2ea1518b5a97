package org.linkmoderation.rescan;

import java.time.Duration;
import org.linkmoderation.component.AwsNames;
import org.linkmoderation.component.Settings;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.Ticks;

/**
 * The settings of rescans.
 *
 * @param function the name or ARN of the function that CheckSafety invokes
 * @param timeout CheckSafety's TimeoutSeconds
 * @param retry CheckSafety's Retry
 * @param linksTable the name of the links table
 * @param updateRetry the Retry of the states that update the link, where DynamoDB throttles
 * @param maxInFlight how many rescans may be in flight when others are started
 * @param ticks when all links are scanned
 * @param listsInterval how often the function is asked for the version of its lists; zero for never
 */
record RescanSettings(
        String function,
        Duration timeout,
        Retry retry,
        String linksTable,
        Retry updateRetry,
        int maxInFlight,
        Ticks ticks,
        Duration listsInterval) {
    /**
     * Reads the settings.
     *
     * @throws org.linkmoderation.component.InvalidSetting if one of them can't be used
     */
    static RescanSettings of(Settings settings) {
        return new RescanSettings(
                AwsNames.function(settings, "function", "ModerateCheck"),
                settings.seconds("check.safety.timeout.seconds", 60, 1, 900),
                Retry.of(settings),
                AwsNames.table(settings, "links.table", "url-shortener"),
                Retry.of(settings, "update.retry", 5),
                settings.integer("max.in.flight", 200, 1, 1_000),
                Ticks.of(settings, 0, 0),
                settings.seconds("lists.interval.seconds", 0, 0, 86_400));
    }
}
