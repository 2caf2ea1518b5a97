package org.linkmoderation.functions.cards;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.linkmoderation.local.dynamodb.launcher.DynamoDbLauncher;

/**
 * DynamoDB Local as a process of its own, started by the first test that needs it; it ends with its standard input, and
 * so with the tests' JVM.
 */
public final class DynamoDbLocal {

    private static final String REPOSITORY = "repository";
    /** Held, so that its level lasts: a line for each of thousands of charges helps nobody. */
    private static final Logger LEDGER_LOG = Logger.getLogger(CardLedger.class.getName());

    private static String endpoint;
    private static Process process;

    private DynamoDbLocal() {}

    /** Environment variables of a function whose ledger is a table that no other test has, with these sample cards. */
    public static Map<String, String> newLedger(String sampleCards) {
        return Map.of(
                "AWS_ENDPOINT_URL_DYNAMODB",
                endpoint(),
                "AWS_REGION",
                "us-east-1",
                "AWS_ACCESS_KEY_ID",
                "local",
                "AWS_SECRET_ACCESS_KEY",
                "local",
                "CARD_LEDGER_TABLE",
                "ledger-" + UUID.randomUUID(),
                "CARD_LEDGER_SAMPLE_CARDS",
                sampleCards);
    }

    /** Where it answers. */
    static synchronized String endpoint() {
        if (endpoint == null) {
            LEDGER_LOG.setLevel(Level.WARNING);
            try {
                int port = freePort();
                start(port);
                endpoint = "http://127.0.0.1:" + port;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return endpoint;
    }

    private static void start(int port) throws IOException {
        var directory = Files.createTempDirectory("dynamodb-local");
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        classPath(),
                        DynamoDbLauncher.class.getName(),
                        "127.0.0.1",
                        String.valueOf(port),
                        directory.toString())
                .redirectError(directory.resolve("errors.log").toFile())
                .start();
        // It says one line when it listens; what comes behind it is read so that the pipe is never full
        var out = process.inputReader();
        String line;
        do {
            line = out.readLine();
            if (line == null) {
                throw new IOException("DynamoDB Local has ended, see " + directory);
            }
        } while (!line.contains("listens on"));
        var reader = new Thread(() -> out.lines().forEach(ignored -> {}), "dynamodb-local");
        reader.setDaemon(true);
        reader.start();
    }

    /** The launcher, and the jars in the local repository that its build has listed. */
    private static String classPath() throws IOException {
        var launcher = Path.of(DynamoDbLauncher.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
        try (var list = DynamoDbLauncher.class.getResourceAsStream("class-path.txt")) {
            var jars = new String(list.readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .replace(REPOSITORY + "/", System.getProperty("localRepository") + "/");
            return Stream.concat(Stream.of(launcher), Stream.of(jars.split(";")))
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
