package org.linkmoderation.local.dynamodb.launcher;

import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ContextHandler;

/**
 * The main class of the DynamoDB Local process. DynamoDB Local's own listens on all interfaces, sends telemetry, and
 * outlives the process that started it; this one listens on one address, has no telemetry, and ends with its standard
 * input, so that it goes away with the container even when that is killed.
 */
public final class DynamoDbLauncher {

    /** The exit code when the server cannot start; the reason is on the standard error. */
    public static final int CANNOT_START = 3;

    private static final String NO_OTHER_ORIGINS = "";

    private DynamoDbLauncher() {}

    /**
     * Serves until the standard input ends, then closes the database and exits with 0, or with {@value #CANNOT_START}
     * if it could not start.
     *
     * @param arguments the address to listen on, the port, and the directory of the database
     */
    public static void main(String[] arguments) {
        System.exit(serve(arguments[0], Integer.parseInt(arguments[1]), arguments[2]));
    }

    private static int serve(String address, int port, String directory) {
        LocalDynamoDBServerHandler dynamoDb = null;
        var server = new Server(new InetSocketAddress(address, port));
        try {
            dynamoDb = new LocalDynamoDBServerHandler(
                    new LocalDynamoDBRequestHandler(0, false, directory, true, false), NO_OTHER_ORIGINS);
            server.setHandler(new ContextHandler(dynamoDb, "/"));
            server.start();
            System.out.println("DynamoDB Local listens on " + address + ":" + port + ".");
            awaitEndOfInput();
            server.stop();
            return 0;
        } catch (Exception e) {
            System.err.println("DynamoDB Local cannot serve on " + address + ":" + port + ": " + e);
            return CANNOT_START;
        } finally {
            if (dynamoDb != null) {
                dynamoDb.close();
            }
        }
    }

    private static void awaitEndOfInput() throws IOException {
        System.in.transferTo(OutputStream.nullOutputStream());
    }
}
