package org.linkmoderation.rest;

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

/** Requests over HTTP, and the status of their executions. */
@Component(
        service = {},
        immediate = true,
        configurationPid = RestSettings.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class RestApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RestApi.class);
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

    private final Supervisor endpoint;

    /**
     * @param executions what is started and read
     * @param properties the settings of PID {@code org.linkmoderation.rest}
     * @throws InvalidSetting if one of them can't be used
     */
    @Activate
    public RestApi(@Reference Executions executions, Map<String, ?> properties) {
        RestSettings settings = Settings.checked(() -> RestSettings.of(properties), LOG);
        endpoint = new Supervisor("The endpoint of requests over HTTP", FIRST_DELAY, LONGEST_DELAY, ended -> {
            ListenAddress.requireFree(settings.host(), settings.port());
            RestEndpoint started = new RestEndpoint(settings, settings.port(), executions);
            LOG.info("Requests over HTTP are taken at http://{}:{}", settings.host(), settings.port());
            return started::close;
        });
    }

    @Deactivate
    @Override
    public void close() {
        endpoint.stop();
    }
}
