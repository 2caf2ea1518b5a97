package org.linkmoderation.itests.crash;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Ports;

/**
 * The broker of the feature link-moderation-local in a JVM of its own, so that several containers can share it and it
 * can be killed apart from them. It is the bundle of the distribution, with all its settings, run without a container.
 */
public final class BrokerProcess implements AutoCloseable {

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "brokers"));
    }

    private final Path folder;
    private final String password;
    private final int port = Ports.free();
    private Process process;

    /** Prepares a broker with its messages in {@code target/brokers/<name>}, whose earlier content is deleted. */
    public BrokerProcess(String name, String password) {
        folder = KarafNode.MODULE.resolve("target/brokers").resolve(name);
        this.password = password;
        try {
            if (Files.exists(folder)) {
                try (Stream<Path> files = Files.walk(folder)) {
                    for (Path file : (Iterable<Path>) files.sorted((a, b) -> b.compareTo(a))::iterator) {
                        Files.delete(file);
                    }
                }
            }
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    /** Starts the process and waits until it accepts connections. */
    public BrokerProcess start() {
        try {
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Xmx256m",
                            "-cp",
                            classPath(),
                            "org.linkmoderation.local.broker.StandaloneBroker",
                            url(),
                            folder.resolve("data").toString(),
                            "moderation")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("console.log").toFile()));
            builder.environment().put("LINK_MODERATION_BROKER_PASSWORD", password);
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RUNNING.add(process);
        Awaitility.await("the broker at " + url())
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .failFast("the broker ended, see " + folder, () -> !process.isAlive())
                .until(() -> Ports.isOpen(port));
        return this;
    }

    /** Kills the process as {@code kill -9} does; {@link #start()} brings it back with its messages. */
    public void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("The broker did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the broker was ending", e);
        }
        RUNNING.remove(process);
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }

    /** The bundle, the jars in it, and of this JVM's class path what the bundle imports. */
    private String classPath() throws IOException {
        Path bundle;
        try (Stream<Path> files = Files.walk(KarafNode.MODULE.resolve("target/distribution"))) {
            bundle = files.filter(
                            file -> file.getFileName().toString().matches("link-moderation-local-broker-.*\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("No broker in target/distribution"));
        }
        List<String> path = new ArrayList<>(List.of(bundle.toString()));
        Path library = Files.createDirectories(folder.resolve("lib"));
        try (JarFile jar = new JarFile(bundle.toFile())) {
            for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                if (entry.getName().endsWith(".jar")) {
                    Path file = library.resolve(Path.of(entry.getName()).getFileName());
                    try (InputStream content = jar.getInputStream(entry)) {
                        Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
                    }
                    path.add(file.toString());
                }
            }
        }
        String imported = ".*/(slf4j-api|slf4j-simple|jakarta\\.jms-api)-[^/]*\\.jar";
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (entry.matches(imported)) {
                path.add(entry);
            }
        }
        return String.join(File.pathSeparator, path);
    }
}
