package org.linkmoderation.itests;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.linkmoderation.local.dynamodb.DynamoDbMain;

/**
 * The table store in a process of the test, for the tests that take it away from the container; in all others the
 * container has its own. It keeps its data in a folder, so that it comes back as it went.
 */
public final class TableStore implements AutoCloseable {

    private final JavaProcess process;
    private boolean isForMeasurement;

    /** Prepares an instance with its data in {@code target/tables/<name>}. */
    public TableStore(String name) {
        process = new JavaProcess("The table store", "tables", name);
    }

    /** Takes a JVM as it is by itself: for measurements. */
    public TableStore forMeasurement() {
        isForMeasurement = true;
        return this;
    }

    public int port() {
        return process.port();
    }

    /** The process that runs now. */
    public ProcessHandle process() {
        return process.process();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + port();
    }

    /** Starts the process and waits until it listens. */
    public TableStore start() {
        List<String> arguments = new ArrayList<>(
                isForMeasurement
                        ? List.of("-Xmx512m")
                        : List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"));
        arguments.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                DynamoDbMain.class.getName(),
                Integer.toString(port()),
                process.folder().resolve("data").toString()));
        process.start(Map.of(), arguments);
        return this;
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
