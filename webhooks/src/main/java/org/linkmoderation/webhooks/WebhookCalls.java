package org.linkmoderation.webhooks;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * Calls receivers. A call takes no longer than its time limit, whatever the receiver does; of an answer only the status
 * counts, and little more than that is read; a redirect is a failure.
 */
final class WebhookCalls implements AutoCloseable {
    /** Read, and dropped, so that the connection can be used again. */
    private static final int MAX_ANSWER_BYTES = 16 * 1024;

    private static final int GONE = 410;

    private final CloseableHttpClient client;
    private final Duration timeout;
    private final Clock clock;
    private final ScheduledExecutorService ends;

    /**
     * @param timeout how long a call may take
     * @param connections how many connections there are at once to one receiver
     * @param allowPrivate whether a receiver may have an address that is not public
     * @param clock gives the time that is signed
     */
    WebhookCalls(Duration timeout, int connections, boolean allowPrivate, Clock clock) {
        this.timeout = timeout;
        this.clock = clock;
        Timeout limit = Timeout.of(timeout);
        client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new PublicAddresses(allowPrivate))
                        .setMaxConnPerRoute(connections)
                        .setMaxConnTotal(Integer.MAX_VALUE)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(limit)
                                .setSocketTimeout(limit)
                                .setIdleTimeout(Timeout.ofSeconds(30))
                                .build())
                        .setDefaultTlsConfig(
                                TlsConfig.custom().setHandshakeTimeout(limit).build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(limit)
                        .setResponseTimeout(limit)
                        .build())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .setUserAgent("link-moderation-webhooks")
                .build();
        ends = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "webhooks time limit");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Sends a notice, signed as of now. */
    Answer post(Receiver receiver, Notice notice) {
        byte[] body = notice.body();
        String id = notice.id();
        long timestamp = clock.instant().getEpochSecond();
        HttpPost request = new HttpPost(receiver.url());
        request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        request.setHeader("webhook-id", id);
        request.setHeader("webhook-timestamp", timestamp);
        request.setHeader("webhook-signature", receiver.signature().of(id, timestamp, body));
        ScheduledFuture<?> end = ends.schedule(request::cancel, timeout.toMillis(), TimeUnit.MILLISECONDS);
        // Closed unread: what it would still send is not waited for
        try (ClassicHttpResponse response = client.executeOpen(null, request, null)) {
            return answer(response);
        } catch (IOException | RuntimeException e) {
            return Answer.failed(
                    request.isCancelled() ? "no answer within " + timeout.toSeconds() + " s" : e.toString());
        } finally {
            end.cancel(false);
        }
    }

    private static Answer answer(ClassicHttpResponse response) {
        int status = response.getCode();
        drop(response.getEntity());
        if (status >= 200 && status <= 299) {
            return Answer.TAKEN;
        }
        return new Answer(
                Optional.of("it answered with status " + status + (status / 100 == 3 ? ", a redirect" : "")),
                status == GONE,
                retryAfter(response.getFirstHeader("Retry-After")));
    }

    private static void drop(HttpEntity entity) {
        if (entity == null) {
            return;
        }
        try {
            entity.getContent().readNBytes(MAX_ANSWER_BYTES);
        } catch (IOException | RuntimeException e) {
            // The status has come, and counts
        }
    }

    /** A date is left out: it depends on the receiver's clock. */
    private static Duration retryAfter(Header header) {
        try {
            return header == null
                    ? Duration.ZERO
                    : Duration.ofSeconds(Math.max(
                            0, Math.min(86_400, Long.parseLong(header.getValue().strip()))));
        } catch (NumberFormatException e) {
            return Duration.ZERO;
        }
    }

    @Override
    public void close() {
        ends.shutdownNow();
        client.close(CloseMode.IMMEDIATE);
    }
}
