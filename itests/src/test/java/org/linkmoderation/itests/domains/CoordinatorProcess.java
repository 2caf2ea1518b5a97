package org.linkmoderation.itests.domains;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Ports;

/**
 * The saga coordinator of the feature link-moderation-coordinator in a JVM of its own, so that it can be killed apart
 * from the containers: the jar that the distribution has, run without a container.
 */
final class CoordinatorProcess implements AutoCloseable {

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "coordinators"));
    }

    private final Path folder;
    private final String secret;
    private final List<String> participants;
    private final int port = Ports.free();
    private Process process;

    /**
     * Prepares a coordinator with its object store in {@code target/coordinators/<name>}, whose earlier content is
     * deleted.
     *
     * @param secret what it and its participants share
     * @param participants the URLs of those that it may call
     */
    CoordinatorProcess(String name, String secret, List<String> participants) {
        this.folder = KarafNode.MODULE.resolve("target/coordinators").resolve(name);
        this.secret = secret;
        this.participants = participants;
        try {
            if (Files.exists(folder)) {
                try (Stream<Path> files = Files.walk(folder)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + port + "/lra-coordinator";
    }

    /** Starts the process and waits until it listens. */
    CoordinatorProcess start() {
        try {
            ProcessBuilder builder = new ProcessBuilder(command());
            process = builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("console.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RUNNING.add(process);
        Awaitility.await("the coordinator at " + url())
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .failFast("the coordinator ended, see " + folder, () -> !process.isAlive())
                .until(() -> Ports.isOpen(port));
        return this;
    }

    private List<String> command() throws IOException {
        Path settings = Files.writeString(
                folder.resolve("coordinator.cfg"),
                String.join(
                        "\n",
                        List.of(
                                "url = " + url(),
                                "secret = " + secret,
                                "participant.urls = " + String.join(",", participants),
                                "data.directory = " + folder.resolve("store"),
                                "recovery.period.seconds = 1")));
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-jar",
                jar().toString(),
                settings.toString());
    }

    private static Path jar() throws IOException {
        try (Stream<Path> files = Files.walk(KarafNode.MODULE.resolve("target/distribution"))) {
            return files.filter(file ->
                            file.getFileName().toString().matches("link-moderation-local-coordinator-\\d.*\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("No coordinator in target/distribution"));
        }
    }

    /** Kills the process as {@code kill -9} does; {@link #start()} brings it back with what it has stored. */
    void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("The coordinator did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the coordinator was ending", e);
        }
        RUNNING.remove(process);
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }
}
