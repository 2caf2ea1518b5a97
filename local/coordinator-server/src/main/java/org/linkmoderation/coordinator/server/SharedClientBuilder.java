package org.linkmoderation.coordinator.server;

import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.Configuration;
import java.time.Duration;
import org.glassfish.jersey.client.ClientConfig;
import org.glassfish.jersey.client.ClientProperties;
import org.glassfish.jersey.client.JerseyClient;
import org.glassfish.jersey.client.JerseyClientBuilder;

/**
 * The builder that JAX-RS finds: the coordinator makes a client for every call to a participant and closes it after it,
 * which costs more than the call. All get the same one here, which stays open.
 */
public final class SharedClientBuilder extends JerseyClientBuilder {

    private static SharedClient client;

    /**
     * Opens the client that all get from now on.
     *
     * @param calls sees each request before it is sent
     * @param timeout of the connection and of each wait for an answer
     */
    static synchronized void open(ClientRequestFilter calls, Duration timeout) {
        client = new SharedClient(new ClientConfig()
                .register(calls)
                .property(ClientProperties.CONNECT_TIMEOUT, (int) timeout.toMillis())
                .property(ClientProperties.READ_TIMEOUT, (int) timeout.toMillis())
                // Else the secret would follow wherever a participant points
                .property(ClientProperties.FOLLOW_REDIRECTS, false));
    }

    /** Ends the client. */
    static synchronized void end() {
        client.end();
    }

    @Override
    public JerseyClient build() {
        synchronized (SharedClientBuilder.class) {
            return client;
        }
    }

    private static final class SharedClient extends JerseyClient {

        SharedClient(Configuration configuration) {
            super(configuration, (javax.net.ssl.SSLContext) null, null);
        }

        /** Does nothing: others use it still. */
        @Override
        public void close() {}

        void end() {
            super.close();
        }
    }
}
