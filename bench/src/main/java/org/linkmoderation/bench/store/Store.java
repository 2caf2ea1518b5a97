package org.linkmoderation.bench.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.linkmoderation.local.dynamodb.DynamoDbMain;

/** The local table store as a process of its own, with an empty database. */
final class Store implements AutoCloseable {

    private final Process process;
    private final TemporaryDirectory directory;
    private final URI endpoint;

    private Store(Process process, TemporaryDirectory directory, URI endpoint) {
        this.process = process;
        this.directory = directory;
        this.endpoint = endpoint;
    }

    /**
     * Starts one.
     *
     * @param acknowledge what its acknowledgement means, {@code process} or {@code disk}
     */
    static Store start(String acknowledge) throws IOException {
        var directory = TemporaryDirectory.create();
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        // As much as the container has
                        "-Xmx512m",
                        "-Dslf4j.internal.verbosity=ERROR",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DynamoDbMain.class.getName(),
                        "0",
                        directory.path().toString(),
                        acknowledge)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var line = process.inputReader().readLine();
        if (line == null) {
            throw new IOException("The table store did not start.");
        }
        return new Store(process, directory, URI.create(line.substring(line.lastIndexOf(' ') + 1)));
    }

    URI endpoint() {
        return endpoint;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        directory.close();
    }
}
