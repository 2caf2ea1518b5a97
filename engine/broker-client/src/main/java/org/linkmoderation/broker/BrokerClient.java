package org.linkmoderation.broker;

import jakarta.jms.ConnectionFactory;
import java.net.URI;
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

    /**
     * @param context where the service is published
     * @param properties the settings as configured, described in their file
     */
    @Activate
    public BrokerClient(BundleContext context, Map<String, ?> properties) {
        registration = publish(context, new Settings(PID, properties));
    }

    private static ServiceRegistration<ConnectionFactory> publish(BundleContext context, Settings settings) {
        try {
            var servers = servers(settings);
            var user = settings.required("user", "moderation");
            var factory = connectionFactory(settings, servers, user);
            LOG.info("Connections go to {} as user {}.", addresses(servers), user);
            // Not a service of the component itself: its properties, the password among them, would be the service's
            return context.registerService(
                    ConnectionFactory.class, factory, FrameworkUtil.asDictionary(Map.of("name", "link-moderation")));
        } catch (InvalidSetting e) {
            LOG.error(e.getMessage());
            return null;
        }
    }

    private static BrokerConnectionFactory connectionFactory(Settings settings, List<String> servers, String user) {
        int first = settings.integer("redelivery.initial.seconds", 1, 1, 3_600);
        return new BrokerConnectionFactory(
                servers,
                user,
                settings.required("password", ""),
                Duration.ofSeconds(first),
                settings.seconds("redelivery.max.seconds", Math.max(first, 60), first, 86_400),
                settings.seconds("send.timeout.seconds", 10, 1, 300));
    }

    static List<String> servers(Settings settings) {
        var servers = new ArrayList<String>();
        for (var server : settings.required("url", "tcp://127.0.0.1:61616").split(",", -1)) {
            servers.add(settings.uri(
                            "url",
                            server,
                            BrokerClient::isServer,
                            "tcp://host:port or ssl://host:port, or several separated by commas,")
                    .toString());
        }
        return servers;
    }

    private static boolean isServer(URI url) {
        return url.getScheme() != null
                && Set.of("tcp", "ssl").contains(url.getScheme())
                && url.getHost() != null
                && url.getPort() > 0
                && url.getPort() <= MAX_PORT;
    }

    /** Options after the address may hold what is not for the log. */
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
