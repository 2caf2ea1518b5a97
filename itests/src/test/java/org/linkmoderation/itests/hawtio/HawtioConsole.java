package org.linkmoderation.itests.hawtio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Ports;

/** The console of a node, and the requests that its pages make. */
public final class HawtioConsole {
    private static final String WEB = "org.ops4j.pax.web";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final int port;

    private HawtioConsole(int port) {
        this.port = port;
    }

    /**
     * Installs it into a node that knows the features repository. Its first part comes alone, so that the tests of this
     * machine do not share the port that it sets.
     */
    public static HawtioConsole install(KarafNode node) {
        node.shellOk("feature:install link-moderation-http");
        HawtioConsole console = new HawtioConsole(Ports.free());
        node.setting(WEB, "org.osgi.service.http.port", console.port);
        node.shellOk("config:property-set --pid " + WEB + " org.osgi.service.http.port " + console.port);
        node.shellOk("feature:install link-moderation-hawtio");
        node.await(
                "the log-in page of hawtio",
                PATIENCE,
                () -> console.get("auth/login").statusCode() == 200);
        return console;
    }

    int port() {
        return port;
    }

    /** The URL of a page. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + "/hawtio/" + path);
    }

    /** Asks for a page without logging in. */
    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)));
    }

    /** The answer to a request to an MBean, in which {@code status} is 200 or says what was wrong. */
    JsonNode ask(String user, String password, Map<String, ?> request) {
        HttpResponse<String> answer = post(user, password, request, Map.of());
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(answer.statusCode() + " " + answer.body(), e);
        }
    }

    /** The HTTP answer to a request to an MBean, as a page of the console sends it unless the headers say otherwise. */
    HttpResponse<String> post(String user, String password, Map<String, ?> request, Map<String, String> headers) {
        try {
            HttpRequest.Builder http = HttpRequest.newBuilder(uri("jolokia"))
                    .header("Content-Type", "application/json")
                    .header("Authorization", basic(user, password))
                    .header("Origin", "http://127.0.0.1:" + port)
                    .POST(BodyPublishers.ofString(JSON.writeValueAsString(new TreeMap<>(request))));
            headers.forEach(http::setHeader);
            return send(http);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer to a request without a body, as a user, with these headers. */
    HttpResponse<String> request(String method, String path, String user, String password, String... headers) {
        HttpRequest.Builder http = HttpRequest.newBuilder(uri(path))
                .header("Authorization", basic(user, password))
                .method(method, BodyPublishers.noBody());
        return send(headers.length == 0 ? http : http.headers(headers));
    }

    /** Sets a setting of the web server, and waits until a session's cookie is as expected. */
    void set(KarafNode node, String key, String value, String user, String password, Predicate<String> expected) {
        node.setting(WEB, key, value);
        node.shellOk("config:property-set --pid " + WEB + " " + key + " " + value);
        node.await("the web server with " + key + " = " + value, PATIENCE, () -> expected.test(logIn(user, password)));
    }

    /** Logs in as the log-in page does: the header {@code Set-Cookie} of the session, or nothing. */
    String logIn(String user, String password) {
        try {
            return send(HttpRequest.newBuilder(uri("auth/login"))
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(
                                    JSON.writeValueAsString(Map.of("username", user, "password", password)))))
                    .headers()
                    .firstValue("Set-Cookie")
                    .orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The HTTP answer to a request to an MBean in a session, with these headers and no others that a browser sends. */
    HttpResponse<String> postInSession(String cookie, Map<String, ?> request, String... headers) {
        try {
            HttpRequest.Builder http = HttpRequest.newBuilder(uri("jolokia"))
                    .header("Content-Type", "application/json")
                    .header("Cookie", cookie)
                    .POST(BodyPublishers.ofString(JSON.writeValueAsString(new TreeMap<>(request))));
            return send(headers.length == 0 ? http : http.headers(headers));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The HTTP answer to a request to an MBean without an origin, as of a program. */
    HttpResponse<String> postWithoutOrigin(String user, String password, Map<String, ?> request) {
        try {
            return send(HttpRequest.newBuilder(uri("jolokia"))
                    .header("Content-Type", "application/json")
                    .header("Authorization", basic(user, password))
                    .POST(BodyPublishers.ofString(JSON.writeValueAsString(new TreeMap<>(request)))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while hawtio was asked", e);
        }
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
