package org.linkmoderation.states;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.linkmoderation.component.Settings;

/**
 * The settings of a state that people decide, {@code review}, {@code review.timeout.seconds} and {@code reviews.topic}.
 *
 * @param timeout the state's TimeoutSeconds, 1 to 31,104,000 (360 days), by default 72 hours
 * @param topic the topic that gets a message, with the task's token, for each task that waits
 */
public record ReviewSettings(Duration timeout, String topic) {
    /** The key of the timeout. */
    public static final String TIMEOUT = "review.timeout.seconds";

    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    /**
     * Reads the settings.
     *
     * @param topic the default of the topic
     * @return empty if people decide nothing
     * @throws org.linkmoderation.component.InvalidSetting if one of them can't be used
     */
    public static Optional<ReviewSettings> of(Settings settings, String topic) {
        ReviewSettings review = new ReviewSettings(
                settings.seconds(TIMEOUT, 259_200, 1, 31_104_000),
                settings.text("reviews.topic", topic, TOPIC, "1 to 100 characters of A-Z, a-z, 0-9, '.', '_', '-'"));
        return settings.flag("review", false) ? Optional.of(review) : Optional.empty();
    }
}
