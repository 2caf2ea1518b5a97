package org.linkmoderation.local.broker;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.KeptRunning;
import org.linkmoderation.component.Settings;
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
        configurationPid = {LocalBroker.CLIENT_PID, LocalBroker.PID},
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public class LocalBroker {

    static final String CLIENT_PID = "org.linkmoderation.broker";
    static final String PID = "org.linkmoderation.local.broker";

    private static final Logger LOG = LoggerFactory.getLogger(LocalBroker.class);
    private static final int MAX_PORT = 65_535;

    private final KeptRunning broker;

    /** The settings of {@value #PID}, and user and password of {@value #CLIENT_PID}, described in their files. */
    @interface Config {
        /** Where to listen, as {@code tcp://host:port}; without it, where the client connects to. */
        String url() default "tcp://127.0.0.1:61616";

        /** Where the messages are kept; blank for {@code activemq} in the container's data directory. */
        String data_directory() default "";

        /** How much space the messages may take there, in megabytes, 100 to 1000000. */
        int store_limit_megabytes() default 4096;

        /** The only user's name. */
        String user() default "moderation";

        /** The only user's password; there is no default. */
        String password() default "";
    }

    /**
     * @param config the settings
     * @param properties the settings as configured
     */
    @Activate
    public LocalBroker(Config config, Map<String, Object> properties) {
        var settings = check(config, new Settings(PID, properties), new Settings(CLIENT_PID, properties));
        broker = settings == null ? null : keepRunning(settings, Duration.ofSeconds(1), Duration.ofSeconds(10));
    }

    static KeptRunning keepRunning(BrokerSettings settings, Duration firstDelay, Duration longestDelay) {
        return new KeptRunning("The local broker", firstDelay, longestDelay, ended -> {
            var broker = EmbeddedBroker.start(settings, ended);
            LOG.info(
                    "The local broker listens on {}, its messages are in {}.",
                    settings.address(),
                    settings.directory());
            return broker::stop;
        });
    }

    private static BrokerSettings check(Config config, Settings own, Settings client) {
        try {
            return new BrokerSettings(
                    address(own, config.url()),
                    own.directory("data.directory", config.data_directory(), "activemq"),
                    own.number("store.limit.megabytes", config::store_limit_megabytes, 100, 1_000_000),
                    client.text("user", config.user()),
                    client.text("password", config.password()));
        } catch (InvalidSetting e) {
            LOG.error(e.getMessage());
            return null;
        }
    }

    static URI address(Settings settings, String url) throws InvalidSetting {
        try {
            var address = new URI(settings.text("url", url).strip());
            if ("tcp".equals(address.getScheme())
                    && address.getHost() != null
                    && address.getPort() > 0
                    && address.getPort() <= MAX_PORT
                    && address.getQuery() == null) {
                return address;
            }
        } catch (URISyntaxException e) {
            // Refused below, with the same sentence
        }
        throw settings.invalid("url", "tcp://host:port");
    }

    @Deactivate
    void stop() {
        if (broker != null) {
            broker.stop();
        }
    }
}
