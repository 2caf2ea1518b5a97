package org.linkmoderation.itests.crash;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.linkmoderation.itests.JavaProcess;

/**
 * The broker of the feature link-moderation-local in a JVM of its own, so that several containers can share it and it
 * can be killed apart from them. It is the bundle of the distribution, with all its settings, run without a container.
 */
public final class BrokerProcess implements AutoCloseable {

    private final String password;
    private final JavaProcess process;

    /** Prepares a broker with its messages in {@code target/brokers/<name>}, whose earlier content is deleted. */
    public BrokerProcess(String name, String password) {
        this.password = password;
        this.process = new JavaProcess("the broker", "brokers", name);
    }

    public String url() {
        return "tcp://127.0.0.1:" + process.port();
    }

    /** Starts the process and waits until it accepts connections. */
    public BrokerProcess start() {
        process.start(
                Map.of("LINK_MODERATION_BROKER_PASSWORD", password),
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        classPath(),
                        "org.linkmoderation.local.broker.StandaloneBroker",
                        url(),
                        process.folder().resolve("data").toString(),
                        "moderation"));
        return this;
    }

    /** Kills the process as {@code kill -9} does; {@link #start()} brings it back with its messages. */
    public void kill() {
        process.kill();
    }

    /** Makes the process hang: it takes connections, and answers none, until {@link #resume()}. */
    public void pause() {
        process.pause();
    }

    /** Lets the process go on. */
    public void resume() {
        process.resume();
    }

    @Override
    public void close() {
        process.close();
    }

    /** The bundle, the jars in it, and of this JVM's class path what the bundle imports. */
    private String classPath() {
        List<String> path = new ArrayList<>();
        try {
            Path bundle = JavaProcess.jar("link-moderation-local-broker-.*\\.jar");
            path.add(bundle.toString());
            Path library = Files.createDirectories(process.folder().resolve("lib"));
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
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
