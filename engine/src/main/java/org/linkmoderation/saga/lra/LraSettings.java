package org.linkmoderation.saga.lra;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.linkmoderation.component.BearerSecret;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;
import org.linkmoderation.states.Sagas;

/**
 * Where the coordinator is, and where it calls.
 *
 * @param url the coordinator
 * @param participant the address of the endpoint that it calls
 * @param secret what both prove to each other
 * @param callTimeout how long a call to the coordinator may take
 */
public record LraSettings(URI url, URI participant, BearerSecret secret, Duration callTimeout) {
    private static final Pattern URL = Pattern.compile("https?://[^/?#@\\s]+/[^?#\\s]+");
    private static final Pattern LISTEN_URL = Pattern.compile("http://[^/?#@:\\s]+:[1-9][0-9]{0,4}/?");

    /**
     * Reads and checks the settings.
     *
     * @param properties the settings of PID {@value Sagas#PID}, and others
     * @throws InvalidSetting if one of them can't be used, or the secret is blank
     */
    public static LraSettings of(Map<String, ?> properties) {
        Settings settings = new Settings(Sagas.PID, properties);
        return new LraSettings(
                URI.create(settings.text(
                        "url", "http://127.0.0.1:50000/lra-coordinator", URL, "http://host:port/lra-coordinator")),
                URI.create(settings.text("participant.url", "http://127.0.0.1:50001", LISTEN_URL, "http://host:port")),
                BearerSecret.of(BearerSecret.setting(settings)),
                settings.seconds("call.timeout.seconds", 5, 3, 60));
    }
}
