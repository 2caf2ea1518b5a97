package org.linkmoderation.local.broker;

import java.time.Duration;
import java.util.Map;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Supervisor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the embedded broker for as long as the component is active. What keeps it from starting (its port is taken, its
 * directory is in use) is logged as one sentence and tried again; a setting that cannot be used is logged as one
 * sentence, and a corrected file starts it. User and password are those that the broker client connects with.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = {BrokerSettings.CLIENT_PID, BrokerSettings.PID},
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public class LocalBroker {

    private static final Logger LOG = LoggerFactory.getLogger(LocalBroker.class);

    private final Supervisor broker;

    /** @param properties the settings of both PIDs as configured, described in their files */
    @Activate
    public LocalBroker(Map<String, ?> properties) {
        broker = start(properties);
    }

    private static Supervisor start(Map<String, ?> properties) {
        try {
            return keepRunning(BrokerSettings.of(properties), Duration.ofSeconds(1), Duration.ofSeconds(10));
        } catch (InvalidSetting e) {
            LOG.error(e.getMessage());
            return null;
        }
    }

    static Supervisor keepRunning(BrokerSettings settings, Duration firstDelay, Duration longestDelay) {
        return new Supervisor("The local broker", firstDelay, longestDelay, ended -> {
            var broker = EmbeddedBroker.start(settings, ended);
            LOG.info(
                    "The local broker listens on {}, its messages are in {}.",
                    settings.address(),
                    settings.directory());
            return broker::stop;
        });
    }

    @Deactivate
    void stop() {
        if (broker != null) {
            broker.stop();
        }
    }
}
