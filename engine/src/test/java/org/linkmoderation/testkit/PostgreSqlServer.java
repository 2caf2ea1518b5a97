package org.linkmoderation.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The PostgreSQL of the machine, as a process of the tests with a cluster of its own on a free port of loopback. It
 * ends with this JVM at the latest.
 */
public final class PostgreSqlServer implements AutoCloseable {
    /** Where Debian and Red Hat put the programs that no operator calls, and the rest of the world. */
    private static final List<String> FOLDERS =
            List.of("/usr/lib/postgresql", "/usr/pgsql", "/usr/local/pgsql", "/usr/bin", "/usr/local/bin");

    private static final String USER = "moderation";

    private static final int WAL_SEGMENT_BYTES = 16 * 1_024 * 1_024;

    private static final Set<PostgreSqlServer> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> OPEN.forEach(PostgreSqlServer::close), "postgresql servers"));
    }

    private final Path programs;
    private final Path folder;
    private final String password = UUID.randomUUID().toString();
    private final int port;
    private Process process;

    private PostgreSqlServer(Path programs) {
        this.programs = programs;
        port = freePort();
        try {
            folder = Files.createTempDirectory("postgresql");
            Path passwordFile = Files.writeString(folder.resolve("password"), password);
            if (isRoot()) {
                run(List.of("chown", "-R", "postgres:postgres", folder.toString()));
            }
            run(asUnprivileged(
                    programs.resolve("initdb").toString(),
                    "-D",
                    data(),
                    "-U",
                    USER,
                    "--pwfile=" + passwordFile,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        OPEN.add(this);
    }

    /** One below those that the kernel gives to outgoing connections, which take it before the server is there. */
    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 20_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // another one
            }
        }
    }

    /** Whether the machine has one; says so in one line if it has not. */
    public static boolean isInstalled() {
        boolean found = programs().isPresent();
        if (!found) {
            System.out.println(
                    "PostgreSQL is not installed: its tests are left out (on Debian: apt-get install postgresql)");
        }
        return found;
    }

    /** One that has started. */
    public static PostgreSqlServer started() {
        PostgreSqlServer server = new PostgreSqlServer(
                programs().orElseThrow(() -> new IllegalStateException("PostgreSQL is not installed")));
        server.start();
        return server;
    }

    private static Optional<Path> programs() {
        return FOLDERS.stream()
                .map(Path::of)
                .filter(Files::isDirectory)
                .flatMap(folder -> Stream.concat(Stream.of(folder), children(folder)))
                .flatMap(folder -> Stream.of(folder, folder.resolve("bin")))
                .filter(folder -> Files.isExecutable(folder.resolve("initdb")))
                .max(Comparator.comparing(Path::toString));
    }

    private static Stream<Path> children(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(Files::isDirectory).toList().stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    public int port() {
        return port;
    }

    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    /** The process that runs now, the parent of all others. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    /** The URL of the database {@code postgres}. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    /** Starts it, and waits until it answers. */
    public void start(String... settings) {
        List<String> command = new ArrayList<>(List.of(
                programs.resolve("postgres").toString(),
                "-D",
                data(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "max_connections=200"));
        for (String setting : settings) {
            command.addAll(List.of("-c", setting));
        }
        try {
            awaitAnswer(command);
        } catch (ConditionTimeoutException e) {
            throw new IllegalStateException("PostgreSQL on port " + port + " did not start: " + logged(), e);
        }
    }

    private void awaitAnswer(List<String> command) {
        Awaitility.await("PostgreSQL on port " + port)
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> {
                    if (process == null || !process.isAlive()) {
                        // After a kill it refuses to start while a child of the killed one lives
                        process = new ProcessBuilder(asUnprivileged(command.toArray(String[]::new)))
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                                .start();
                    }
                    connect().close();
                    return true;
                });
    }

    /** A connection of its superuser. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), USER, password);
    }

    /** Kills it as {@code kill -9} does; {@link #start} brings it back. */
    public void kill() {
        process.destroyForcibly();
        await();
    }

    /** Stops it in order. */
    public void stop() {
        signal("-INT");
        await();
    }

    /** Makes it hang, with its port open, until {@link #resume()}. */
    public void pause() {
        signalAll("-STOP");
    }

    /** Lets it go on. */
    public void resume() {
        signalAll("-CONT");
    }

    private void signalAll(String signal) {
        forEachProcess(pid -> List.of("kill", signal, pid));
    }

    /** Runs a command on each of its processes but those of connections that end meanwhile. */
    private void forEachProcess(Function<String, List<String>> command) {
        processes().forEach(each -> {
            try {
                run(command.apply(Long.toString(each.pid())));
            } catch (IllegalStateException e) {
                if (each.isAlive()) {
                    throw e;
                }
            }
        });
    }

    private Stream<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    /**
     * Lets no file grow beyond the size of a segment of the log, as if the disk were full for larger tables, until
     * {@link #unlimitFiles()}.
     */
    public void limitFiles() {
        limitFiles(Integer.toString(WAL_SEGMENT_BYTES));
    }

    /** Lets files grow again. */
    public void unlimitFiles() {
        limitFiles("unlimited");
    }

    private void limitFiles(String bytes) {
        forEachProcess(pid -> asUnprivileged("prlimit", "--pid", pid, "--fsize=" + bytes + ":"));
    }

    private void signal(String signal) {
        run(List.of("kill", signal, Long.toString(process.pid())));
    }

    private void await() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("PostgreSQL did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for PostgreSQL", e);
        }
    }

    private Path log() {
        return Path.of(System.getProperty("java.io.tmpdir"), folder.getFileName() + ".log");
    }

    private String logged() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            return "it has no log";
        }
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** PostgreSQL refuses to run as root. */
    private static List<String> asUnprivileged(String... command) {
        List<String> whole = new ArrayList<>();
        if (isRoot()) {
            whole.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        whole.addAll(List.of(command));
        return whole;
    }

    private static void run(List<String> command) {
        try {
            Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(run.getInputStream().readAllBytes());
            if (run.waitFor() != 0) {
                throw new IllegalStateException(command + ": " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    @Override
    public void close() {
        OPEN.remove(this);
        try {
            if (process != null && process.isAlive()) {
                resume();
                stop();
            }
            Files.deleteIfExists(log());
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
