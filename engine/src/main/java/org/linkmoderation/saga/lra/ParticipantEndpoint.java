package org.linkmoderation.saga.lra;

import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.RestConfiguration;
import org.apache.camel.spi.RestConsumerFactory;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.linkmoderation.component.BearerSecret;
import org.linkmoderation.component.Refusals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the coordinator calls: Camel's HTTP endpoint on one address, with a check before every route that refuses a
 * call without the shared secret. A forged call would undo what was done.
 */
final class ParticipantEndpoint implements RestConsumerFactory {
    /** The component's name, by which the REST routes find it. */
    static final String NAME = "lra-participant";

    private static final String HTTP = "netty-http";
    private static final String REMOTE_ADDRESS = "CamelNettyRemoteAddress";
    private static final int LARGEST_BODY = 65_536;
    private static final Logger LOG = LoggerFactory.getLogger(ParticipantEndpoint.class);

    private final RestConfiguration address = new RestConfiguration();
    private final BearerSecret secret;
    private final Refusals refusals = new Refusals(LOG::warn);

    /**
     * @param url where to listen, and nowhere else
     * @param secret what a caller has to know
     */
    ParticipantEndpoint(URI url, BearerSecret secret) {
        this.secret = secret;
        address.setComponent(HTTP);
        address.setHost(url.getHost());
        address.setPort(url.getPort());
        address.setEndpointProperties(
                Map.of("muteException", "true", "chunkedMaxContentLength", String.valueOf(LARGEST_BODY)));
    }

    @Override
    public Consumer createConsumer(
            CamelContext context,
            Processor processor,
            String verb,
            String basePath,
            String uriTemplate,
            String consumes,
            String produces,
            RestConfiguration configuration,
            Map<String, Object> parameters)
            throws Exception {
        return ((RestConsumerFactory) context.getComponent(HTTP))
                .createConsumer(
                        context,
                        new SecretRequired(processor),
                        verb,
                        basePath,
                        uriTemplate,
                        consumes,
                        produces,
                        address,
                        parameters);
    }

    private final class SecretRequired extends DelegateAsyncProcessor {
        SecretRequired(Processor route) {
            super(route);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            Object sent = exchange.getMessage().removeHeader(BearerSecret.HEADER);
            Optional<String> refusal = secret.refusal(sent instanceof String header ? header : null);
            if (refusal.isEmpty()) {
                return super.process(exchange, callback);
            }
            refuse(exchange, refusal.get());
            callback.done(true);
            return true;
        }
    }

    private void refuse(Exchange exchange, String why) {
        String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, "", String.class);
        refusals.add("The participant's endpoint refused "
                + exchange.getMessage().getHeader(Exchange.HTTP_METHOD) + " "
                + exchange.getMessage().getHeader(Exchange.HTTP_URI, path, String.class) + " from " + remote(exchange)
                + ": " + why + ".");
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, HttpURLConnection.HTTP_FORBIDDEN);
        exchange.getMessage().setBody(null);
    }

    private static String remote(Exchange exchange) {
        return exchange.getMessage().getHeader(REMOTE_ADDRESS) instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "an unknown address";
    }
}
