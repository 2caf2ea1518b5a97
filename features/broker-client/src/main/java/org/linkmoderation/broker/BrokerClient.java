package org.linkmoderation.broker;

import jakarta.jms.ConnectionFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the {@link ConnectionFactory} of the configured broker as a service with the property
 * {@code name=link-moderation}. With a setting that cannot be used it publishes nothing and logs one sentence; a
 * corrected file starts it again.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = BrokerClient.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public class BrokerClient {

    static final String PID = "org.linkmoderation.broker";

    private static final Logger LOG = LoggerFactory.getLogger(BrokerClient.class);
    private static final int MAX_PORT = 65_535;

    private final ServiceRegistration<ConnectionFactory> registration;

    /** The settings of {@value #PID}, described in its file in {@code etc}. */
    @interface Config {
        /** The broker's addresses, {@code tcp://} or {@code ssl://}, separated by commas. */
        String url() default "tcp://127.0.0.1:61616";

        /** The user's name at the broker. */
        String user() default "moderation";

        /** The user's password at the broker; there is no default. */
        String password() default "";

        /** Seconds before the first redelivery, 1 to 3600. */
        int redelivery_initial_seconds() default 1;

        /** The longest time in seconds before a redelivery, from the initial one to 86400. */
        int redelivery_max_seconds() default 60;

        /** Seconds that a broker that is away is waited for, 1 to 300. */
        int send_timeout_seconds() default 10;
    }

    /**
     * @param context where the service is published
     * @param config the settings
     * @param properties the settings as configured
     */
    @Activate
    public BrokerClient(BundleContext context, Config config, Map<String, Object> properties) {
        registration = publish(context, config, new Settings(PID, properties));
    }

    private static ServiceRegistration<ConnectionFactory> publish(
            BundleContext context, Config config, Settings settings) {
        try {
            var servers = servers(settings, config.url());
            var factory = connectionFactory(config, settings, servers);
            LOG.info("Connections go to {} as user {}.", addresses(servers), config.user());
            // Not a service of the component itself: its properties, the password among them, would be the service's
            return context.registerService(
                    ConnectionFactory.class, factory, FrameworkUtil.asDictionary(Map.of("name", "link-moderation")));
        } catch (InvalidSetting e) {
            LOG.error(e.getMessage());
            return null;
        }
    }

    static BrokerConnectionFactory connectionFactory(Config config, Settings settings, List<String> servers)
            throws InvalidSetting {
        int first = settings.number("redelivery.initial.seconds", config::redelivery_initial_seconds, 1, 3_600);
        return new BrokerConnectionFactory(
                servers,
                settings.text("user", config.user()),
                settings.text("password", config.password()),
                Duration.ofSeconds(first),
                Duration.ofSeconds(
                        settings.number("redelivery.max.seconds", config::redelivery_max_seconds, first, 86_400)),
                Duration.ofSeconds(settings.number("send.timeout.seconds", config::send_timeout_seconds, 1, 300)));
    }

    static List<String> servers(Settings settings, String url) throws InvalidSetting {
        var servers = new ArrayList<String>();
        for (var server : settings.text("url", url).split(",", -1)) {
            servers.add(server(settings, server.strip()));
        }
        return servers;
    }

    private static String server(Settings settings, String server) throws InvalidSetting {
        try {
            var uri = new URI(server);
            if (uri.getScheme() != null
                    && Set.of("tcp", "ssl").contains(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getPort() > 0
                    && uri.getPort() <= MAX_PORT) {
                return server;
            }
        } catch (URISyntaxException e) {
            // Refused below, with the same sentence
        }
        throw settings.invalid("url", "tcp://host:port or ssl://host:port, or several separated by commas,");
    }

    /** Options behind the address may hold what is not for the log. */
    private static String addresses(List<String> servers) {
        return String.join(
                ",", servers.stream().map(server -> server.split("\\?", 2)[0]).toList());
    }

    @Deactivate
    void stop() {
        if (registration != null) {
            registration.unregister();
        }
    }
}
