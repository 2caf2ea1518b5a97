package org.linkmoderation.domains.lra;

import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.RestConfiguration;
import org.apache.camel.spi.RestConsumerFactory;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
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
    private static final String AUTHORIZATION = "Authorization";
    private static final int LARGEST_BODY = 65_536;
    private static final int LONGEST_SHOWN = 200;
    private static final long BETWEEN_LINES_NANOS = 10_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(ParticipantEndpoint.class);

    private final RestConfiguration address = new RestConfiguration();
    private final byte[] authorization;
    private boolean isFirst = true;
    private long lastNanos;
    private long unsaid;

    /**
     * @param url where to listen, and nowhere else
     * @param secret what a caller has to know
     */
    ParticipantEndpoint(URI url, String secret) {
        authorization = ("Bearer " + secret).getBytes(StandardCharsets.UTF_8);
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
            Object sent = exchange.getMessage().removeHeader(AUTHORIZATION);
            // Takes the same time wherever the two differ
            if (sent instanceof String given
                    && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), authorization)) {
                return super.process(exchange, callback);
            }
            refuse(exchange, sent == null ? "it came without the secret" : "it came with a wrong secret");
            callback.done(true);
            return true;
        }
    }

    private void refuse(Exchange exchange, String why) {
        log(exchange, why);
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, HttpURLConnection.HTTP_FORBIDDEN);
        exchange.getMessage().setBody(null);
    }

    /** No more than a line in ten seconds, whoever calls how often. */
    private synchronized void log(Exchange exchange, String why) {
        long now = System.nanoTime();
        if (!isFirst && now - lastNanos < BETWEEN_LINES_NANOS) {
            unsaid++;
            return;
        }
        isFirst = false;
        lastNanos = now;
        String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, "", String.class);
        LOG.warn(
                "The participant's endpoint refused {} {} from {}: {}. {} more were refused before it.",
                exchange.getMessage().getHeader(Exchange.HTTP_METHOD),
                shown(exchange.getMessage().getHeader(Exchange.HTTP_URI, path, String.class)),
                remote(exchange),
                why,
                unsaid);
        unsaid = 0;
    }

    private static String shown(String path) {
        String printable = path.replaceAll("[^!-~]", "?");
        return printable.length() > LONGEST_SHOWN ? printable.substring(0, LONGEST_SHOWN) + "…" : printable;
    }

    private static String remote(Exchange exchange) {
        return exchange.getMessage().getHeader(REMOTE_ADDRESS) instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "an unknown address";
    }
}
