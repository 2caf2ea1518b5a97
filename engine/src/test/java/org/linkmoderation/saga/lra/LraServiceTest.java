package org.linkmoderation.saga.lra;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.SagaCompletionMode;
import org.apache.camel.model.SagaPropagation;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.ServiceUnavailableException;
import org.linkmoderation.local.coordinator.CoordinatorSettings;
import org.linkmoderation.local.coordinator.EmbeddedCoordinator;

/** Against the real coordinator. */
class LraServiceTest {
    private static final String SECRET = "0123456789abcdef";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path directory;

    private final Map<String, Object> settings = new HashMap<>();
    private final List<String> compensated = new CopyOnWriteArrayList<>();
    private final AtomicInteger answer = new AtomicInteger(200);
    private EmbeddedCoordinator server;
    private CamelContext context;
    private LraService coordinator;
    private String participant;
    private Duration timeLimit;
    private Thread thread;

    @BeforeEach
    void start() throws Exception {
        settings.put("url", "http://127.0.0.1:" + freePort() + "/lra-coordinator");
        settings.put("participant.url", "http://127.0.0.1:" + freePort());
        settings.put("other.participant", "http://127.0.0.1:" + freePort());
        settings.put("participant.urls", settings.get("participant.url") + "," + settings.get("other.participant"));
        settings.put("secret", SECRET);
        settings.put("call.timeout.seconds", "3");
        settings.put("data.directory", directory.toString());
        settings.put("recovery.period.seconds", "1");
        server = EmbeddedCoordinator.start(CoordinatorSettings.of(settings), refusal -> {});
        startRoutes(Duration.ofMinutes(1));
    }

    @AfterEach
    void stop() {
        context.stop();
        server.close();
    }

    private void startRoutes(Duration sagaTimeout) throws Exception {
        coordinator = new LraService(LraSettings.of(settings));
        timeLimit = sagaTimeout;
        context = new DefaultCamelContext();
        context.disableJMX();
        context.addService(coordinator);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:begin")
                        .saga()
                        .propagation(SagaPropagation.REQUIRED)
                        .completionMode(SagaCompletionMode.MANUAL)
                        // Would put the end off with every run that joins, if it were passed on
                        .timeout(1, TimeUnit.HOURS)
                        .option("execution", constant("a-1"))
                        .compensation(SagaCoordinator.COMPENSATION)
                        .process(joined -> {
                            participant = joined.getProperty(SagaCoordinator.PARTICIPANT, String.class);
                            thread = Thread.currentThread();
                        })
                        .setBody(header(Exchange.SAGA_LONG_RUNNING_ACTION));
                from("direct:complete").to("saga:complete");
                from("direct:cancel").to("saga:compensate");
                from(SagaCoordinator.COMPENSATION).process(call -> {
                    compensated.add(call.getMessage().getHeader("execution") + " of "
                            + call.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION) + " "
                            + call.getMessage().getHeader("Authorization"));
                    call.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, answer.get());
                });
            }
        });
        context.start();
    }

    @Test
    void shouldCloseASagaThatIsCompleted() throws Exception {
        String lra = begin(null);

        assertThat(lra).startsWith(settings.get("url") + "/");
        assertThat(coordinator.status(URI.create(lra))).isEqualTo(LraStatus.ACTIVE);
        send("direct:complete", lra);
        assertThat(coordinator.status(URI.create(lra))).isEqualTo(LraStatus.UNKNOWN);
        assertThat(compensated).isEmpty();
    }

    @Test
    void shouldBeCalledToCompensateUntilItIsDone() throws Exception {
        answer.set(202);
        String lra = begin(null);
        send("direct:cancel", lra);

        assertThat(coordinator.status(URI.create(lra))).isEqualTo(LraStatus.CANCELLING);
        await().atMost(SOON).until(() -> compensated.size() >= 2);
        answer.set(200);
        await().atMost(SOON).until(() -> coordinator.status(URI.create(lra)) == LraStatus.UNKNOWN);
        // The secret went no further than to the endpoint
        assertThat(compensated).containsOnly("a-1 of " + lra + " null");
    }

    @Test
    void shouldSayThatASagaIsCancelledAlthoughItWasAskedToCompleteIt() throws Exception {
        answer.set(202);
        String lra = begin(null);
        send("direct:cancel", lra);
        send("direct:complete", lra);

        assertThat(coordinator.status(URI.create(lra)).isCancelled()).isTrue();
    }

    @Test
    void shouldJoinTheSameSagaAgainAsTheSameParticipant() throws Exception {
        String lra = begin(null);

        assertThat(begin(lra)).isEqualTo(lra);
        send("direct:cancel", lra);
        assertThat(compensated).hasSize(1);
    }

    @Test
    void shouldBeCalledWhereTheSagaGoesOnWhenTheContainerThatJoinedItIsGone() throws Exception {
        String lra = begin(null);
        context.stop();
        settings.put("participant.url", settings.get("other.participant"));
        startRoutes(Duration.ofMinutes(1));

        coordinator.move(URI.create(lra), participant, Map.of("execution", "a-1"));
        begin(lra, participant);
        send("direct:cancel", lra);

        assertThat(compensated).containsExactly("a-1 of " + lra + " null");
        assertThat(coordinator.status(URI.create(lra))).isEqualTo(LraStatus.UNKNOWN);
        // Nobody is to be called any more
        coordinator.move(URI.create(lra), participant, Map.of("execution", "a-1"));
    }

    @Test
    void shouldCloseASagaThoughTheContainerThatJoinedItIsGone() throws Exception {
        String lra = begin(null);
        context.stop();
        settings.put("participant.url", settings.get("other.participant"));
        startRoutes(Duration.ofMinutes(1));

        send("direct:complete", lra);

        assertThat(coordinator.status(URI.create(lra))).isEqualTo(LraStatus.UNKNOWN);
    }

    @Test
    void shouldGoOnInTheThreadThatAsks() {
        begin(null);

        assertThat(thread).isSameAs(Thread.currentThread());
    }

    @Test
    void shouldEndASagaAtItsTimeThoughARunHasJoinedItAgain() throws Exception {
        context.stop();
        startRoutes(Duration.ofSeconds(2));
        String lra = begin(null);
        begin(lra);

        await().atMost(SOON).until(() -> !compensated.isEmpty());
        await().atMost(SOON).until(() -> coordinator.status(URI.create(lra)) == LraStatus.UNKNOWN);
    }

    @Test
    void shouldEndASagaAtItsTimeThatNobodyHasJoined() throws Exception {
        context.stop();
        startRoutes(Duration.ofSeconds(1));
        String lra = coordinator.newSaga(begun()).get().getId();

        assertThat(coordinator.status(URI.create(lra))).isEqualTo(LraStatus.ACTIVE);
        await().atMost(SOON).until(() -> coordinator.status(URI.create(lra)) == LraStatus.CANCELLED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer 0123456789abcdeX", "Bearer 0123456789abcdef0", "Basic 0123456789abcdef"})
    void shouldRefuseACallWithoutTheSecret(String authorization) throws Exception {
        String lra = begin(null);
        for (String path : List.of("compensate", "complete")) {
            HttpRequest.Builder call = HttpRequest.newBuilder(URI.create(settings.get("participant.url")
                            + "/lra-participant/" + path
                            + "?execution=a-1&Camel-Saga-Compensate=direct%3A%2F%2FCompensate"))
                    .header("Long-Running-Action", lra)
                    .PUT(HttpRequest.BodyPublishers.noBody());
            if (!authorization.isEmpty()) {
                call.header("Authorization", authorization);
            }
            HttpResponse<String> refused = HTTP.send(call.build(), HttpResponse.BodyHandlers.ofString());

            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).isEmpty();
        }
        assertThat(compensated).isEmpty();
        assertThat(coordinator.status(URI.create(lra))).isEqualTo(LraStatus.ACTIVE);
    }

    @Test
    void shouldListenOnItsOwnAddressAlone() throws Exception {
        int port = URI.create(settings.get("participant.url").toString()).getPort();
        List<InetAddress> others = new ArrayList<>();
        NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress())
                .forEach(others::add);
        others.add(InetAddress.getByName("127.0.0.2"));

        assertThat(others).noneMatch(address -> answers(address, port));
        assertThat(answers(InetAddress.getByName("127.0.0.1"), port)).isTrue();
        context.stop();
        assertThat(answers(InetAddress.getByName("127.0.0.1"), port)).isFalse();
    }

    @Test
    void shouldSendTheSecretToNoOtherAddress() throws Exception {
        String lra = begin(null);
        try (ServerSocket elsewhere = new ServerSocket(0)) {
            elsewhere.setSoTimeout(1);
            String forged = "http://127.0.0.1:" + elsewhere.getLocalPort() + lra.substring(lra.lastIndexOf('/'));

            assertThat(coordinator.status(URI.create(forged))).isEqualTo(LraStatus.ACTIVE);
            send("direct:complete", forged);
            assertThatThrownBy(elsewhere::accept).isInstanceOf(java.net.SocketTimeoutException.class);
        }
        assertThatThrownBy(() -> coordinator.status(URI.create("http://127.0.0.1:1/a?b")))
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessageStartingWith("http://127.0.0.1:1/a?b is no saga of the coordinator at");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:%d/lra-coordinator/a-1", "http://127.0.0.1:%d/a-1", "a-1"})
    void shouldTakeNoAddressFromTheCoordinatorsAnswer(String id) throws Exception {
        try (ServerSocket elsewhere = new ServerSocket(0)) {
            elsewhere.setSoTimeout(1);
            HttpServer lying = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
            lying.createContext("/lra-coordinator", call -> {
                byte[] body = String.format(id, elsewhere.getLocalPort()).getBytes(US_ASCII);
                boolean isStart = call.getRequestURI().getPath().endsWith("/start");
                call.sendResponseHeaders(isStart ? 201 : 200, isStart ? body.length : -1);
                call.getResponseBody().write(isStart ? body : new byte[0]);
                call.close();
            });
            lying.start();
            context.stop();
            settings.put("url", "http://127.0.0.1:" + lying.getAddress().getPort() + "/lra-coordinator");
            startRoutes(Duration.ofMinutes(1));

            String lra = begin(null);
            send("direct:complete", lra);

            assertThat(lra).isEqualTo(settings.get("url") + "/a-1");
            assertThatThrownBy(elsewhere::accept).isInstanceOf(java.net.SocketTimeoutException.class);
            lying.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:1/", "http://127.0.0.1:1/lra/a?b=c", "http://127.0.0.1:1/a b"})
    void shouldJoinNothingThatIsNoSagaOfTheCoordinator(String lra) {
        assertThatThrownBy(() -> begin(lra)).isInstanceOf(CamelExecutionException.class);
        assertThat(participant).isNull();
    }

    @Test
    void shouldSayThatTheCoordinatorIsAway() throws Exception {
        String lra = begin(null);
        server.close();

        assertThatThrownBy(() -> coordinator.status(URI.create(lra)))
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessageContaining("The coordinator of sagas at " + settings.get("url") + " does not answer: ");
        assertThatThrownBy(() -> begin(null))
                .isInstanceOf(CamelExecutionException.class)
                .hasRootCauseInstanceOf(IOException.class);
        assertThatThrownBy(coordinator::check).isInstanceOf(ServiceUnavailableException.class);
        server = EmbeddedCoordinator.start(CoordinatorSettings.of(settings), refusal -> {});
        // Also after its restart
        assertThat(coordinator.status(URI.create(lra))).isEqualTo(LraStatus.ACTIVE);
        send("direct:complete", lra);
        assertThat(coordinator.status(URI.create(lra))).isEqualTo(LraStatus.UNKNOWN);
    }

    @Test
    void shouldNotWaitForACoordinatorThatHangs() throws Exception {
        try (ServerSocket hanging = new ServerSocket(0)) {
            settings.put("url", "http://127.0.0.1:" + hanging.getLocalPort() + "/lra-coordinator");
            LraService other = new LraService(LraSettings.of(settings));
            long start = System.nanoTime();

            assertThatThrownBy(other::check)
                    .isInstanceOf(ServiceUnavailableException.class)
                    .hasMessageContaining("does not answer");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void shouldNotWaitForTheRestOfAnAnswer() throws Exception {
        try (ServerSocket halting = new ServerSocket(0)) {
            Thread server = new Thread(() -> {
                try (Socket call = halting.accept()) {
                    call.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nAct".getBytes(US_ASCII));
                    // Until it is given up
                    call.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException e) {
                    // Given up
                }
            });
            server.start();
            settings.put("url", "http://127.0.0.1:" + halting.getLocalPort() + "/lra-coordinator");
            LraService other = new LraService(LraSettings.of(settings));

            assertThatThrownBy(() -> other.status(URI.create("a-1")))
                    .isInstanceOf(ServiceUnavailableException.class)
                    .hasMessageContaining("does not answer");
            server.join(SOON.toMillis());
            assertThat(server.isAlive()).as("the connection").isFalse();
        }
    }

    @Test
    void shouldSayThatTheCoordinatorHasAnotherSecret() {
        settings.put("secret", "another-secret-of-us");
        LraService other = new LraService(LraSettings.of(settings));

        assertThatThrownBy(other::check)
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessageContaining("it answered with 403; its secret, or its participant.urls, are not ours");
    }

    @Test
    void shouldSayThatCoordinatorAndEndpointAreThere() {
        assertThat(coordinator.check()).isEqualTo(settings.get("url"));
        assertThat(coordinator.checkParticipant()).isEqualTo(settings.get("participant.url"));
        context.stop();
        assertThatThrownBy(coordinator::checkParticipant)
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessageContaining("Nothing listens on " + settings.get("participant.url"));
    }

    private String begin(String lra) {
        return begin(lra, null);
    }

    /** @param joinedBefore by what the coordinator knows the participant, if it has joined before */
    private String begin(String lra, String joinedBefore) {
        Exchange begun = context.createProducerTemplate().send("direct:begin", exchange -> {
            exchange.getMessage().setHeader(Exchange.SAGA_LONG_RUNNING_ACTION, lra);
            exchange.setProperty(SagaCoordinator.PARTICIPANT, joinedBefore);
            exchange.setProperty(SagaCoordinator.TIME_LIMIT, timeLimit);
        });
        if (begun.getException() != null) {
            throw new CamelExecutionException("The saga has not begun", begun, begun.getException());
        }
        return begun.getMessage().getBody(String.class);
    }

    private Exchange begun() {
        Exchange exchange = new DefaultExchange(context);
        exchange.setProperty(SagaCoordinator.TIME_LIMIT, timeLimit);
        return exchange;
    }

    private void send(String endpoint, String lra) {
        context.createProducerTemplate().requestBodyAndHeader(endpoint, null, Exchange.SAGA_LONG_RUNNING_ACTION, lra);
    }

    private static boolean answers(InetAddress address, int port) {
        try (Socket socket = new Socket(address, port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
