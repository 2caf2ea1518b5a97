package org.linkmoderation.journal;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.linkmoderation.Settings;

/**
 * The settings of the journal.
 *
 * @param table the name of the executions table
 * @param retention how long a record is kept after the execution's end
 */
public record JournalSettings(String table, Duration retention) {
    /** The PID of these settings. */
    public static final String PID = "org.linkmoderation.journal";

    /** What DynamoDB takes as the name of a table. */
    public static final Pattern TABLE_NAME = Pattern.compile("[A-Za-z0-9_.-]{3,255}");

    /** What a wrong name of a table is told. */
    public static final String TABLE_NAME_EXPECTED = "3 to 255 characters of A-Z, a-z, 0-9, '_', '-' and '.'";

    /** Reads the settings. */
    public static JournalSettings of(Map<String, ?> properties) {
        Settings settings = new Settings(PID, properties);
        return new JournalSettings(
                settings.text("table", "link-moderation-executions", TABLE_NAME, TABLE_NAME_EXPECTED),
                Duration.ofDays(settings.integer("retention.days", 90, 1, 3650)));
    }
}
