package org.linkmoderation.itests.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.linkmoderation.itests.ModerationNode;
import org.linkmoderation.itests.Ports;
import org.linkmoderation.itests.hawtio.HawtioConsole;

/** Everything that listens for HTTP, with {@value #CLIENTS} connections to it that are half-sent requests. */
class SlowClientsIT {
    private static final int CLIENTS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String HEADERS_CUT_OFF = "GET %s HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
    private static final String BODY_CUT_OFF =
            "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";

    private static final Map<String, URI> ENDPOINTS = new LinkedHashMap<>();

    private static ModerationNode node;

    @BeforeAll
    static void start() {
        node = new ModerationNode("security-slow");
        String coordinator = "http://127.0.0.1:" + Ports.free();
        String participant = "http://127.0.0.1:" + Ports.free();
        node.karaf()
                .setting("org.linkmoderation.coordinator", "url", coordinator + "/lra-coordinator")
                .setting("org.linkmoderation.coordinator", "participant.url", participant)
                .setting(
                        "org.linkmoderation.coordinator",
                        "secret",
                        UUID.randomUUID().toString())
                .setting("org.linkmoderation.local.coordinator", "listen.url", coordinator);
        int api = Ports.free();
        node.karaf().setting("org.linkmoderation.api", "unsigned", true).setting("org.linkmoderation.api", "port", api);
        int rest = Ports.free();
        node.karaf()
                .setting("org.linkmoderation.rest", "port", rest)
                .setting(
                        "org.linkmoderation.rest",
                        "sender.token.default",
                        UUID.randomUUID().toString());
        node.karaf().start();
        node.karaf().shellOk("feature:install link-moderation-api link-moderation-rest");
        HawtioConsole hawtio = HawtioConsole.install(node.karaf());
        ENDPOINTS.put("metrics and health", URI.create(node.karaf().api() + "health/live"));
        ENDPOINTS.put("coordinator", URI.create(coordinator + "/lra-coordinator"));
        ENDPOINTS.put("participant", URI.create(participant + "/"));
        ENDPOINTS.put(
                "table store", URI.create("http://127.0.0.1:" + node.ports().get("dynamodb") + "/"));
        ENDPOINTS.put("Lambda", URI.create("http://127.0.0.1:" + node.ports().get("lambda") + "/"));
        ENDPOINTS.put("Step Functions API", URI.create("http://127.0.0.1:" + api + "/"));
        ENDPOINTS.put("requests over HTTP", URI.create("http://127.0.0.1:" + rest + "/openapi.json"));
        ENDPOINTS.put("hawtio", hawtio.uri("auth/login"));
    }

    @AfterAll
    static void end() {
        if (node != null) {
            node.close();
        }
    }

    static Stream<String> endpoints() {
        return Stream.of(
                "metrics and health",
                "coordinator",
                "participant",
                "table store",
                "Lambda",
                "Step Functions API",
                "requests over HTTP",
                "hawtio");
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void shouldAnswerWhileHundredsOfRequestsAreHalfSent(String name) throws Exception {
        URI endpoint = ENDPOINTS.get(name);
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                Socket client = new Socket("127.0.0.1", endpoint.getPort());
                slow.add(client);
                String sent = i % 2 == 0 ? HEADERS_CUT_OFF : BODY_CUT_OFF;
                client.getOutputStream()
                        .write(sent.formatted(endpoint.getRawPath()).getBytes(StandardCharsets.US_ASCII));
            }

            assertThat(status(endpoint)).as(name).isBetween(200, 499);
        } finally {
            slow.forEach(SlowClientsIT::close);
        }
        node.karaf().awaitReady();
    }

    private static int status(URI endpoint) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(endpoint).timeout(PATIENCE).build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static void close(Socket client) {
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
