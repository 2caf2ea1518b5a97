package org.linkmoderation.local.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

// A run is open for its effect
@SuppressWarnings("try")
class EmbeddedCoordinatorTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final AtomicInteger answer = new AtomicInteger(200);
    private TestParticipant participant;
    private CoordinatorSettings settings;

    @BeforeEach
    void open() throws IOException {
        participant = new TestParticipant(0, call -> answer.get());
        settings = new CoordinatorSettings(
                "127.0.0.1",
                freePort(),
                "0123456789abcdef",
                directory,
                List.of(participant.url(), URI.create("http://127.0.0.1:" + freePort())),
                Duration.ofSeconds(1));
    }

    @AfterEach
    void close() {
        participant.close();
    }

    @Test
    void shouldCompleteAnActionThatIsClosed() throws Exception {
        try (var running = start()) {
            var caller = Caller.withSecret(settings);
            var lra = caller.start(MINUTE).body();
            assertThat(caller.join(lra, participant.url().toString()).statusCode())
                    .isEqualTo(200);

            assertThat(caller.close(lra).body()).isEqualTo("Closed");
            assertThat(participant.calls())
                    .containsExactly(new TestParticipant.Call("/complete?execution=a", "Bearer 0123456789abcdef", lra));
            assertThat(caller.status(lra)).isEqualTo("404");
        }
    }

    @Test
    void shouldCompensateAnActionWhoseTimeIsUp() throws Exception {
        try (var running = start()) {
            var caller = Caller.withSecret(settings);
            var lra = caller.start(Duration.ofMillis(500)).body();
            caller.join(lra, participant.url().toString());

            await().atMost(LONG).until(() -> caller.status(lra), "404"::equals);
            assertThat(participant.calls())
                    .containsExactly(
                            new TestParticipant.Call("/compensate?execution=a", "Bearer 0123456789abcdef", lra));
        }
    }

    @Test
    void shouldAskAgainWithinSecondsUntilTheParticipantIsDone() throws Exception {
        try (var running = start()) {
            var caller = Caller.withSecret(settings);
            var lra = caller.start(MINUTE).body();
            caller.join(lra, participant.url().toString());

            answer.set(202);
            assertThat(caller.cancel(lra).body()).isEqualTo("Cancelling");
            await().atMost(LONG).until(() -> participant.calls().size() >= 2);
            answer.set(500);
            int before = participant.calls().size();
            await().atMost(LONG).until(() -> participant.calls().size() >= before + 2);
            answer.set(200);
            await().atMost(LONG).until(() -> caller.status(lra), "404"::equals);
        }
    }

    @Test
    void shouldTakeUpInTheSameJvmWhatTheRunBeforeHasLeft() throws Exception {
        String lra;
        answer.set(202);
        try (var running = start()) {
            var caller = Caller.withSecret(settings);
            lra = caller.start(MINUTE).body();
            caller.join(lra, participant.url().toString());
            caller.cancel(lra);
        }
        answer.set(200);
        int before = participant.calls().size();
        try (var running = start()) {
            await().atMost(LONG).until(() -> participant.calls().size() > before);
            await().atMost(LONG).until(() -> Caller.withSecret(settings).status(lra), "404"::equals);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void shouldCallAParticipantWhereItHasMovedTo(boolean isCancelledBefore, boolean isStartedAnewBefore)
            throws Exception {
        String lra;
        String recoveryUrl;
        var caller = Caller.withSecret(settings);
        var running = start();
        try {
            lra = caller.start(MINUTE).body();
            // Nothing listens there
            var gone = settings.participants().get(1).toString();
            recoveryUrl = caller.join(lra, gone).body();
            if (isCancelledBefore) {
                assertThat(caller.cancel(lra).body()).isEqualTo("Cancelling");
            }
            if (isStartedAnewBefore) {
                running.close();
                running = start();
            }
            // Who moves may know the coordinator by another name
            var byName = recoveryUrl.replace("127.0.0.1", "localhost");

            assertThat(caller.move(byName, participant.url().toString()).statusCode())
                    .isEqualTo(200);

            if (!isCancelledBefore) {
                assertThat(caller.cancel(lra).body()).isEqualTo("Cancelled");
            }
            await().atMost(LONG).until(() -> caller.status(lra), "404"::equals);
            assertThat(participant.calls())
                    .containsExactly(
                            new TestParticipant.Call("/compensate?execution=a", "Bearer 0123456789abcdef", lra));
            assertThat(caller.move(byName, participant.url().toString()).statusCode())
                    .isEqualTo(404);
        } finally {
            running.close();
        }
    }

    @Test
    void shouldRefuseToMoveAParticipantElsewhere() throws Exception {
        try (var running = start()) {
            var caller = Caller.withSecret(settings);
            var lra = caller.start(MINUTE).body();
            var recoveryUrl = caller.join(lra, participant.url().toString()).body();

            assertThat(caller.move(recoveryUrl, "http://127.0.0.2:" + participant.port())
                            .statusCode())
                    .isEqualTo(403);
            assertThat(caller.cancel(lra).body()).isEqualTo("Cancelled");
        }
    }

    @Test
    void shouldRefuseCallsWithoutTheSecret() throws Exception {
        try (var running = start()) {
            var known = Caller.withSecret(settings);
            var lra = known.start(MINUTE).body();
            known.join(lra, participant.url().toString());

            for (var caller : List.of(
                    new Caller(settings.port(), null),
                    new Caller(settings.port(), "Bearer 0123456789abcdeX"),
                    new Caller(settings.port(), "Bearer 0123456789abcdef0"),
                    new Caller(settings.port(), "Basic 0123456789abcdef"))) {
                assertThat(caller.start(MINUTE).statusCode()).isEqualTo(403);
                assertThat(caller.cancel(lra).statusCode()).isEqualTo(403);
                assertThat(caller.close(lra).statusCode()).isEqualTo(403);
                assertThat(caller.list().statusCode()).isEqualTo(403);
            }
            assertThat(participant.calls()).isEmpty();
            assertThat(known.status(lra)).isEqualTo("Active");
            assertThat(refused)
                    .containsExactly("The coordinator refused POST /lra-coordinator/start from 127.0.0.1:"
                            + " it came without the secret.");
        }
    }

    @Test
    void shouldRefuseAParticipantElsewhere() throws Exception {
        try (var running = start()) {
            var caller = Caller.withSecret(settings);
            var lra = caller.start(MINUTE).body();
            int port = participant.port();
            for (var elsewhere : List.of(
                    "http://127.0.0.2:" + port,
                    "http://127.0.0.1:" + (port - 1),
                    "https://127.0.0.1:" + port,
                    "http://127.0.0.1:" + port + "@10.0.0.1",
                    "http://user@127.0.0.1:" + port,
                    "file:///etc")) {
                assertThat(caller.join(lra, elsewhere).statusCode())
                        .as(elsewhere)
                        .isEqualTo(403);
            }
            assertThat(caller.cancel(lra).body()).isEqualTo("Cancelled");
            assertThat(refused).hasSize(1);
            assertThat(refused.get(0)).contains("127.0.0.2").contains("not below participant.urls");
        }
    }

    @Test
    void shouldNotFollowAParticipantThatPointsElsewhere() throws Exception {
        try (var running = start()) {
            var caller = Caller.withSecret(settings);
            var lra = caller.start(MINUTE).body();
            caller.join(lra, participant.url().toString());

            answer.set(302);
            assertThat(caller.cancel(lra).body()).isEqualTo("Cancelling");
            answer.set(200);
            await().atMost(LONG).until(() -> caller.status(lra), "404"::equals);
            assertThat(participant.calls())
                    .allSatisfy(call -> assertThat(call.path()).startsWith("/compensate"));
        }
    }

    @Test
    void shouldLeaveNothingBehind() throws Exception {
        start().close();
        await().atMost(LONG).until(() -> threads().stream().noneMatch(name -> name.startsWith("globalEventExecutor")));
        var threads = threads();
        var classes = runAndStop();

        // One of Netty's ends a second later
        await().atMost(LONG).until(() -> threads.containsAll(threads()));
        new ServerSocket(settings.port()).close();
        await().atMost(LONG).until(() -> {
            System.gc();
            return classes.get() == null;
        });
    }

    private WeakReference<ClassLoader> runAndStop() throws Exception {
        try (var running = start()) {
            var caller = Caller.withSecret(settings);
            var lra = caller.start(MINUTE).body();
            caller.join(lra, participant.url().toString());
            answer.set(202);
            caller.cancel(lra);
            return new WeakReference<>(running.classes());
        }
    }

    @Test
    void shouldSayThatItsPortIsTaken() throws Exception {
        try (var taken = new ServerSocket(settings.port(), 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(this::start)
                    .isInstanceOf(IOException.class)
                    .hasMessage("port " + taken.getLocalPort() + " of 127.0.0.1 is taken by another program");
        }
    }

    @Test
    void shouldSayThatItsDirectoryIsInUse() throws Exception {
        try (var running = start()) {
            var second = new CoordinatorSettings(
                    "127.0.0.1",
                    freePort(),
                    settings.secret(),
                    directory,
                    settings.participants(),
                    settings.recoveryPeriod());
            assertThatThrownBy(() -> EmbeddedCoordinator.start(second, refused::add))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the directory " + directory + " is used by another coordinator");
            try (var free = new ServerSocket(second.port())) {
                assertThat(free.isBound()).isTrue();
            }
        }
    }

    @Test
    void shouldTakeUpAfterAKillWhatWasGoingOn() throws Exception {
        answer.set(202);
        String cancelled;
        String active;
        try (var process = CoordinatorProcess.start(settings)) {
            var caller = Caller.withSecret(settings);
            cancelled = caller.start(MINUTE).body();
            caller.join(cancelled, participant.url().toString());
            assertThat(caller.cancel(cancelled).body()).isEqualTo("Cancelling");
            active = caller.start(Duration.ofSeconds(8)).body();
            caller.join(active, URI.create(participant.url() + "/second").toString());
            process.kill();
        }
        assertThat(jars()).as("what the kill left").hasSize(1);
        answer.set(200);
        int before = participant.calls().size();
        try (var process = CoordinatorProcess.start(settings)) {
            assertThat(jars()).as("that of the run alone").hasSize(1);
            var caller = Caller.withSecret(settings);
            await().atMost(LONG).until(() -> caller.status(cancelled), "404"::equals);
            // Nobody closes it any more: its own time limit ends it
            await().atMost(LONG).until(() -> caller.status(active), "404"::equals);
        }
        var after = participant.calls().subList(before, participant.calls().size());
        assertThat(after)
                .extracting(TestParticipant.Call::path)
                .contains("/compensate?execution=a", "/second/compensate?execution=a");
        assertThat(jars()).as("after an orderly end").isEmpty();
    }

    private List<Path> jars() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }

    private EmbeddedCoordinator start() throws IOException {
        return EmbeddedCoordinator.start(settings, refused::add);
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                // The test's own client, and the JDK's
                .filter(name -> !name.startsWith("HttpClient-")
                        && !name.startsWith("Keep-Alive-Timer")
                        && !name.startsWith("awaitility")
                        && !name.startsWith("process reaper"))
                .collect(Collectors.toSet());
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    static boolean answers(int port) {
        try (var socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
