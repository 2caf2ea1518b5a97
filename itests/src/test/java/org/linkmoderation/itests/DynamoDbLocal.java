package org.linkmoderation.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * DynamoDB Local in a process of the test, for the tests that take it away from the container; in all others the
 * container starts its own. It keeps its data in a folder, so that it comes back as it went.
 */
public final class DynamoDbLocal implements AutoCloseable {

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "dynamodb-local"));
    }

    private final Path folder;
    private final int port = Ports.free();
    private boolean isInMemory;
    private Process process;

    /** Prepares an instance with its data in {@code target/dynamodb-local/<name>}. */
    public DynamoDbLocal(String name) {
        folder = KarafNode.MODULE.resolve("target/dynamodb-local").resolve(name);
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(folder.resolve("shared-local-instance.db"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps the data in memory, with a JVM as it is by itself: for measurements. */
    public DynamoDbLocal inMemory() {
        isInMemory = true;
        return this;
    }

    public int port() {
        return port;
    }

    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    /** Starts the process and waits until it listens. */
    public DynamoDbLocal start() {
        try {
            String classPath = Files.readString(KarafNode.MODULE.resolve("target/dynamodb-local.classpath"));
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString()));
            command.addAll(isInMemory ? List.of("-Xmx2g") : List.of("-XX:TieredStopAtLevel=1", "-Xmx256m"));
            command.addAll(List.of(
                    "-cp",
                    classPath.strip(),
                    "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
                    "-port",
                    Integer.toString(port),
                    "-sharedDb",
                    "-disableTelemetry"));
            command.addAll(isInMemory ? List.of("-inMemory") : List.of("-dbPath", folder.toString()));
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("console.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RUNNING.add(process);
        Awaitility.await("DynamoDB Local on port " + port)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .failFast("DynamoDB Local ended, see " + folder, () -> !process.isAlive())
                .until(() -> Ports.isOpen(port));
        return this;
    }

    /** Kills the process as {@code kill -9} does; {@link #start()} brings it back with its data. */
    public void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("DynamoDB Local did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while DynamoDB Local was ending", e);
        }
        RUNNING.remove(process);
    }

    /** Makes the process hang, with its port open, until {@link #resume()}. */
    public void pause() {
        signal("-STOP");
    }

    /** Lets the process go on. */
    public void resume() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            int exit = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill " + signal + " ended with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while DynamoDB Local was signalled", e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }
}
