package org.linkmoderation.local.dynamodb;

import java.time.Duration;
import java.util.Map;
import org.linkmoderation.component.DataDirectory;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.ListenAddress;
import org.linkmoderation.component.Supervisor;
import org.linkmoderation.local.dynamodb.storage.Database.Acknowledge;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the table store for as long as the component is active. What keeps it from starting (a port that is taken, a
 * database that another process has open) is logged as one sentence and tried again; a setting that cannot be used is
 * logged as one sentence, and a corrected file starts it.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = DynamoDbSettings.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class LocalDynamoDb {

    private static final Logger LOG = LoggerFactory.getLogger(LocalDynamoDb.class);

    private final Supervisor store;

    /** @param properties the settings as configured, described in their file */
    @Activate
    public LocalDynamoDb(Map<String, ?> properties) {
        store = start(properties);
    }

    private static Supervisor start(Map<String, ?> properties) {
        try {
            var settings = DynamoDbSettings.of(properties);
            return new Supervisor("The table store", Duration.ofSeconds(1), Duration.ofSeconds(10), ended -> {
                ListenAddress.requireFree("127.0.0.1", settings.port());
                DataDirectory.require(DynamoDbSettings.PID, settings.directory());
                var started = new DynamoDbEndpoint(settings.port(), settings.directory(), settings.acknowledge());
                LOG.info(
                        "The table store answers on http://127.0.0.1:{} with the tables of {}; an acknowledged write"
                                + " survives the end of the {}.",
                        settings.port(),
                        settings.directory(),
                        settings.acknowledge() == Acknowledge.DISK ? "power" : "process");
                return started::close;
            });
        } catch (InvalidSetting e) {
            LOG.error(e.getMessage());
            return null;
        }
    }

    @Deactivate
    void stop() {
        if (store != null) {
            store.stop();
        }
    }
}
