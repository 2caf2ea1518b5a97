package org.linkmoderation.local.dynamodb;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.linkmoderation.component.DataDirectory;
import org.linkmoderation.component.ListenAddress;
import org.linkmoderation.local.dynamodb.launcher.DynamoDbLauncher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process of DynamoDB Local, listening on loopback only. It ends with this JVM, even when that is killed, because
 * its standard input ends then; should it hang nevertheless, the next start on the same directory ends it first.
 */
final class DynamoDbProcess {

    private static final Logger LOG = LoggerFactory.getLogger(DynamoDbProcess.class);
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 100;
    private static final long END_SECONDS = 5;
    private static final long MAX_LOG_BYTES = 10L * 1024 * 1024;

    /** What would change the process's JVM, and what it has no business to know. */
    private static final Set<String> NOT_INHERITED =
            Set.of("CLASSPATH", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private final Process process;
    private final ProcessMark mark;

    private DynamoDbProcess(Process process, ProcessMark mark) {
        this.process = process;
        this.mark = mark;
    }

    /**
     * Starts a process, and returns when it answers requests.
     *
     * @param settings where to listen, where to keep the database and the log
     * @param classPath finds what to run
     * @param ended is called when the process ends, asked to or not
     * @throws IOException if it cannot be fetched, its port is taken, or it ends or hangs instead of answering
     * @throws InterruptedException if the thread is interrupted meanwhile; no process is left then
     */
    static DynamoDbProcess start(DynamoDbSettings settings, ClassPath classPath, Runnable ended)
            throws IOException, InterruptedException {
        var work = settings.directory().resolve("process");
        var temporary = work.resolve("tmp");
        DataDirectory.require(DynamoDbSettings.PID, settings.directory());
        Files.createDirectories(temporary);
        Files.createDirectories(settings.log().getParent());
        var mark = new ProcessMark(work.resolve("pid"));
        mark.endProcess().ifPresent(left -> LOG.info("Ended the process {} that was left behind.", left.pid()));
        ListenAddress.requireFree(LOOPBACK, settings.port());
        LOG.info("DynamoDB Local's parts are looked up by their coordinates; what is not on this machine is fetched.");
        var jars = classPath.assemble(work.resolve("classes"));
        empty(temporary);
        rollLog(settings.log());
        var started = new DynamoDbProcess(launch(settings, jars, temporary), mark);
        try {
            mark.write(started.process.toHandle());
            started.awaitAnswer(settings);
        } catch (IOException | InterruptedException | RuntimeException e) {
            started.stop();
            throw e;
        }
        started.process.onExit().thenRun(ended);
        LOG.info(
                "DynamoDB Local answers on http://{}:{}, process {}, database in {}.",
                LOOPBACK,
                settings.port(),
                started.pid(),
                settings.directory());
        return started;
    }

    /** The id of the process. */
    long pid() {
        return process.pid();
    }

    /** Ends the process, and returns when it is gone. */
    void stop() throws IOException {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.debug("The process {} does not end with its input.", pid());
            }
        } catch (IOException e) {
            LOG.debug("The process {} has ended before.", pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        mark.endProcess();
    }

    private static Process launch(DynamoDbSettings settings, List<Path> classPath, Path temporary) throws IOException {
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + settings.heapMegabytes() + "m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.io.tmpdir=" + temporary.toAbsolutePath(),
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                classPath.stream()
                        .map(path -> path.toAbsolutePath().toString())
                        .collect(Collectors.joining(File.pathSeparator)),
                DynamoDbLauncher.class.getName(),
                LOOPBACK,
                String.valueOf(settings.port()),
                settings.directory().toAbsolutePath().toString());
        builder.environment()
                .keySet()
                .removeIf(variable -> variable.startsWith("AWS_") || NOT_INHERITED.contains(variable));
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(settings.log().toFile()));
        return builder.start();
    }

    private void awaitAnswer(DynamoDbSettings settings) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!answers(settings.port())) {
            if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IOException("it ended with exit code " + process.exitValue() + ", see " + settings.log());
            }
            if (System.nanoTime() - start > START_TIMEOUT.toNanos()) {
                throw new IOException(
                        "it did not answer within " + START_TIMEOUT.toSeconds() + " s, see " + settings.log());
            }
        }
    }

    /** Opens the database as well, which the first request does. */
    private static boolean answers(int port) {
        try {
            var connection = (HttpURLConnection)
                    URI.create("http://" + LOOPBACK + ":" + port + "/").toURL().openConnection();
            connection.setConnectTimeout(1_000);
            connection.setReadTimeout(10_000);
            connection.setDoOutput(true);
            connection.setRequestProperty("Connection", "close");
            connection.setRequestProperty("Content-Type", "application/x-amz-json-1.0");
            connection.setRequestProperty("X-Amz-Target", "DynamoDB_20120810.ListTables");
            connection.setRequestProperty(
                    "Authorization",
                    "AWS4-HMAC-SHA256 Credential=local/20120810/us-east-1/dynamodb/aws4_request,"
                            + " SignedHeaders=host, Signature=none");
            try (var out = connection.getOutputStream()) {
                out.write("{}".getBytes(StandardCharsets.UTF_8));
            }
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }

    /** A process that was killed leaves its native library there. */
    private static void empty(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void rollLog(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > MAX_LOG_BYTES) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
