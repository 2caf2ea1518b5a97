package org.linkmoderation.moderation;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.linkmoderation.component.Settings;

/**
 * The settings of reviews.
 *
 * @param timeout Review's TimeoutSeconds: a link about which nobody has decided by then is rejected
 * @param topic the topic that gets a message, with the task's token, for each link that waits
 */
record ReviewSettings(Duration timeout, String topic) {
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final Duration REST = Duration.ofDays(1);

    /**
     * Reads the settings.
     *
     * @return empty if there are no reviews
     * @throws org.linkmoderation.component.InvalidSetting if one of them can't be used
     */
    static Optional<ReviewSettings> of(Settings settings) {
        Duration timeout = settings.seconds("review.timeout.seconds", 259_200, 1, 31_104_000);
        String topic = settings.text(
                "reviews.topic", "moderation.reviews", TOPIC, "1 to 100 characters of A-Z, a-z, 0-9, '.', '_', '-'");
        if (!settings.flag("review", false)) {
            return Optional.empty();
        }
        ReviewSettings review = new ReviewSettings(timeout, topic);
        int execution = settings.integer(
                "timeout.seconds", (int) review.executionTimeout().toSeconds(), 1, 31_536_000);
        if (execution <= timeout.toSeconds()) {
            throw settings.invalid(
                    "timeout.seconds", "more than review.timeout.seconds, which is " + timeout.toSeconds() + ",");
        }
        for (String key : new String[] {"type", "inbox.type"}) {
            if (settings.optional(key).filter("EXPRESS"::equals).isPresent()) {
                throw settings.invalid(key, "STANDARD where review = true, since an EXPRESS execution can't wait,");
            }
        }
        return Optional.of(review);
    }

    /**
     * The default of the TimeoutSeconds of the state machine: what it has without reviews, after the longest review.
     */
    Duration executionTimeout() {
        return timeout.plus(REST);
    }
}
