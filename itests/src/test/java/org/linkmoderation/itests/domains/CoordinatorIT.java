package org.linkmoderation.itests.domains;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.ModerationNode;
import org.linkmoderation.itests.Ports;

/** The embedded coordinator and the participant's endpoint in a container, called by others than each other. */
class CoordinatorIT {

    private static final String SHARED = "org.linkmoderation.coordinator";
    private static final String OWN = "org.linkmoderation.local.coordinator";
    private static final String SECRET = UUID.randomUUID().toString();
    private static final Duration APPLIED = Duration.ofSeconds(60);
    private static final Duration MINUTES = Duration.ofMinutes(10);
    private static final int COORDINATOR_PORT = Ports.free();
    private static final String COORDINATOR = "http://127.0.0.1:" + COORDINATOR_PORT + "/lra-coordinator";
    private static final String PARTICIPANT = "http://127.0.0.1:" + Ports.free();

    private static final AtomicInteger ANSWER = new AtomicInteger(503);
    private static final Queue<String> CALLS = new ConcurrentLinkedQueue<>();

    private static final LraCalls KNOWN = new LraCalls(SECRET);
    private static ModerationNode node;

    /** A participant of the test's own. */
    private static HttpServer other;

    @BeforeAll
    static void start() throws IOException {
        other = HttpServer.create(new InetSocketAddress("127.0.0.1", Ports.free()), 0);
        other.createContext("/", exchange -> {
            CALLS.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.sendResponseHeaders(ANSWER.get(), -1);
            exchange.close();
        });
        other.start();
        node = new ModerationNode("coordinator");
        node.karaf()
                .setting(SHARED, "url", COORDINATOR)
                .setting(SHARED, "secret", SECRET)
                .setting(SHARED, "participant.url", PARTICIPANT)
                .setting(OWN, "listen.url", "http://127.0.0.1:" + COORDINATOR_PORT)
                .setting(OWN, "participant.urls", PARTICIPANT + "," + otherUrl())
                .start();
        node.karaf().await("the coordinator", APPLIED, () -> Ports.isOpen(COORDINATOR_PORT));
        node.karaf()
                .await(
                        "the sale of domains",
                        APPLIED,
                        () -> node.karaf().log().contains("State machine domains takes requests from queue"));
        // The participant reads the journal, whose table is made when the table store has started
        node.karaf().awaitReady("moderation:list --state-machine domains");
    }

    @AfterAll
    static void stop() {
        node.close();
        other.stop(0);
    }

    @Test
    void shouldRefuseForgedCallsToTheCoordinatorAndLogThem() throws Exception {
        String lra = KNOWN.start(COORDINATOR, MINUTES).body();
        for (LraCalls forger : List.of(new LraCalls(null), new LraCalls("not-the-secret-at-all"))) {
            assertThat(forger.start(COORDINATOR, MINUTES).statusCode()).isEqualTo(403);
            assertThat(forger.get(COORDINATOR).statusCode()).isEqualTo(403);
            assertThat(forger.get(lra + "/status").statusCode()).isEqualTo(403);
            assertThat(forger.put(lra + "/close").statusCode()).isEqualTo(403);
            assertThat(forger.put(lra + "/cancel").statusCode()).isEqualTo(403);
            assertThat(forger.join(lra, PARTICIPANT + "/lra-participant", "x").statusCode())
                    .isEqualTo(403);
        }

        assertThat(KNOWN.get(lra + "/status").body()).isEqualTo("Active");
        awaitWarning("The coordinator refused ");
        KNOWN.put(lra + "/close");
    }

    @Test
    void shouldRefuseForgedCallsToTheParticipantAndLogThem() throws Exception {
        String lra = KNOWN.start(COORDINATOR, MINUTES).body();
        for (LraCalls forger : List.of(new LraCalls(null), new LraCalls("not-the-secret-at-all"))) {
            for (String path : List.of("compensate", "complete")) {
                String url = PARTICIPANT + "/lra-participant/" + path
                        + "?stateMachine=domains&execution=x&Camel-Saga-Compensate=direct%3A%2F%2FCompensate";
                assertThat(forger.put(url, lra).statusCode()).isEqualTo(403);
            }
        }
        // One that is no forgery is answered: there is no such execution, so that nothing is left to undo
        assertThat(KNOWN.put(
                                PARTICIPANT + "/lra-participant/compensate"
                                        + "?stateMachine=domains&execution=x&Camel-Saga-Compensate=direct%3A%2F%2FCompensate",
                                lra)
                        .statusCode())
                .isEqualTo(200);
        awaitWarning("The participant's endpoint refused PUT /lra-participant/");
        assertThat(node.karaf().log()).as("log").doesNotContain(SECRET);
        KNOWN.put(lra + "/close");
    }

    @Test
    void shouldRefuseAParticipantThatIsNotListed() throws Exception {
        String lra = KNOWN.start(COORDINATOR, MINUTES).body();

        assertThat(KNOWN.join(lra, "http://127.0.0.1:" + Ports.free(), "x").statusCode())
                .isEqualTo(403);
        KNOWN.put(lra + "/close");
    }

    @Test
    void shouldAskAgainWithinSecondsAfterTheContainerWasKilled() throws Exception {
        ANSWER.set(503);
        String lra = KNOWN.start(COORDINATOR, MINUTES).body();
        assertThat(KNOWN.join(lra, otherUrl(), "killed").statusCode()).isEqualTo(200);
        assertThat(KNOWN.put(lra + "/cancel").body()).isEqualTo("Cancelling");
        node.karaf().kill();
        CALLS.clear();
        ANSWER.set(200);
        node.karaf().start();

        node.karaf()
                .await(
                        "the participant to be called",
                        APPLIED,
                        () -> CALLS.contains("/compensate?execution=killed Bearer " + SECRET));
        node.karaf().await("the end", APPLIED, () -> KNOWN.get(lra + "/status").statusCode() == 404);
    }

    @Test
    void shouldGoOnWithItsStateWhenASettingHasChanged() throws Exception {
        String lra = KNOWN.start(COORDINATOR, MINUTES).body();
        int starts = starts();
        node.karaf().setting(OWN, "recovery.period.seconds", 3);

        node.karaf().await("a second start", APPLIED, () -> starts() > starts);
        assertThat(KNOWN.get(lra + "/status").body()).isEqualTo("Active");
        assertThat(KNOWN.put(lra + "/close").body()).isEqualTo("Closed");
    }

    @Test
    void shouldBeOffWithoutASecretAndSaySoWithoutTheOneBefore() {
        int starts = starts();
        try {
            setSecretUntil(
                    "",
                    () -> logged("The local coordinator is off: the setting secret of"
                            + " org.linkmoderation.coordinator is blank."));
            assertThat(Ports.isOpen(COORDINATOR_PORT)).isFalse();

            setSecretUntil(
                    "too-short",
                    () -> logged("The setting secret of org.linkmoderation.coordinator cannot be"
                            + " used: expected 16 to 256 characters of ASCII without spaces in"
                            + " etc/org.linkmoderation.coordinator.cfg."));
        } finally {
            setSecretUntil(SECRET, () -> starts() > starts);
        }
        node.karaf().awaitReady();
        assertThat(node.karaf().log()).doesNotContain(SECRET).doesNotContain("too-short");
    }

    @Test
    void shouldBeSeenInTheStatus() {
        assertThat(node.karaf().shellOk("moderation:status").output()).contains(COORDINATOR);
    }

    /** Karaf writes back a file that was read, and so may undo a change that comes just then: it is made again. */
    private static void setSecretUntil(String secret, BooleanSupplier applied) {
        node.karaf().await("a changed secret to be applied", APPLIED, () -> {
            if (!node.karaf().setting(SHARED, "secret").equals(secret)) {
                node.karaf().setting(SHARED, "secret", secret);
            }
            return applied.getAsBoolean();
        });
    }

    /** Waits for the line about calls that came without the secret. */
    private static void awaitWarning(String refusal) {
        node.karaf()
                .await(
                        "the line about forged calls",
                        APPLIED,
                        () -> node.karaf()
                                .log()
                                .lines()
                                .anyMatch(line -> line.contains("WARN")
                                        && line.contains(refusal)
                                        && line.contains(" from 127.0.0.1: it came with")));
    }

    private static boolean logged(String sentence) {
        return node.karaf().log().contains(sentence);
    }

    private static int starts() {
        return node.karaf().log().split("The local coordinator answers on", -1).length;
    }

    private static String otherUrl() {
        return "http://127.0.0.1:" + other.getAddress().getPort();
    }
}
