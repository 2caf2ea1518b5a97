package org.linkmoderation.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.Waiting;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.local.coordinator.CoordinatorSettings;
import org.linkmoderation.local.coordinator.EmbeddedCoordinator;
import org.linkmoderation.run.Cancellation;
import org.linkmoderation.saga.lra.LraStatus;
import org.linkmoderation.testkit.Deliveries.ParkedExecution;
import org.linkmoderation.testkit.InMemoryJournal;

/** Two state machines that are sagas, in one container, with the real coordinator. */
@Timeout(120)
class SagaEndpointTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofSeconds(2);

    @TempDir
    private Path directory;

    private final Map<String, Object> settings = new HashMap<>();
    private final InMemoryJournal journal = new InMemoryJournal();
    private EmbeddedCoordinator server;
    private SagaEndpoint endpoint;

    @BeforeEach
    void start() throws Exception {
        settings.put("url", "http://127.0.0.1:" + freePort() + "/lra-coordinator");
        settings.put("participant.url", "http://127.0.0.1:" + freePort());
        settings.put("secret", "0123456789abcdef");
        settings.put("data.directory", directory.toString());
        settings.put("recovery.period.seconds", "1");
        server = EmbeddedCoordinator.start(CoordinatorSettings.of(settings), refusal -> {});
        endpoint = new SagaEndpoint(settings, DefaultCamelContext::new);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldRunTwoSagasAtOneAddress() throws Exception {
        try (TinySaga first = new TinySaga("first", endpoint, journal, LONG);
                TinySaga second = new TinySaga("second", endpoint, journal, LONG)) {
            second.duringFinish = () -> {
                throw new IllegalStateException("refused");
            };

            first.deliver("e1");
            second.deliver("e1");

            assertThat(first.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
            assertThat(first.effects).containsExactly("Do e1");
            assertThat(second.execution("e1").status()).isEqualTo(ExecutionStatus.FAILED);
            assertThat(second.execution("e1").trail()).containsExactly("Do", "Finish", "Undo", "Fail");
            assertThat(second.effects).containsExactly("Do e1", "Undo e1");
            await().atMost(SOON).until(() -> saga(second, "e1") == LraStatus.UNKNOWN);
        }
    }

    @Test
    void shouldPassACallToTheStateMachineThatItNames() throws Exception {
        try (TinySaga first = new TinySaga("first", endpoint, journal, SHORT);
                TinySaga second = new TinySaga("second", endpoint, journal, LONG)) {
            first.duringDo = () -> await().atMost(SOON)
                    .until(() -> Cancellation.of(first.execution("e1")).isPresent());
            second.duringDo = () -> {
                assertThatThrownBy(() -> first.deliver("e1")).isInstanceOf(ExecutionFencedException.class);
                assertThat(Cancellation.of(second.execution("e1"))).isEmpty();
            };

            second.deliver("e1");
            first.deliver("e1");

            assertThat(second.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
            assertThat(first.execution("e1").status()).isEqualTo(ExecutionStatus.TIMED_OUT);
            assertThat(first.effects).containsExactly("Do e1", "Undo e1");
        }
    }

    @Test
    void shouldListenWhileASagaIsDeployedAndHaveTheOthersCalledAgain() throws Exception {
        assertThatThrownBy(() -> call("first")).isInstanceOf(ConnectException.class);
        TinySaga first = new TinySaga("first", endpoint, journal, LONG);
        TinySaga second = new TinySaga("second", endpoint, journal, LONG);
        assertThat(call("first")).as("no such execution").isEqualTo(200);
        first.close();

        assertThat(call("first")).isEqualTo(503);
        assertThat(call("second")).isEqualTo(200);
        second.close();
        assertThatThrownBy(() -> call("second")).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> endpoint.checks().get(0).question().call())
                .hasMessage("The endpoint for the coordinator of sagas is not open");

        try (TinySaga again = new TinySaga("first", endpoint, journal, LONG)) {
            again.deliver("e1");
            assertThat(again.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
            for (ServiceCheck check : endpoint.checks()) {
                assertThat(check.question().call()).startsWith("http://127.0.0.1:");
            }
        }
    }

    @Test
    void shouldNeedASecretWhenASagaIsDeployed() throws Exception {
        settings.put("secret", " ");

        assertThatThrownBy(() -> new TinySaga("first", endpoint, journal, LONG))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage("The setting secret of org.linkmoderation.coordinator is blank: set it in"
                        + " etc/org.linkmoderation.coordinator.cfg.");
        assertThatThrownBy(() -> call("first")).isInstanceOf(ConnectException.class);
    }

    @Test
    void shouldWaitWhereTheEndpointIsGone() throws Exception {
        try (TinySaga first = new TinySaga("first", endpoint, journal, LONG)) {
            first.leaveEndpoint();

            assertThatThrownBy(() -> first.deliver("e1")).isInstanceOf(ParkedExecution.class);
            assertThat(first.execution("e1").waiting().orElseThrow().reason())
                    .isEqualTo(Waiting.Reason.SERVICE_UNAVAILABLE);
        }
    }

    @Test
    void shouldStartWhenItsAddressIsFree() throws Exception {
        int port = URI.create(settings.get("participant.url").toString()).getPort();
        try (ServerSocket taken = new ServerSocket(port)) {
            assertThat(taken.isBound()).isTrue();
            assertThatThrownBy(() -> new TinySaga("first", endpoint, journal, LONG))
                    .hasStackTraceContaining("Address already in use");
        }

        try (TinySaga first = new TinySaga("first", endpoint, journal, LONG)) {
            first.deliver("e1");
            assertThat(first.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        }
    }

    private LraStatus saga(TinySaga saga, String execution) {
        return endpoint.status(URI.create(saga.execution(execution)
                .last(org.linkmoderation.HistoryEventType.SagaStarted)
                .orElseThrow()
                .get(SagaRun.LRA)));
    }

    /** Calls the endpoint as the coordinator does, about an execution that is not there. */
    private int call(String stateMachine) throws IOException, InterruptedException {
        URI uri = URI.create(settings.get("participant.url")
                + "/lra-participant/compensate?stateMachine=" + stateMachine
                + "&execution=none&Camel-Saga-Compensate=direct%3A%2F%2FCompensate");
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .header("Long-Running-Action", settings.get("url") + "/1")
                                .header("Authorization", "Bearer 0123456789abcdef")
                                .PUT(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
