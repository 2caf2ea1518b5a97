package org.linkmoderation.domains;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.linkmoderation.domains.DomainsUnderTest.DOMAIN;
import static org.linkmoderation.domains.DomainsUnderTest.request;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.domains.InMemoryCards.Fault;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.JournalUnavailableException;
import org.linkmoderation.local.coordinator.CoordinatorSettings;
import org.linkmoderation.local.coordinator.EmbeddedCoordinator;
import org.linkmoderation.saga.SagaEndpoint;
import org.linkmoderation.saga.lra.LraStatus;
import org.linkmoderation.testkit.Deliveries.ParkedExecution;
import org.linkmoderation.testkit.InMemoryJournal.Failure;

/** The saga with the coordinator that it has in the container. */
@Timeout(120)
class RealCoordinatorTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private Map<String, Object> settings;
    private EmbeddedCoordinator server;
    private SagaEndpoint coordinator;
    private DomainsUnderTest sale;

    @BeforeEach
    void start() throws Exception {
        settings = Map.of(
                "url",
                "http://127.0.0.1:" + freePort() + "/lra-coordinator",
                "participant.url",
                "http://127.0.0.1:" + freePort(),
                "secret",
                "0123456789abcdef",
                "data.directory",
                directory.toString(),
                "recovery.period.seconds",
                "1");
        startCoordinator();
        startRoutes(DomainsUnderTest.TIMEOUT);
    }

    private void startCoordinator() throws Exception {
        server = EmbeddedCoordinator.start(CoordinatorSettings.of(settings), refusal -> {});
    }

    private void startRoutes(Duration timeout) throws Exception {
        coordinator = new SagaEndpoint(settings, DefaultCamelContext::new);
        sale = new DomainsUnderTest(coordinator, timeout);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void stop() {
        sale.close();
        server.close();
    }

    /** How the saga of an execution stands. */
    private LraStatus saga(String name) {
        return coordinator.status(URI.create(sale.execution(name)
                .last(HistoryEventType.SagaStarted)
                .orElseThrow()
                .get("lra")));
    }

    private void awaitSaga(String name, LraStatus expected) {
        await().atMost(SOON).untilAsserted(() -> assertThat(saga(name)).isEqualTo(expected));
    }

    @Test
    void shouldSellADomain() throws Exception {
        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(sale.domains.get(DOMAIN, "status")).isEqualTo("confirmed");
        assertThat(saga("e1")).as("closed, and so forgotten").isEqualTo(LraStatus.UNKNOWN);
    }

    @Test
    void shouldUndoWhenTheCardIsDeclined() throws Exception {
        sale.cards.fail("ChargeCard", Fault.DECLINED);

        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(sale.domains.get(DOMAIN, "status")).isNull();
        // Cancelled, and so forgotten, when it has asked once more
        awaitSaga("e1", LraStatus.UNKNOWN);
    }

    @Test
    void shouldUndoWhenTheCoordinatorSaysThatTheTimeIsOver() throws Exception {
        sale.close();
        startRoutes(Duration.ofSeconds(2));
        sale.cards.during(
                "ChargeCard",
                () -> await().atMost(SOON)
                        .until(() -> sale.execution("e1")
                                .last(HistoryEventType.SagaCancelling)
                                .isPresent()));

        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(ExecutionFencedException.class);
        // Whatever the coordinator says of the saga meanwhile, ACTIVE too where the participant was slow to answer
        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.TIMED_OUT);
        assertThat(sale.cards.effects()).containsExactly("ChargeCard", "RefundCharge");
        assertThat(sale.domains.get(DOMAIN, "status")).isNull();
        awaitSaga("e1", LraStatus.UNKNOWN);
    }

    @Test
    void shouldGoOnInTheSameSagaWhenTheCoordinatorIsBack() throws Exception {
        sale.cards.during("ChargeCard", () -> server.close());
        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(ParkedExecution.class);
        sale.clock.advance(Duration.ofMinutes(1));
        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(ParkedExecution.class);
        startCoordinator();
        assertThat(saga("e1")).isEqualTo(LraStatus.ACTIVE);
        sale.clock.advance(Duration.ofMinutes(1));

        sale.clock.advance(Duration.ofMinutes(1));
        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(sale.cards.effects()).containsExactly("ChargeCard");
        assertThat(saga("e1")).isEqualTo(LraStatus.UNKNOWN);
    }

    @Test
    void shouldSucceedThoughTheContainerDiesBehindTheCloseOfTheSaga() throws Exception {
        sale.journal.failAt(HistoryEventType.ExecutionSucceeded, Failure.BEFORE);
        assertThatThrownBy(() -> sale.deliver(request("e1"))).isInstanceOf(JournalUnavailableException.class);
        assertThat(saga("e1")).isEqualTo(LraStatus.UNKNOWN);

        sale.deliver(request("e1"));

        assertThat(sale.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    }
}
