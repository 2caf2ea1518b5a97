package org.linkmoderation.monitoring;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.linkmoderation.component.Settings;

/**
 * The settings of the HTTP endpoint.
 *
 * @param host the name or address of the interface that it listens on
 * @param port the port
 * @param token what a request must show; there is one wherever other machines can connect
 * @param pollInterval how often the services and queues are asked for the metrics
 */
record MonitoringSettings(String host, int port, Optional<String> token, Duration pollInterval) {
    static final String PID = "org.linkmoderation.monitoring";

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:_-]{1,253}");
    private static final String HOST_EXPECTED = "the name or address of an interface of this machine";

    static MonitoringSettings of(Map<String, ?> properties) {
        Settings settings = new Settings(PID, properties);
        String host = settings.text("host", "127.0.0.1", HOST, HOST_EXPECTED);
        Optional<String> token = settings.optional("token");
        if (token.isEmpty() && !isLoopback(settings, host)) {
            throw settings.invalid("host", "an address of this machine alone, such as 127.0.0.1, or a token beside it");
        }
        return new MonitoringSettings(
                host, settings.integer("port", 8182, 1, 65_535), token, settings.seconds("poll.seconds", 15, 1, 3600));
    }

    private static boolean isLoopback(Settings settings, String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw settings.invalid("host", HOST_EXPECTED);
        }
    }
}
