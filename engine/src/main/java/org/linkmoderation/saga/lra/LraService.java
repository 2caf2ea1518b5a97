package org.linkmoderation.saga.lra;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.service.lra.LRAClient;
import org.apache.camel.service.lra.LRASagaService;
import org.apache.camel.spi.RestConfiguration;
import org.linkmoderation.ServiceUnavailableException;

/**
 * Camel's saga service for the coordinator, with the endpoint that the coordinator calls in its Camel context. Each
 * call to the coordinator has a timeout and carries the shared secret, and a call from it without the secret is
 * refused.
 */
public final class LraService extends LRASagaService implements SagaCoordinator {
    private static final int CONNECT_MILLIS = 2000;

    private final LraSettings settings;
    private final LraCalls calls;

    /** @param settings where the coordinator is, and where it calls */
    public LraService(LraSettings settings) {
        this.settings = settings;
        URI url = settings.url();
        URI participant = settings.participant();
        setCoordinatorUrl(url.getScheme() + "://" + url.getRawAuthority());
        setCoordinatorContextPath(url.getRawPath());
        setLocalParticipantUrl(participant.getScheme() + "://" + participant.getRawAuthority());
        calls = new LraCalls(this, settings);
    }

    /** Before the routes that serve the coordinator's calls: these listen where the participant's URL says. */
    @Override
    public void setCamelContext(CamelContext camelContext) {
        URI participant = settings.participant();
        camelContext
                .getRegistry()
                .bind(ParticipantEndpoint.NAME, new ParticipantEndpoint(participant, settings.secret()));
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
        return calls.status(lra);
    }

    @Override
    public void move(URI lra, String participant, Map<String, String> options) {
        // By the name that Camel's REST routes know the endpoint by
        String compensation = getCamelContext().getEndpoint(COMPENSATION).getEndpointUri();
        calls.move(lra, participant, compensation, options);
    }

    /**
     * Asks the coordinator whether it is there.
     *
     * @return its URL
     * @throws ServiceUnavailableException if it is not, or does not know the secret
     */
    public String check() {
        return calls.check();
    }

    /**
     * Asks whether the endpoint listens that the coordinator calls.
     *
     * @return its URL
     * @throws ServiceUnavailableException if it does not
     */
    public String checkParticipant() {
        URI participant = settings.participant();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(participant.getHost(), participant.getPort()), CONNECT_MILLIS);
            return participant.toString();
        } catch (IOException e) {
            throw new ServiceUnavailableException("Nothing listens on " + participant + ": " + e.getMessage(), e);
        }
    }
}
