package org.linkmoderation.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class HttpServerTest {

    private static final HttpLimits LIMITS = HttpLimits.defaults().withCloseTime(Duration.ofSeconds(1));

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Socket> sockets = new ArrayList<>();
    private HttpServer server;

    @AfterEach
    void close() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private void start(HttpLimits limits, HttpHandler handler) throws IOException {
        server = HttpServer.onLoopback("test", 0, limits, handler);
    }

    private void startEcho(HttpLimits limits) throws IOException {
        start(
                limits,
                HttpHandler.blocking(request -> HttpResponse.text(
                                200,
                                request.method() + " " + request.path() + " " + request.query() + " " + request.text())
                        .with("Seen", request.header("X-Sent").orElse("none"))));
    }

    private Socket connect(String sent) throws IOException {
        var socket = new Socket("127.0.0.1", server.port());
        sockets.add(socket);
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(sent.getBytes(UTF_8));
        return socket;
    }

    /** The rest of what the server sends before it closes. */
    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }

    private static String bytes(InputStream in, int count) throws IOException {
        return new String(in.readNBytes(count), UTF_8);
    }

    private java.net.http.HttpResponse<String> get(String path) throws Exception {
        return client.send(
                java.net.http.HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .timeout(Duration.ofSeconds(5))
                        .build(),
                java.net.http.HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void shouldGiveTheHandlerTheWholeRequest() throws Exception {
        startEcho(LIMITS);
        var socket = connect("POST /a%20b?c=%20d HTTP/1.1\r\nHost: localhost\r\nx-sent: 1\r\nX-Sent: 2\r\n"
                + "Content-Length: 4\r\nConnection: close\r\n\r\nbody");

        assertThat(rest(socket))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .containsIgnoringCase("\r\nseen: 1, 2\r\n")
                .containsIgnoringCase("\r\ncontent-length: 21\r\n")
                .containsIgnoringCase("\r\ndate: ")
                .containsIgnoringCase("\r\nconnection: close\r\n")
                .endsWith("\r\n\r\nPOST /a b c=%20d body");
    }

    @Test
    void shouldGiveTheHandlerTheTargetAsItWasSent() throws Exception {
        start(
                LIMITS,
                HttpHandler.blocking(
                        request -> HttpResponse.text(200, request.remote().getAddress() + request.target())));

        assertThat(get("/a%2Fb?c=%20").body()).isEqualTo("/127.0.0.1/a%2Fb?c=%20");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "LOCALHOST:80, 200",
        "sync-localhost:80, 200",
        "sync-127.0.0.1:80, 200",
        "sync-example.org, 403",
        "127.0.0.1:8000, 200",
        "[::1]:8000, 200",
        "evil.example, 403",
        "127.0.0.1.evil.example:8000, 403",
        "localhost.evil.example, 403",
        "evil.example:localhost, 403"
    })
    void shouldRefuseAHostThatIsNotThisMachine(String host, int status) throws Exception {
        startEcho(LIMITS);

        assertThat(rest(connect("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void shouldKeepAConnectionForFurtherRequests() throws Exception {
        startEcho(LIMITS);

        assertThat(get("/one").body()).isEqualTo("GET /one  ");
        assertThat(get("/two").body()).isEqualTo("GET /two  ");
    }

    @Test
    void shouldAnswerRequestsSentTogetherInTheirOrder() throws Exception {
        startEcho(LIMITS);
        var one = "GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
        var socket = connect(one + one.replace("1 H", "2 H") + one.replace("/1 HTTP/1.1", "/3 HTTP/1.0"));

        assertThat(rest(socket)).containsSubsequence("GET /1", "GET /2", "GET /3");
    }

    @Test
    void shouldSendNoBodyToHead() throws Exception {
        startEcho(LIMITS);
        var socket = connect("HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(rest(socket)).containsIgnoringCase("content-length: 8\r\n").endsWith("\r\n\r\n");
    }

    @Test
    void shouldAnswerWhile200RequestsAreHalfSent() throws Exception {
        startEcho(LIMITS.withRequestTimes(Duration.ofSeconds(2), Duration.ofSeconds(3)));
        for (int i = 0; i < 200; i++) {
            connect(
                    i % 2 == 0
                            ? "POST / HTTP/1.1\r\nHost: localhost\r\n"
                            : "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf");
        }

        long start = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            assertThat(get("/" + i).statusCode()).isEqualTo(200);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        for (var socket : sockets) {
            assertThat(rest(socket)).isEmpty();
        }
    }

    @Test
    void shouldCloseAConnectionThatSendsOneByteAtATime() throws Exception {
        startEcho(LIMITS.withRequestTimes(Duration.ofSeconds(1), Duration.ofSeconds(1)));
        var socket = connect("GET / HTTP/1.1\r\nx: ");

        await().pollInterval(Duration.ofMillis(100)).until(() -> {
            try {
                socket.getOutputStream().write('y');
                return false;
            } catch (IOException e) {
                return true;
            }
        });
    }

    @Test
    void shouldCloseAnIdleConnection() throws Exception {
        startEcho(LIMITS.withConnectionTimes(Duration.ofSeconds(1), Duration.ofSeconds(1)));
        var socket = connect("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

        assertThat(rest(socket)).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void shouldCloseAConnectionWhoseClientDoesNotRead() throws Exception {
        start(
                LIMITS.withConnectionTimes(Duration.ofSeconds(60), Duration.ofSeconds(1))
                        .withWorkers(1, 10),
                HttpHandler.blocking(request ->
                        HttpResponse.of(200, "x/y", new byte[request.path().equals("/small") ? 1 : 64 * 1024 * 1024])));
        var socket = connect("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

        // The only worker is free for others
        assertThat(get("/small").statusCode()).isEqualTo(200);

        await().pollInterval(Duration.ofMillis(100)).until(() -> {
            try {
                socket.getOutputStream().write('y');
                return false;
            } catch (IOException e) {
                return true;
            }
        });
    }

    @Test
    void shouldCloseTheLongestWaitingConnectionForANewOne() throws Exception {
        startEcho(LIMITS.withConnections(10));
        for (int i = 0; i < 10; i++) {
            connect("GET / HTTP/1.1\r\n");
        }

        var one = connect("GET /new HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(rest(one)).endsWith("GET /new  ");
        assertThat(rest(sockets.get(0))).isEmpty();
        sockets.get(9).getOutputStream().write("Connection: close\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
        assertThat(rest(sockets.get(9))).endsWith("GET /  ");
    }

    @Test
    void shouldRefuseWhatIsTooLongOrNoRequest() throws Exception {
        startEcho(LIMITS.withBodyBytes(10));

        assertThat(rest(connect("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\n\r\n")))
                .startsWith("HTTP/1.1 414 ");
        assertThat(rest(connect("GET / HTTP/1.1\r\nx: " + "x".repeat(20_000) + "\r\n\r\n")))
                .startsWith("HTTP/1.1 431 ");
        assertThat(rest(connect("nonsense\r\n\r\n"))).startsWith("HTTP/1.1 400 ");
        assertThat(rest(connect("GET /%zz HTTP/1.1\r\n\r\n"))).startsWith("HTTP/1.1 400 ");
        var tooLong = connect("POST / HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n");
        tooLong.getOutputStream().write(new byte[2_000_000]);
        assertThat(bytes(tooLong.getInputStream(), 12)).isEqualTo("HTTP/1.1 413");
        var chunked = connect("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nc\r\n123456789012\r\n0\r\n\r\n");
        assertThat(bytes(chunked.getInputStream(), 12)).isEqualTo("HTTP/1.1 413");
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldSayThatItIsBusy() throws Exception {
        var release = new CountDownLatch(1);
        start(LIMITS.withWorkers(1, 1), HttpHandler.blocking(request -> {
            release.await();
            return HttpResponse.text(200, "done");
        }));
        var request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        for (int i = 0; i < 3; i++) {
            connect(request);
        }

        await().until(() -> sockets.stream().anyMatch(HttpServerTest::hasInput));
        release.countDown();
        var statuses = new ArrayList<String>();
        for (var socket : sockets) {
            statuses.add(rest(socket).substring(9, 12));
        }
        assertThat(statuses).containsExactlyInAnyOrder("200", "200", "503");
    }

    private static boolean hasInput(Socket socket) {
        try {
            return socket.getInputStream().available() > 0;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldAnswer500WhenTheHandlerFails() throws Exception {
        start(LIMITS, request -> switch (request.path()) {
            case "/throws" -> throw new IOException("test");
            case "/fails" -> CompletableFuture.failedFuture(new IOException("test"));
            default -> CompletableFuture.completedFuture(null);
        });

        for (var path : List.of("/throws", "/fails", "/null")) {
            assertThat(get(path).statusCode()).isEqualTo(500);
        }
    }

    @Test
    void shouldAnswerFromAnotherThreadAndWithoutAWorker() throws Exception {
        var answers = new ArrayList<CompletableFuture<HttpResponse>>();
        start(LIMITS.withWorkers(1, 100), request -> {
            var answer = new CompletableFuture<HttpResponse>();
            synchronized (answers) {
                answers.add(answer);
            }
            return answer;
        });
        for (int i = 0; i < 20; i++) {
            connect("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        }

        await().until(() -> {
            synchronized (answers) {
                return answers.size() == 20;
            }
        });
        answers.forEach(answer -> answer.complete(HttpResponse.text(200, "later")));
        for (var socket : sockets) {
            assertThat(rest(socket)).endsWith("later");
        }
    }

    @Test
    void shouldLetRequestsEndWhenItIsClosed() throws Exception {
        var begun = new CountDownLatch(1);
        var closing = new CountDownLatch(1);
        start(LIMITS, HttpHandler.blocking(request -> {
            begun.countDown();
            closing.await();
            return HttpResponse.text(200, "done");
        }));
        var socket = connect("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        begun.await();
        var closed = CompletableFuture.runAsync(server::close);
        await().until(() -> {
            try {
                new Socket("127.0.0.1", server.port()).close();
                return false;
            } catch (IOException e) {
                return true;
            }
        });
        closing.countDown();

        assertThat(rest(socket)).endsWith("done");
        closed.get(5, TimeUnit.SECONDS);
    }

    @Test
    void shouldCloseWithinABoundedTimeWhateverIsHandled() throws Exception {
        var begun = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        start(LIMITS, HttpHandler.blocking(request -> {
            begun.countDown();
            while (true) {
                try {
                    never.await();
                    return HttpResponse.text(200, "");
                } catch (InterruptedException e) {
                    // As code does that ignores it
                }
            }
        }));
        var socket = connect("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        begun.await();

        long start = System.nanoTime();
        server.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(rest(socket)).isEmpty();
        never.countDown();
    }

    @Test
    void shouldSayThatItsPortIsTaken() throws Exception {
        try (var taken = new ServerSocket(0)) {
            assertThatThrownBy(() -> HttpServer.onLoopback("test", taken.getLocalPort(), LIMITS, request -> null))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void shouldListenAgainOnItsPortAtOnce() throws Exception {
        startEcho(LIMITS);
        assertThat(get("/").statusCode()).isEqualTo(200);
        int port = server.port();
        server.close();
        server = HttpServer.onLoopback(
                "test", port, LIMITS, HttpHandler.blocking(request -> HttpResponse.text(204, "")));

        assertThat(get("/").statusCode()).isEqualTo(204);
    }
}
