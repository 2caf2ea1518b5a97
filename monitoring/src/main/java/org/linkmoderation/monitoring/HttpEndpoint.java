package org.linkmoderation.monitoring;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.linkmoderation.ServiceStatus;
import org.linkmoderation.http.HttpHandler;
import org.linkmoderation.http.HttpLimits;
import org.linkmoderation.http.HttpRequest;
import org.linkmoderation.http.HttpResponse;
import org.linkmoderation.http.HttpServer;
import org.linkmoderation.view.ExecutionJson;

/**
 * Answers {@code GET} on {@code /moderation/metrics}, {@code /moderation/health/live} and
 * {@code /moderation/health/ready}. A server of its own: it needs no web container, and so opens none in a container
 * that has none, nor shares its listeners.
 */
final class HttpEndpoint implements AutoCloseable {
    /** A probe waits for a few seconds; the others do not wait for it. Nobody has a body to send. */
    private static final HttpLimits LIMITS =
            HttpLimits.defaults().withBodyBytes(1_024).withRequestTimes(Duration.ofSeconds(5), Duration.ofSeconds(5));

    private static final String METRICS_FORMAT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String JSON = "application/json";

    private final HttpServer server;
    private final Optional<String> authorization;
    private final Map<String, Supplier<HttpResponse>> pages;

    /**
     * Listens when this returns.
     *
     * @param host the name or address of an interface of this machine
     * @param port the port; 0 for any
     * @param token what a request must show as {@code Authorization: Bearer …}, if anything
     * @param metrics the page of metrics
     * @param health what is asked for its health
     * @throws IOException if the address is taken
     */
    HttpEndpoint(String host, int port, Optional<String> token, Supplier<String> metrics, Health health)
            throws IOException {
        authorization = token.map(secret -> "Bearer " + secret);
        pages = Map.of(
                "/moderation/metrics", () -> page(200, METRICS_FORMAT, metrics.get()),
                "/moderation/health/live", () -> statuses(health.live()),
                "/moderation/health/ready", () -> statuses(health.ready()));
        server = new HttpServer(
                "link-moderation http",
                new InetSocketAddress(host, port),
                LIMITS,
                HttpHandler.blocking(request -> answer(request).with("Cache-Control", "no-store")));
    }

    /** The port that it listens on. */
    int port() {
        return server.port();
    }

    private static HttpResponse statuses(List<ServiceStatus> statuses) {
        boolean ok = statuses.stream().allMatch(ServiceStatus::ok);
        return page(ok ? 200 : 503, JSON, ExecutionJson.text(ExecutionJson.status(statuses)) + "\n");
    }

    private HttpResponse answer(HttpRequest request) {
        Supplier<HttpResponse> page = pages.get(request.path());
        if (page == null) {
            return HttpResponse.text(404, "There is no such page\n");
        }
        if (!isAllowed(request.header("Authorization"))) {
            return HttpResponse.text(
                            401,
                            "Expected Authorization: Bearer, with the token of etc/org.linkmoderation.monitoring.cfg\n")
                    .with("WWW-Authenticate", "Bearer");
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return HttpResponse.text(405, "Expected GET\n").with("Allow", "GET, HEAD");
        }
        return page.get();
    }

    private boolean isAllowed(Optional<String> shown) {
        return authorization
                .map(expected -> shown.isPresent()
                        && MessageDigest.isEqual(
                                expected.getBytes(StandardCharsets.UTF_8),
                                shown.get().getBytes(StandardCharsets.UTF_8)))
                .orElse(true);
    }

    private static HttpResponse page(int status, String type, String body) {
        return HttpResponse.of(status, type, body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.close();
    }
}
