package org.linkmoderation.itests.domains;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.linkmoderation.itests.JavaProcess;

/**
 * The saga coordinator of the feature link-moderation-coordinator in a JVM of its own, so that it can be killed apart
 * from the containers: the jar that the distribution has, run without a container.
 */
final class CoordinatorProcess implements AutoCloseable {

    private final String secret;
    private final List<String> participants;
    private final JavaProcess process;

    /**
     * Prepares a coordinator with its object store in {@code target/coordinators/<name>}, whose earlier content is
     * deleted.
     *
     * @param secret what it and its participants share
     * @param participants the URLs of those that it may call
     */
    CoordinatorProcess(String name, String secret, List<String> participants) {
        this.secret = secret;
        this.participants = participants;
        this.process = new JavaProcess("the coordinator", "coordinators", name);
    }

    String url() {
        return "http://127.0.0.1:" + process.port() + "/lra-coordinator";
    }

    /** Starts the process and waits until it listens. */
    CoordinatorProcess start() {
        try {
            process.start(Map.of(), arguments());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    private List<String> arguments() throws IOException {
        Path settings = Files.writeString(
                process.folder().resolve("coordinator.cfg"),
                String.join(
                        "\n",
                        List.of(
                                "url = " + url(),
                                "secret = " + secret,
                                "participant.urls = " + String.join(",", participants),
                                "data.directory = " + process.folder().resolve("store"),
                                "recovery.period.seconds = 1")));
        return List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-jar",
                JavaProcess.jar("link-moderation-local-coordinator-\\d.*\\.jar").toString(),
                settings.toString());
    }

    /** Kills the process as {@code kill -9} does; {@link #start()} brings it back with what it has stored. */
    void kill() {
        process.kill();
    }

    @Override
    public void close() {
        process.close();
    }
}
