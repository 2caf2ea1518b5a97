package org.linkmoderation.local.coordinator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.linkmoderation.component.InvalidSetting;

/**
 * The coordinator as a process of its own: {@code java -jar <this jar> <file>…}, where the files hold what
 * {@code etc/org.linkmoderation.coordinator.cfg} and {@code etc/org.linkmoderation.local.coordinator.cfg} hold in a
 * container. Ends with exit code 1 and one sentence if it cannot start.
 */
public final class CoordinatorMain {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\[env:([A-Za-z_][A-Za-z0-9_]*)]");

    private CoordinatorMain() {}

    /** @param files the files with the settings; of a key in several the last one counts */
    public static void main(String[] files) {
        if (System.getProperty("java.util.logging.SimpleFormatter.format") == null) {
            System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT %4$s %5$s%6$s%n");
        }
        try {
            var settings = CoordinatorSettings.of(read(files));
            var coordinator = EmbeddedCoordinator.start(settings, System.err::println);
            Runtime.getRuntime().addShutdownHook(new Thread(coordinator::close, "stop"));
            System.out.printf(
                    "The coordinator answers on http://%s:%d/lra-coordinator, its state is in %s.%n",
                    settings.host(), settings.port(), settings.directory());
        } catch (IOException | InvalidSetting | IllegalArgumentException e) {
            System.err.println("The coordinator cannot start: " + e.getMessage());
            System.exit(1);
        }
    }

    private static Map<String, String> read(String... files) throws IOException {
        var values = new HashMap<String, String>();
        for (var file : files) {
            var properties = new Properties();
            try (var reader = Files.newBufferedReader(Path.of(file))) {
                properties.load(reader);
            }
            for (var key : properties.stringPropertyNames()) {
                var value = properties.getProperty(key);
                values.put(key, resolved(file, key, value));
            }
        }
        return values;
    }

    /** A container resolves more than this. */
    private static String resolved(String file, String key, String value) {
        var variable = VARIABLE.matcher(value);
        if (variable.matches()) {
            var found = System.getenv(variable.group(1));
            if (found == null) {
                throw new IllegalArgumentException("the setting " + key + " in " + file
                        + " names a variable that is not in the environment: " + variable.group(1));
            }
            return found;
        }
        if (value.contains("${") || value.contains("$[")) {
            throw new IllegalArgumentException(
                    "the setting " + key + " in " + file + " names what only a container can resolve: write it out");
        }
        return value;
    }
}
