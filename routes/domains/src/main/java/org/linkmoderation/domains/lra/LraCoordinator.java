package org.linkmoderation.domains.lra;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.service.lra.LRAClient;
import org.apache.camel.service.lra.LRASagaService;
import org.apache.camel.spi.RestConfiguration;
import org.linkmoderation.ServiceUnavailableException;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;

/**
 * The coordinator of sagas, and the endpoint that it calls. Each call to it has a timeout and carries the shared
 * secret, and a call from it without the secret is refused.
 */
public final class LraCoordinator extends LRASagaService implements SagaCoordinator {
    /** What the coordinator and its participants have in common. */
    public static final String PID = "org.linkmoderation.coordinator";

    /**
     * The exchange property that says what the coordinator knows the participant of the saga by, once it has joined; a
     * run that resumes sets it and {@linkplain #move moves} the participant instead of joining again.
     */
    public static final String PARTICIPANT = "org.linkmoderation.domains.participant";

    private static final Pattern URL = Pattern.compile("https?://[^/?#@\\s]+/[^?#\\s]+");
    private static final Pattern LISTEN_URL = Pattern.compile("http://[^/?#@:\\s]+:[1-9][0-9]{0,4}/?");
    private static final Pattern SECRET = Pattern.compile("[!-~]{16,256}");
    private static final int CONNECT_MILLIS = 2000;

    private final URI url;
    private final URI participant;
    private final String secret;
    private final LraCalls calls;

    private LraCoordinator(Access access, Duration sagaTimeout) {
        url = access.url();
        participant = access.participant();
        secret = access.secret();
        setCoordinatorUrl(url.getScheme() + "://" + url.getRawAuthority());
        setCoordinatorContextPath(url.getRawPath());
        setLocalParticipantUrl(participant.getScheme() + "://" + participant.getRawAuthority());
        calls = new LraCalls(this, url, secret, access.callTimeout(), sagaTimeout);
    }

    /** The settings, checked. */
    record Access(URI url, URI participant, String secret, Duration callTimeout) {
        /** Without the secret. */
        @Override
        public String toString() {
            return url + ", called back at " + participant;
        }
    }

    /**
     * Checks the settings.
     *
     * @param properties the settings of PID {@value #PID}, and others
     * @throws InvalidSetting if one of them can't be used, or the secret is blank
     */
    static Access check(Map<String, ?> properties) {
        Settings settings = new Settings(PID, properties);
        String secret = settings.required("secret", "").strip();
        if (!SECRET.matcher(secret).matches()) {
            throw settings.invalidSecret("secret", "16 to 256 characters of ASCII without spaces");
        }
        return new Access(
                URI.create(settings.text(
                        "url", "http://127.0.0.1:50000/lra-coordinator", URL, "http://host:port/lra-coordinator")),
                URI.create(settings.text("participant.url", "http://127.0.0.1:50001", LISTEN_URL, "http://host:port")),
                secret,
                settings.seconds("call.timeout.seconds", 5, 3, 60));
    }

    /**
     * The coordinator that the settings name.
     *
     * @param properties the settings of PID {@value #PID}, and others
     * @param sagaTimeout how long after its start the coordinator cancels a saga that has not ended, whoever resumes it
     *     and as often as it is resumed
     * @throws InvalidSetting if one of them can't be used, or the secret is blank
     */
    public static LraCoordinator of(Map<String, ?> properties, Duration sagaTimeout) {
        return of(check(properties), sagaTimeout);
    }

    static LraCoordinator of(Access access, Duration sagaTimeout) {
        return new LraCoordinator(access, sagaTimeout);
    }

    /** Before the routes that serve the coordinator's calls: these listen where the participant's URL says. */
    @Override
    public void setCamelContext(CamelContext camelContext) {
        camelContext.getRegistry().bind(ParticipantEndpoint.NAME, new ParticipantEndpoint(participant, secret));
        RestConfiguration rest = new RestConfiguration();
        rest.setComponent(ParticipantEndpoint.NAME);
        rest.setHost(participant.getHost());
        rest.setPort(participant.getPort());
        camelContext.setRestConfiguration(rest);
        super.setCamelContext(camelContext);
    }

    @Override
    protected LRAClient createLRAClient() {
        return calls;
    }

    @Override
    public LraStatus status(URI lra) {
        HttpResponse<String> answer = calls.get(calls.at(lra, "/status"));
        if (answer.statusCode() == HttpURLConnection.HTTP_NOT_FOUND) {
            return LraStatus.UNKNOWN;
        }
        if (answer.statusCode() == HttpURLConnection.HTTP_OK) {
            // "FailedToCancel" and the like
            String name =
                    answer.body().trim().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
            for (LraStatus status : LraStatus.values()) {
                if (status.name().equals(name)) {
                    return status;
                }
            }
        }
        throw calls.unexpected("say how " + lra + " stands", answer);
    }

    @Override
    public void move(URI lra, String participant, String compensation, Map<String, String> options) {
        // By the name that Camel's REST routes know it by
        String endpoint = getCamelContext().getEndpoint(compensation).getEndpointUri();
        calls.move(lra, participant, endpoint, options);
    }

    /**
     * Asks the coordinator whether it is there.
     *
     * @return its URL
     * @throws ServiceUnavailableException if it is not, or does not know the secret
     */
    public String check() {
        HttpResponse<String> answer = calls.get(URI.create(url + "?Status=FailedToCancel"));
        if (answer.statusCode() != HttpURLConnection.HTTP_OK) {
            throw calls.unexpected("list the sagas given up", answer);
        }
        return url.toString();
    }

    /**
     * Asks whether the endpoint listens that the coordinator calls.
     *
     * @return its URL
     * @throws ServiceUnavailableException if it does not
     */
    public String checkParticipant() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(participant.getHost(), participant.getPort()), CONNECT_MILLIS);
            return participant.toString();
        } catch (IOException e) {
            throw new ServiceUnavailableException("Nothing listens on " + participant + ": " + e.getMessage(), e);
        }
    }
}
