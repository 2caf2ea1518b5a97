package org.linkmoderation.local.dynamodb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;

/** A JVM that runs DynamoDB Local as the container does, and can be killed as the container can. */
final class OwnerProcess {

    private final Process process;
    private final ProcessHandle database;

    private OwnerProcess(Process process, ProcessHandle database) {
        this.process = process;
        this.database = database;
    }

    /** Starts both, and returns when the database answers. */
    static OwnerProcess start(int port, Path directory) throws IOException {
        var output = Files.createTempFile(directory, "owner", ".log");
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-DlocalRepository=" + System.getProperty("localRepository"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OwnerProcess.class.getName(),
                        String.valueOf(port),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        var pid = directory.resolve("started");
        Awaitility.await("owner process").atMost(Duration.ofSeconds(30)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(Files.readString(output));
            }
            return Files.exists(pid);
        });
        return new OwnerProcess(
                process, ProcessHandle.of(Long.parseLong(Files.readString(pid))).orElseThrow());
    }

    ProcessHandle database() {
        return database;
    }

    /** As {@code kill -9} does it. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    public static void main(String[] arguments) throws Exception {
        var directory = Path.of(arguments[1]);
        var settings = new DynamoDbSettings(
                Integer.parseInt(arguments[0]), directory.resolve("database"), directory.resolve("database.log"), 128);
        var process = DynamoDbProcess.start(settings, new ClassPath(LocalRepository::find), () -> {});
        var written = Files.writeString(directory.resolve("starting"), String.valueOf(process.pid()));
        Files.move(written, directory.resolve("started"));
        new CountDownLatch(1).await();
    }
}
