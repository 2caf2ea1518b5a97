package org.linkmoderation.moderation;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.aws.AwsNames;
import org.linkmoderation.component.Settings;
import org.linkmoderation.states.Retry;
import org.linkmoderation.trigger.TriggerSettings;

/**
 * The settings of the state machine and of its triggers.
 *
 * @param function the name or ARN of the function that CheckSafety invokes
 * @param linksTable the name of the links table
 * @param executionTimeout the state machine's TimeoutSeconds
 * @param checkSafetyTimeout CheckSafety's TimeoutSeconds
 * @param retry CheckSafety's Retry
 * @param triggers where requests come from, and where notices go
 * @param type what is promised of an execution whose message does not say
 * @param inboxType what is promised of the executions of dropped files
 */
record ModerationSettings(
        String function,
        String linksTable,
        Duration executionTimeout,
        Duration checkSafetyTimeout,
        Retry retry,
        TriggerSettings triggers,
        ExecutionType type,
        ExecutionType inboxType) {
    static final String PID = "org.linkmoderation.moderation";

    private static final Pattern TYPE = Pattern.compile("STANDARD|EXPRESS");

    static ModerationSettings of(Map<String, ?> properties) {
        Settings settings = new Settings(PID, properties);
        return new ModerationSettings(
                AwsNames.function(settings, "function", "ModerateCheck"),
                AwsNames.table(settings, "links.table", "url-shortener"),
                settings.seconds("timeout.seconds", 86_400, 1, 31_536_000),
                settings.seconds("check.safety.timeout.seconds", 60, 1, 900),
                Retry.of(settings),
                TriggerSettings.of(settings, "moderation.requests", "moderation.notices", "data/moderation/inbox"),
                type(settings, "type"),
                type(settings, "inbox.type"));
    }

    private static ExecutionType type(Settings settings, String key) {
        return ExecutionType.valueOf(settings.text(key, "STANDARD", TYPE, "STANDARD or EXPRESS"));
    }
}
