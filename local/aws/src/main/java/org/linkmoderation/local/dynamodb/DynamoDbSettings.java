package org.linkmoderation.local.dynamodb;

import java.nio.file.Path;
import java.util.Map;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;

/**
 * What a process of DynamoDB Local needs to know.
 *
 * @param port where to listen on loopback
 * @param directory where the database is kept; created if there is none
 * @param log the file that its output goes to; begun anew above 10 MB, the one before is kept
 * @param heapMegabytes the limit of its Java heap
 */
record DynamoDbSettings(int port, Path directory, Path log, int heapMegabytes) {

    static final String PID = "org.linkmoderation.local.dynamodb";

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
                containerLogs().resolve("dynamodb-local.log"),
                settings.integer("heap.megabytes", 256, 64, 16_384));
    }

    private static Path containerLogs() {
        var logs = System.getProperty("karaf.log");
        return logs == null ? Path.of(System.getProperty("karaf.data", "data"), "log") : Path.of(logs);
    }
}
