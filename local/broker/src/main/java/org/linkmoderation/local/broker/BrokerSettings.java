package org.linkmoderation.local.broker;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;

/**
 * What a run of the broker needs to know.
 *
 * @param address where to listen: {@code tcp}, host and port
 * @param directory where the messages are kept; created if there is none
 * @param storeLimitMegabytes how much space the messages may take there
 * @param user the only user's name
 * @param password the only user's password
 */
record BrokerSettings(URI address, Path directory, int storeLimitMegabytes, String user, String password) {

    /** The settings of the client, which user and password are of. */
    static final String CLIENT_PID = "org.linkmoderation.broker";

    static final String PID = "org.linkmoderation.local.broker";

    private static final int MAX_PORT = 65_535;

    /**
     * Reads the settings.
     *
     * @param properties the settings of {@value #PID} and {@value #CLIENT_PID}, as configured; without a URL of its own
     *     the broker listens where the client connects to
     * @throws InvalidSetting if one of them cannot be used, or the password is blank
     */
    static BrokerSettings of(Map<String, ?> properties) {
        var own = new Settings(PID, properties);
        var client = new Settings(CLIENT_PID, properties);
        return new BrokerSettings(
                own.uri(
                        "url",
                        own.required("url", "tcp://127.0.0.1:61616"),
                        BrokerSettings::isAddress,
                        "tcp://host:port"),
                own.directory("data.directory", "activemq"),
                own.integer("store.limit.megabytes", 4096, 100, 1_000_000),
                client.required("user", "moderation"),
                client.required("password", ""));
    }

    private static boolean isAddress(URI url) {
        return "tcp".equals(url.getScheme())
                && url.getHost() != null
                && url.getPort() > 0
                && url.getPort() <= MAX_PORT
                && url.getQuery() == null;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "broker at " + address + ", messages in " + directory + ", user " + user;
    }
}
