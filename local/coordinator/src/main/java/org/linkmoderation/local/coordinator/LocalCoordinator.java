package org.linkmoderation.local.coordinator;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.linkmoderation.component.DataDirectory;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Supervisor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the embedded coordinator for as long as the component is active. What keeps it from starting (its port is taken,
 * its directory is in use) is logged as one sentence and tried again; a setting that cannot be used, and a blank
 * secret, is logged as one sentence, and a corrected file starts it.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = {CoordinatorSettings.SHARED_PID, CoordinatorSettings.PID},
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public class LocalCoordinator {

    private static final Logger LOG = LoggerFactory.getLogger(LocalCoordinator.class);

    private final Supervisor coordinator;

    /** @param properties the settings of both PIDs as configured, described in their files */
    @Activate
    public LocalCoordinator(Map<String, Object> properties) {
        coordinator = keepRunning(properties);
    }

    private static Supervisor keepRunning(Map<String, Object> properties) {
        if (Objects.toString(properties.get("secret"), "").isBlank()) {
            // No error: without sagas nobody misses it
            LOG.info(
                    "The local coordinator is off: the setting secret of {} is blank.", CoordinatorSettings.SHARED_PID);
            return null;
        }
        try {
            var settings = CoordinatorSettings.of(properties);
            return new Supervisor("The local coordinator", Duration.ofSeconds(1), Duration.ofSeconds(10), ended -> {
                DataDirectory.require(CoordinatorSettings.PID, settings.directory());
                var started = EmbeddedCoordinator.start(settings, LOG::warn);
                LOG.info(
                        "The local coordinator answers on http://{}:{}/lra-coordinator, its state is in {}.",
                        settings.host(),
                        settings.port(),
                        settings.directory());
                return started::close;
            });
        } catch (InvalidSetting e) {
            LOG.error(e.getMessage());
            return null;
        }
    }

    @Deactivate
    void stop() {
        if (coordinator != null) {
            coordinator.stop();
        }
    }
}
