package org.linkmoderation.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A service in a process of its own, most often a JVM, that listens on a port of loopback, so that it can be killed
 * apart from the containers and be brought back. It ends with this JVM at the latest.
 */
public final class JavaProcess implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "services"));
    }

    private final String what;
    private final Path folder;
    private final int port = Ports.free();
    private Process process;

    /**
     * Prepares a service with its files in {@code target/<kind>/<name>}, whose earlier content is deleted.
     *
     * @param what what it is, for messages
     */
    public JavaProcess(String what, String kind, String name) {
        this.what = what;
        this.folder = KarafNode.MODULE.resolve("target").resolve(kind).resolve(name);
        try {
            Folders.delete(folder);
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The only jar of the distribution whose file name matches. */
    public static Path jar(String fileName) throws IOException {
        try (Stream<Path> files = Files.walk(KarafNode.MODULE.resolve("target/distribution"))) {
            return files.filter(file -> file.getFileName().toString().matches(fileName))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("No " + fileName + " in target/distribution"));
        }
    }

    /** Where it has its files, its output among them. */
    public Path folder() {
        return folder;
    }

    public int port() {
        return port;
    }

    /** The process that runs now. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    /**
     * Starts the process and waits until it listens.
     *
     * @param environment variables beside those of this process
     * @param arguments what follows {@code java}
     */
    public void start(Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(arguments);
        startCommand(environment, command);
    }

    /**
     * Starts the process, whatever runs in it, and waits until it listens; one that does not is killed.
     *
     * @param environment variables beside those of this process
     * @param command the command and its arguments
     */
    public void startCommand(Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("console.log").toFile()));
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RUNNING.add(process);
        try {
            Awaitility.await(what + " on port " + port)
                    .atMost(START_TIMEOUT)
                    .pollInterval(Duration.ofMillis(100))
                    .failFast(what + " ended, see " + folder, () -> !process.isAlive())
                    .until(() -> Ports.isOpen(port));
        } catch (ConditionTimeoutException e) {
            kill();
            throw new IllegalStateException(
                    what + " does not listen on port " + port + " within " + START_TIMEOUT.toSeconds() + " s; "
                            + LinuxMachine.load(),
                    e);
        }
    }

    /** Kills the process as {@code kill -9} does; the next start brings it back with what it has stored. */
    public void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException(what + " did not end");
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
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
            throw interrupted(e);
        }
    }

    private IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("Interrupted while waiting for " + what, e);
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }
}
