package org.linkmoderation.local.dynamodb;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;
import org.linkmoderation.local.dynamodb.storage.Database.Acknowledge;

/**
 * The settings of the table store.
 *
 * @param port where to listen on loopback
 * @param directory where the database is; created if there is none
 * @param acknowledge what an acknowledged write survives
 */
record DynamoDbSettings(int port, Path directory, Acknowledge acknowledge) {

    static final String PID = "org.linkmoderation.local.dynamodb";

    private static final Pattern ACKNOWLEDGE = Pattern.compile("process|disk");

    /**
     * Reads the settings.
     *
     * @param properties the settings of {@value #PID}, as configured
     * @throws InvalidSetting if one of them cannot be used
     */
    static DynamoDbSettings of(Map<String, ?> properties) {
        var settings = new Settings(PID, properties);
        return new DynamoDbSettings(
                settings.integer("port", 8000, 1, 65_535),
                settings.directory("data.directory", "dynamodb"),
                Acknowledge.valueOf(settings.text("acknowledge", "process", ACKNOWLEDGE, "process or disk")
                        .toUpperCase(Locale.ROOT)));
    }
}
