package org.linkmoderation.local.coordinator;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.linkmoderation.component.BearerSecret;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;

/**
 * What a run of the coordinator needs to know.
 *
 * @param host where to listen
 * @param port where to listen
 * @param secret what its callers prove to know, and it proves to participants
 * @param directory where its state is kept; created if there is none
 * @param participants what the URL of a participant may begin with
 * @param recoveryPeriod the time between two rounds of recovery
 */
public record CoordinatorSettings(
        String host, int port, String secret, Path directory, List<URI> participants, Duration recoveryPeriod) {

    /** What the coordinator and its participants have in common. */
    public static final String SHARED_PID = "org.linkmoderation.coordinator";

    /** What the local coordinator alone needs. */
    public static final String PID = "org.linkmoderation.local.coordinator";

    private static final int MAX_PORT = 65_535;

    /** Without the secret. */
    @Override
    public String toString() {
        return "coordinator on " + host + ":" + port + ", state in " + directory;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }

    /**
     * Reads the settings of {@value #SHARED_PID} and {@value #PID}, which are described in their files in {@code etc}.
     *
     * @param properties both together, as configured
     * @throws InvalidSetting if the secret is blank or a value cannot be used
     */
    public static CoordinatorSettings of(Map<String, ?> properties) {
        var shared = new Settings(SHARED_PID, properties);
        var own = new Settings(PID, properties);
        var secret = BearerSecret.setting(shared);
        var url = url(shared, "url", shared.required("url", "http://127.0.0.1:50000/lra-coordinator"));
        var address = own.optional("listen.url")
                .map(listen -> url(own, "listen.url", listen))
                .orElse(url);
        if (!"http".equals(address.getScheme()) || address.getPort() < 1) {
            throw own.invalid("listen.url", "http://host:port");
        }
        var participant = url(shared, "participant.url", shared.required("participant.url", "http://127.0.0.1:50001"));
        var participants = Stream.of(own.optional("participant.urls").orElse("").split(","))
                .filter(allowed -> !allowed.isBlank())
                .map(allowed -> url(own, "participant.urls", allowed))
                .toList();
        return new CoordinatorSettings(
                address.getHost(),
                address.getPort(),
                secret,
                own.directory("data.directory", "lra"),
                participants.isEmpty() ? List.of(participant) : participants,
                own.seconds("recovery.period.seconds", 2, 1, 3_600));
    }

    private static URI url(Settings settings, String key, String value) {
        return settings.uri(
                key, value, CoordinatorSettings::isUrl, "http://host:port, without user, query or fragment");
    }

    private static boolean isUrl(URI url) {
        return ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                && url.getHost() != null
                && url.getPort() <= MAX_PORT
                && url.getUserInfo() == null
                && url.getQuery() == null
                && url.getFragment() == null;
    }
}
