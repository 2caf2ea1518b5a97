package org.linkmoderation.local.dynamodb;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.KeptRunning;
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
        configurationPid = DynamoDbSettings.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public class DynamoDbLocal {

    private static final Logger LOG = LoggerFactory.getLogger(DynamoDbLocal.class);

    /** Replaced whenever the container's Maven settings change, which is no reason to restart a database. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile MavenResolver maven;

    private KeptRunning process;

    /**
     * Not the constructor: the resolver is set behind it.
     *
     * @param properties the settings as configured, described in their file
     */
    @Activate
    void start(Map<String, ?> properties) {
        try {
            var settings = DynamoDbSettings.of(properties);
            process = keepRunning(settings, this::find, Duration.ofSeconds(1), Duration.ofSeconds(30));
        } catch (InvalidSetting e) {
            LOG.error(e.getMessage());
        }
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
