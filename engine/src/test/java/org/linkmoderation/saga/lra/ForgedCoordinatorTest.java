package org.linkmoderation.saga.lra;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.SagaCompletionMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A coordinator whose answers name other addresses, and sagas of callers that do: the calls, which carry the secret, go
 * to the configured coordinator and nowhere else (CAMEL-25584, CAMEL-26340).
 */
@Timeout(60)
class ForgedCoordinatorTest {
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final CamelContext context = new DefaultCamelContext();
    private HttpServer configured;
    private HttpServer elsewhere;
    private volatile String saga;

    @BeforeEach
    void start() throws Exception {
        configured = server("configured");
        elsewhere = server("elsewhere");
        Map<String, String> settings = Map.of(
                "url", "http://127.0.0.1:" + port(configured) + "/lra-coordinator",
                "participant.url", "http://127.0.0.1:" + freePort(),
                "secret", "a-secret-of-the-test");
        context.disableJMX();
        context.addService(new LraService(LraSettings.of(settings)));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:begin")
                        .saga()
                        .completionMode(SagaCompletionMode.MANUAL)
                        .compensation("direct:compensate")
                        .to("saga:complete");
                from("direct:compensate").log("never");
            }
        });
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        configured.stop(0);
        elsewhere.stop(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:%d/lra-coordinator/a-1", "http://user@127.0.0.1:%d/x/y/a-1"})
    void shouldCallNoAddressThatTheCoordinatorNames(String url) {
        saga = url.formatted(port(elsewhere));

        begin(null);

        assertThat(calls)
                .containsExactly(
                        "configured POST /lra-coordinator/start",
                        "configured PUT /lra-coordinator/a-1",
                        "configured PUT /lra-coordinator/a-1/close");
    }

    @Test
    void shouldCallNoAddressThatACallerNames() {
        begin("http://127.0.0.1:" + port(elsewhere) + "/lra-coordinator/b-2");

        assertThat(calls).isNotEmpty().allMatch(call -> call.startsWith("configured "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:1/lra-coordinator/a-1?x=y",
                "http://127.0.0.1:1/lra-coordinator/a-1#x",
                "http://127.0.0.1:1/lra-coordinator/a%2F..%2Fstart",
                "file:///etc/passwd?a",
                "a b",
                ""
            })
    void shouldRefuseWhatIsNoSaga(String named) {
        saga = named;

        assertThatThrownBy(() -> begin(null)).isNotNull();
        assertThat(calls).containsExactly("configured POST /lra-coordinator/start");
    }

    private void begin(String lra) {
        Exchange answer = context.createProducerTemplate().send("direct:begin", exchange -> {
            exchange.setProperty(SagaCoordinator.TIME_LIMIT, Duration.ofMinutes(1));
            exchange.getMessage().setHeader(Exchange.SAGA_LONG_RUNNING_ACTION, lra);
        });
        if (answer.getException() != null) {
            throw new IllegalStateException(answer.getException());
        }
    }

    private HttpServer server(String name) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                calls.add(name + " " + exchange.getRequestMethod() + " "
                        + exchange.getRequestURI().getPath());
                exchange.getRequestBody().readAllBytes();
                boolean starts = exchange.getRequestURI().getPath().endsWith("/start");
                byte[] body = (starts ? saga : "").getBytes(UTF_8);
                exchange.sendResponseHeaders(starts ? 201 : 200, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        return server;
    }

    private static int port(HttpServer server) {
        return server.getAddress().getPort();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
