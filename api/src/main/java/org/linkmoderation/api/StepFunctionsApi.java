package org.linkmoderation.api;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.linkmoderation.Executions;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.ListenAddress;
import org.linkmoderation.component.Settings;
import org.linkmoderation.component.Supervisor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API of AWS Step Functions over the executions of this container. */
@Component(
        service = {},
        immediate = true,
        configurationPid = ApiSettings.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class StepFunctionsApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StepFunctionsApi.class);
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

    private final Supervisor endpoint;

    /**
     * @param executions what is started, read and stopped
     * @param properties the settings of PID {@code org.linkmoderation.api}
     * @throws InvalidSetting if one of them can't be used
     */
    @Activate
    public StepFunctionsApi(@Reference Executions executions, Map<String, ?> properties) {
        ApiSettings settings = Settings.checked(() -> ApiSettings.of(properties), LOG);
        endpoint = new Supervisor("The Step Functions API", FIRST_DELAY, LONGEST_DELAY, ended -> {
            ListenAddress.requireFree(settings.host(), settings.port());
            ApiEndpoint started = new ApiEndpoint(settings, settings.port(), executions, Clock.systemUTC());
            LOG.info("The Step Functions API is at http://{}:{}", settings.host(), settings.port());
            return started::close;
        });
    }

    @Deactivate
    @Override
    public void close() {
        endpoint.stop();
    }
}
