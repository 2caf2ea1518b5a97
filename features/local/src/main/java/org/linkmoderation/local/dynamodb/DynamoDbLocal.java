package org.linkmoderation.local.dynamodb;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.KeptRunning;
import org.linkmoderation.component.Settings;
import org.ops4j.pax.url.mvn.MavenResolver;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs DynamoDB Local as a process of its own for as long as the component is active; a process that dies is replaced.
 * What keeps it from starting (no network for the first fetch, a port that is taken) is logged as one sentence and
 * tried again; a setting that cannot be used is logged as one sentence, and a corrected file starts it.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = DynamoDbLocal.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public class DynamoDbLocal {

    static final String PID = "org.linkmoderation.local.dynamodb";

    private static final Logger LOG = LoggerFactory.getLogger(DynamoDbLocal.class);

    /** Replaced whenever the container's Maven settings change, which is no reason to restart a database. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile MavenResolver maven;

    private KeptRunning process;

    /** The settings of {@value #PID}, described in its file in {@code etc}. */
    @interface Config {
        /** The port on 127.0.0.1, 1 to 65535. */
        int port() default 8000;

        /** Where the database is kept; blank for {@code dynamodb} in the container's data directory. */
        String data_directory() default "";

        /** The limit of the process's Java heap in megabytes, 64 to 16384. */
        int heap_megabytes() default 256;
    }

    /** Not the constructor: the resolver is set behind it. */
    @Activate
    void start(Config config, Map<String, Object> properties) {
        var settings = check(config, new Settings(PID, properties));
        process = settings == null
                ? null
                : keepRunning(settings, this::find, Duration.ofSeconds(1), Duration.ofSeconds(30));
    }

    static KeptRunning keepRunning(
            DynamoDbSettings settings, ClassPath.ArtifactLookup lookup, Duration firstDelay, Duration longestDelay) {
        var classPath = new ClassPath(lookup);
        return new KeptRunning(
                "DynamoDB Local",
                firstDelay,
                longestDelay,
                ended -> DynamoDbProcess.start(settings, classPath, ended)::stop);
    }

    private static DynamoDbSettings check(Config config, Settings settings) {
        try {
            return new DynamoDbSettings(
                    settings.number("port", config::port, 1, 65_535),
                    settings.directory("data.directory", config.data_directory(), "dynamodb"),
                    log(),
                    settings.number("heap.megabytes", config::heap_megabytes, 64, 16_384));
        } catch (InvalidSetting e) {
            LOG.error(e.getMessage());
            return null;
        }
    }

    private static Path log() {
        var logs = System.getProperty("karaf.log");
        return logs == null
                ? Path.of(System.getProperty("karaf.data", "data"), "log", "dynamodb-local.log")
                : Path.of(logs, "dynamodb-local.log");
    }

    private Path find(String url) throws IOException {
        var resolver = maven;
        if (resolver == null) {
            throw new IOException("the container has no Maven resolver now");
        }
        return resolver.resolve(url).toPath();
    }

    @Deactivate
    void stop() {
        if (process != null) {
            process.stop();
        }
    }
}
