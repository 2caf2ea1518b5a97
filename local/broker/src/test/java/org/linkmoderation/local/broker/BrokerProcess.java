package org.linkmoderation.local.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** The embedded broker in a JVM of its own, so that it can be killed. */
final class BrokerProcess {

    private final Process process;

    private BrokerProcess(Process process) {
        this.process = process;
    }

    /** Starts, and returns when the broker accepts connections. */
    static BrokerProcess start(int port, Path directory) throws IOException {
        var output = Files.createTempFile(directory, "broker", ".log");
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StandaloneBroker.class.getName(),
                        "tcp://127.0.0.1:" + port,
                        directory.toString(),
                        "moderation")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put(StandaloneBroker.PASSWORD, "secret");
        var process = builder.start();
        Awaitility.await("broker process").atMost(Duration.ofSeconds(30)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(Files.readString(output));
            }
            return Files.readString(output).contains("listening");
        });
        return new BrokerProcess(process);
    }

    /** As {@code kill -9} does it. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
