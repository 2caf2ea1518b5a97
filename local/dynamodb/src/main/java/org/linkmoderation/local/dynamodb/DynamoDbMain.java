package org.linkmoderation.local.dynamodb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.linkmoderation.local.dynamodb.storage.Database.Acknowledge;

/** The table store as a process of its own. */
public final class DynamoDbMain {

    private DynamoDbMain() {}

    /**
     * Serves until the process is ended. Prints one line when it answers.
     *
     * @param arguments the port (0 for any), the directory of the database, and {@code process} or {@code disk}, which
     *     may be left out for {@code process}
     */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length < 2 || arguments.length > 3) {
            System.err.println("Expected <port> <directory> [process|disk], not " + List.of(arguments));
            System.exit(2);
        }
        try {
            var directory = Path.of(arguments[1]);
            Files.createDirectories(directory);
            var endpoint = new DynamoDbEndpoint(
                    Integer.parseInt(arguments[0]),
                    directory,
                    arguments.length < 3
                            ? Acknowledge.PROCESS
                            : Acknowledge.valueOf(arguments[2].toUpperCase(Locale.ROOT)));
            Runtime.getRuntime().addShutdownHook(new Thread(endpoint::close));
            System.out.println("The table store answers on http://127.0.0.1:" + endpoint.port());
            new CountDownLatch(1).await();
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("The table store cannot start: " + e.getMessage());
            System.exit(1);
        }
    }
}
