package org.linkmoderation.local.coordinator;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
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
    private static final Pattern SECRET = Pattern.compile("[!-~]{16,256}");

    /** Without the secret. */
    @Override
    public String toString() {
        return "coordinator on " + host + ":" + port + ", state in " + directory;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }

    /**
     * Checks the settings of {@value #SHARED_PID} and {@value #PID}, which are described in their files in {@code etc}.
     *
     * @param values both together, as configured
     * @return the settings
     * @throws InvalidSetting if the secret is blank or a value cannot be used
     */
    public static CoordinatorSettings check(Map<String, ?> values) throws InvalidSetting {
        var shared = new Settings(SHARED_PID, values);
        var own = new Settings(PID, values);
        var secret = shared.text("secret", value(values, "secret", "")).strip();
        if (!SECRET.matcher(secret).matches()) {
            throw shared.invalidSecret("secret", "16 to 256 characters of ASCII without spaces");
        }
        var url = url(shared, "url", value(values, "url", "http://127.0.0.1:50000/lra-coordinator"));
        var listen = value(values, "listen.url", "");
        var address = listen.isBlank() ? url : url(own, "listen.url", listen);
        if (!"http".equals(address.getScheme()) || address.getPort() < 1) {
            throw own.invalid("listen.url", "http://host:port");
        }
        var participant = url(shared, "participant.url", value(values, "participant.url", "http://127.0.0.1:50001"));
        var participants = new ArrayList<URI>();
        for (var allowed : value(values, "participant.urls", "").split(",")) {
            if (!allowed.isBlank()) {
                participants.add(url(own, "participant.urls", allowed));
            }
        }
        return new CoordinatorSettings(
                address.getHost(),
                address.getPort(),
                secret,
                own.directory("data.directory", value(values, "data.directory", ""), "lra"),
                participants.isEmpty() ? List.of(participant) : List.copyOf(participants),
                Duration.ofSeconds(own.number(
                        "recovery.period.seconds",
                        () -> Integer.parseInt(
                                value(values, "recovery.period.seconds", "2").strip()),
                        1,
                        3_600)));
    }

    private static String value(Map<String, ?> values, String key, String byDefault) {
        return Objects.toString(values.get(key), byDefault);
    }

    private static URI url(Settings settings, String key, String value) throws InvalidSetting {
        try {
            var url = new URI(settings.text(key, value).strip());
            if (("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                    && url.getHost() != null
                    && url.getPort() <= MAX_PORT
                    && url.getUserInfo() == null
                    && url.getQuery() == null
                    && url.getFragment() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Refused below, with the same sentence
        }
        throw settings.invalid(key, "http://host:port, without user, query or fragment");
    }
}
