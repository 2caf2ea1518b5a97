package org.linkmoderation.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.linkmoderation.Executions;
import org.linkmoderation.ServiceStatus;

@Timeout(30)
class HttpEndpointTest {
    private static final String TOKEN = "a-token-of-the-test";

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final OneStateMachine container = new OneStateMachine();
    private Optional<Executions> executions = Optional.of(container.executions());
    private HttpEndpoint endpoint;

    @AfterEach
    void close() {
        endpoint.close();
    }

    @Test
    void shouldGiveTheMetricsAsPrometheusReadsThem() throws Exception {
        start(Optional.empty());

        HttpResponse<String> page = get("metrics");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(page.body()).isEqualTo("a_metric 1.0\n");
    }

    @Test
    void shouldBeReadyWhenAllServicesAnswer() throws Exception {
        start(Optional.empty());

        HttpResponse<String> page = get("health/ready");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("\"ok\" : true", "\"service\" : \"broker\"");
    }

    @Test
    void shouldLiveButNotBeReadyWhenAServiceIsAway() throws Exception {
        container.statuses = () -> List.of(new ServiceStatus("broker", false, "Connection refused"));
        start(Optional.empty());

        assertThat(get("health/ready").statusCode()).isEqualTo(503);
        assertThat(get("health/ready").body()).contains("\"ok\" : false", "Connection refused");
        assertThat(get("health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldNotBeReadyWhereNoStateMachineRuns() throws Exception {
        executions = Optional.empty();
        start(Optional.empty());
        assertThat(get("health/ready").statusCode()).isEqualTo(503);

        executions = Optional.of(container.executions());
        container.statuses = List::of;
        assertThat(get("health/ready").statusCode()).isEqualTo(503);
    }

    @Test
    void shouldAnswerOthersWhileAProbeWaits() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        container.statuses = () -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.of(new ServiceStatus("broker", true, "ActiveMQ"));
        };
        start(Optional.empty());
        CompletableFuture<HttpResponse<String>> probe =
                client.sendAsync(request("health/ready").build(), HttpResponse.BodyHandlers.ofString());

        assertThat(get("health/live").statusCode()).isEqualTo(200);
        assertThat(probe).isNotDone();
        end.countDown();
        assertThat(probe.get().statusCode()).isEqualTo(200);
    }

    @Test
    void shouldAnswerWhileTwoHundredClientsAreSlow() throws Exception {
        start(Optional.of(TOKEN));
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                Socket socket = new Socket("127.0.0.1", endpoint.port());
                slow.add(socket);
                socket.getOutputStream()
                        .write("GET /moderation/metrics HTTP/1.1\r\nHost: loc".getBytes(StandardCharsets.US_ASCII));
            }

            assertThat(send(request("health/live").header("Authorization", "Bearer " + TOKEN))
                            .statusCode())
                    .isEqualTo(200);
            for (Socket socket : slow) {
                socket.setSoTimeout(20_000);
                assertThat(socket.getInputStream().read()).as("closed").isEqualTo(-1);
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void shouldAskForTheTokenWhereThereIsOne() throws Exception {
        start(Optional.of(TOKEN));

        for (String page : List.of("metrics", "health/live", "health/ready")) {
            assertThat(get(page).statusCode()).as(page).isEqualTo(401);
            assertThat(send(request(page).header("Authorization", "Bearer wrong"))
                            .statusCode())
                    .as(page)
                    .isEqualTo(401);
            assertThat(send(request(page).header("Authorization", "Bearer " + TOKEN))
                            .statusCode())
                    .as(page)
                    .isEqualTo(200);
        }
    }

    @Test
    void shouldRefuseOtherPagesAndMethods() throws Exception {
        start(Optional.empty());

        assertThat(get("metrics/x").statusCode()).isEqualTo(404);
        assertThat(get("").statusCode()).isEqualTo(404);
        assertThat(send(request("metrics").POST(HttpRequest.BodyPublishers.ofString("x")))
                        .statusCode())
                .isEqualTo(405);
        HttpResponse<String> head = send(request("health/live").method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    private void start(Optional<String> token) throws Exception {
        endpoint = new HttpEndpoint("127.0.0.1", 0, token, () -> "a_metric 1.0\n", new Health(() -> executions));
    }

    private HttpResponse<String> get(String page) throws Exception {
        return send(request(page));
    }

    private HttpRequest.Builder request(String page) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + "/moderation/" + page))
                .timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
