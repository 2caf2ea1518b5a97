package org.linkmoderation.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * DynamoDB Local in a process of the test, for the tests that take it away from the container; in all others the
 * container starts its own. It keeps its data in a folder, so that it comes back as it went.
 */
public final class DynamoDbLocal implements AutoCloseable {

    private final JavaProcess process;
    private boolean isInMemory;

    /** Prepares an instance with its data in {@code target/dynamodb-local/<name>}. */
    public DynamoDbLocal(String name) {
        process = new JavaProcess("DynamoDB Local", "dynamodb-local", name);
    }

    /** Keeps the data in memory, with a JVM as it is by itself: for measurements. */
    public DynamoDbLocal inMemory() {
        isInMemory = true;
        return this;
    }

    public int port() {
        return process.port();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + port();
    }

    /** Starts the process and waits until it listens. */
    public DynamoDbLocal start() {
        List<String> arguments =
                new ArrayList<>(isInMemory ? List.of("-Xmx2g") : List.of("-XX:TieredStopAtLevel=1", "-Xmx256m"));
        arguments.addAll(List.of(
                "-cp",
                classPath(),
                "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
                "-port",
                Integer.toString(port()),
                "-sharedDb",
                "-disableTelemetry"));
        arguments.addAll(
                isInMemory
                        ? List.of("-inMemory")
                        : List.of("-dbPath", process.folder().toString()));
        process.start(Map.of(), arguments);
        return this;
    }

    private static String classPath() {
        try {
            return Files.readString(KarafNode.MODULE.resolve("target/dynamodb-local.classpath"))
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the process as {@code kill -9} does; {@link #start()} brings it back with its data. */
    public void kill() {
        process.kill();
    }

    /** Makes the process hang, with its port open, until {@link #resume()}. */
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
}
