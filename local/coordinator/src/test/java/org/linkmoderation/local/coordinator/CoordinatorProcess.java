package org.linkmoderation.local.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;

/** The coordinator as a process of its own, to be killed. */
final class CoordinatorProcess implements AutoCloseable {

    private final Process process;

    private CoordinatorProcess(Process process) {
        this.process = process;
    }

    static CoordinatorProcess start(CoordinatorSettings settings) throws IOException {
        var file = Files.createTempFile("coordinator", ".cfg");
        Files.writeString(file, """
                listen.url = http://%s:%d
                secret = $[env:COORDINATOR_SECRET]
                data.directory = %s
                participant.urls = %s
                recovery.period.seconds = %d
                """.formatted(
                        settings.host(),
                        settings.port(),
                        settings.directory(),
                        settings.participants().stream().map(Object::toString).collect(Collectors.joining(",")),
                        settings.recoveryPeriod().toSeconds()));
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CoordinatorMain.class.getName(),
                        file.toString())
                .inheritIO();
        builder.environment().put("COORDINATOR_SECRET", settings.secret());
        var process = builder.start();
        var started = new CoordinatorProcess(process);
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            assertThat(process.isAlive()).as("the coordinator's process").isTrue();
            return EmbeddedCoordinatorTest.answers(settings.port());
        });
        Files.delete(file);
        return started;
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
