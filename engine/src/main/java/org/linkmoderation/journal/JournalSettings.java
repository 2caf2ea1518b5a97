package org.linkmoderation.journal;

import java.time.Duration;
import java.util.Map;
import org.linkmoderation.component.AwsNames;
import org.linkmoderation.component.Settings;

/**
 * The settings of the journal.
 *
 * @param table the name of the executions table
 * @param retention how long a record is kept after the execution's end
 */
public record JournalSettings(String table, Duration retention) {
    /** The PID of these settings. */
    public static final String PID = "org.linkmoderation.journal";

    /** Reads the settings. */
    public static JournalSettings of(Map<String, ?> properties) {
        Settings settings = new Settings(PID, properties);
        return new JournalSettings(
                AwsNames.table(settings, "table", "link-moderation-executions"),
                Duration.ofDays(settings.integer("retention.days", 90, 1, 3650)));
    }
}
