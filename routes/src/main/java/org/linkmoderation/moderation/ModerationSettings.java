package org.linkmoderation.moderation;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.Settings;
import org.linkmoderation.journal.JournalSettings;

/**
 * The settings of the state machine and of its triggers.
 *
 * @param function the name or ARN of the function that CheckSafety invokes
 * @param linksTable the name of the links table
 * @param executionTimeout the state machine's TimeoutSeconds
 * @param checkSafetyTimeout CheckSafety's TimeoutSeconds
 * @param retryInterval IntervalSeconds of CheckSafety's Retry
 * @param retryMaxAttempts MaxAttempts of CheckSafety's Retry
 * @param retryBackoffRate BackoffRate of CheckSafety's Retry
 * @param queue the queue of requests
 * @param consumers how many requests this container works on at once
 * @param type what is promised of an execution whose message does not say
 * @param notices the topic of notices
 * @param inbox the drop folder
 * @param inboxType what is promised of the executions of dropped files
 * @param inboxMinAge how long a file must be unchanged before it is read
 */
record ModerationSettings(
        String function,
        String linksTable,
        Duration executionTimeout,
        Duration checkSafetyTimeout,
        Duration retryInterval,
        int retryMaxAttempts,
        double retryBackoffRate,
        String queue,
        int consumers,
        ExecutionType type,
        String notices,
        String inbox,
        ExecutionType inboxType,
        Duration inboxMinAge) {
    static final String PID = "org.linkmoderation.moderation";

    private static final Pattern FUNCTION = Pattern.compile("[A-Za-z0-9:_$.-]{1,170}");
    private static final Pattern QUEUE = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final String QUEUE_EXPECTED = "1 to 100 characters of A-Z, a-z, 0-9, '.', '_', '-'";
    private static final Pattern TYPE = Pattern.compile("STANDARD|EXPRESS");
    private static final String TYPE_EXPECTED = "STANDARD or EXPRESS";
    private static final Pattern PATH = Pattern.compile("[^?#]+");

    static ModerationSettings of(Map<String, ?> properties) {
        Settings settings = new Settings(PID, properties);
        return new ModerationSettings(
                settings.text("function", "ModerateCheck", FUNCTION, "the name or ARN of a Lambda function"),
                settings.text(
                        "links.table",
                        "url-shortener",
                        JournalSettings.TABLE_NAME,
                        JournalSettings.TABLE_NAME_EXPECTED),
                settings.seconds("timeout.seconds", 86_400, 1, 31_536_000),
                settings.seconds("check.safety.timeout.seconds", 60, 1, 900),
                settings.seconds("retry.interval.seconds", 1, 0, 3600),
                settings.integer("retry.max.attempts", 3, 0, 100),
                settings.number("retry.backoff.rate", 2, 1, 100),
                settings.text("queue", "moderation.requests", QUEUE, QUEUE_EXPECTED),
                settings.integer("consumers", 8, 1, 256),
                ExecutionType.valueOf(settings.text("type", "STANDARD", TYPE, TYPE_EXPECTED)),
                settings.text("notices.topic", "moderation.notices", QUEUE, QUEUE_EXPECTED),
                settings.text("inbox", "data/moderation/inbox", PATH, "a folder, without '?' and '#'"),
                ExecutionType.valueOf(settings.text("inbox.type", "STANDARD", TYPE, TYPE_EXPECTED)),
                settings.seconds("inbox.min.age.seconds", 2, 1, 3600));
    }
}
