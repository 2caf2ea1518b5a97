package org.linkmoderation.monitoring;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.linkmoderation.ServiceStatus;
import org.linkmoderation.view.ExecutionJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code GET} on {@code /moderation/metrics}, {@code /moderation/health/live} and
 * {@code /moderation/health/ready}. The JDK's own server: it needs no web container, and so opens none in a container
 * that has none, nor shares its listeners.
 */
final class HttpEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);

    /** A probe waits for a few seconds; the others do not wait for it. */
    private static final int THREADS = 8;

    private static final String METRICS_FORMAT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String JSON = "application/json";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, runnable -> {
        Thread thread = new Thread(runnable, "link-moderation http");
        thread.setDaemon(true);
        return thread;
    });
    private final Optional<String> authorization;

    /** An answer, with its status. */
    private record Answer(int status, String type, String body) {}

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
        server = HttpServer.create(new InetSocketAddress(host, port), 0);
        server.setExecutor(threads);
        answer("/moderation/metrics", () -> new Answer(200, METRICS_FORMAT, metrics.get()));
        answer("/moderation/health/live", () -> statuses(health.live()));
        answer("/moderation/health/ready", () -> statuses(health.ready()));
        server.start();
    }

    /** The port that it listens on. */
    int port() {
        return server.getAddress().getPort();
    }

    private static Answer statuses(List<ServiceStatus> statuses) {
        boolean ok = statuses.stream().allMatch(ServiceStatus::ok);
        return new Answer(ok ? 200 : 503, JSON, ExecutionJson.text(ExecutionJson.status(statuses)) + "\n");
    }

    private void answer(String path, Supplier<Answer> page) {
        server.createContext(path, exchange -> {
            try (exchange) {
                write(exchange, answer(exchange, path, page));
            } catch (RuntimeException e) {
                LOG.error("{} can't be answered", path, e);
            }
        });
    }

    private Answer answer(HttpExchange exchange, String path, Supplier<Answer> page) {
        if (!exchange.getRequestURI().getPath().equals(path)) {
            return new Answer(404, METRICS_FORMAT, "There is no such page\n");
        }
        if (!isAllowed(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            return new Answer(
                    401,
                    METRICS_FORMAT,
                    "Expected Authorization: Bearer, with the token of etc/org.linkmoderation.monitoring.cfg\n");
        }
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            return new Answer(405, METRICS_FORMAT, "Expected GET\n");
        }
        return page.get();
    }

    private boolean isAllowed(String shown) {
        return authorization
                .map(expected -> shown != null
                        && MessageDigest.isEqual(
                                expected.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8)))
                .orElse(true);
    }

    private static void write(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
