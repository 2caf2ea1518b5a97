package org.linkmoderation.journal;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.linkmoderation.component.AwsNames;
import org.linkmoderation.component.Settings;

/**
 * The settings of the journal.
 *
 * @param store what keeps the records
 * @param table the name of the executions table; for DynamoDB only
 * @param dataSource the name of the data source; for a relational database only
 * @param retention how long a record is kept after the execution's end
 */
public record JournalSettings(Store store, String table, String dataSource, Duration retention) {
    /** The PID of these settings. */
    public static final String PID = "org.linkmoderation.journal";

    /** A name that needs no escape in the filter of a service. */
    private static final Pattern DATA_SOURCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_./-]{0,99}");

    /** What keeps the records of executions. */
    public enum Store {
        /** A table of DynamoDB. */
        DYNAMODB,
        /** A relational database. */
        JDBC;

        /** The store that a setting names: {@code dynamodb} or {@code jdbc}; empty if it names none. */
        static Optional<Store> of(String name) {
            return switch (name) {
                case "dynamodb" -> Optional.of(DYNAMODB);
                case "jdbc" -> Optional.of(JDBC);
                default -> Optional.empty();
            };
        }
    }

    /** Reads the settings. */
    public static JournalSettings of(Map<String, ?> properties) {
        Settings settings = new Settings(PID, properties);
        return new JournalSettings(
                store(settings),
                AwsNames.table(settings, "table", "link-moderation-executions"),
                settings.text(
                        "datasource",
                        "link-moderation",
                        DATA_SOURCE,
                        "the name of a data source: 1 to 100 characters of A-Z, a-z, 0-9, '_', '-', '.' and '/'"),
                Duration.ofDays(settings.integer("retention.days", 90, 1, 3650)));
    }

    private static Store store(Settings settings) {
        return Store.of(settings.optional("journal").orElse("dynamodb"))
                .orElseThrow(() -> settings.invalid("journal", "dynamodb or jdbc"));
    }
}
