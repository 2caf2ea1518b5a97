package org.linkmoderation.local.broker;

import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * The broker in a process of its own, with the settings that it has in the container: for several containers that share
 * it. The class path is the bundle, the jars in it, and the JMS and SLF4J APIs.
 */
public final class StandaloneBroker {

    /** The environment variable with the only user's password: a command line would show it to others. */
    public static final String PASSWORD = "LINK_MODERATION_BROKER_PASSWORD";

    private static final int STORE_LIMIT_MEGABYTES = 4096;

    private StandaloneBroker() {}

    /**
     * Runs the broker until the process is ended; ends the process with code 1 when the broker stops by itself. Prints
     * a line when connections are accepted.
     *
     * @param arguments where to listen, such as {@code tcp://127.0.0.1:61616}; the directory of the messages; the only
     *     user's name
     */
    public static void main(String[] arguments) throws Exception {
        var password = System.getenv(PASSWORD);
        if (arguments.length != 3 || password == null || password.isBlank()) {
            throw new IllegalArgumentException("expected an address, a directory and a user's name, and the password in"
                    + " the environment variable " + PASSWORD);
        }
        var settings = new BrokerSettings(
                URI.create(arguments[0]), Path.of(arguments[1]), STORE_LIMIT_MEGABYTES, arguments[2], password);
        EmbeddedBroker.start(settings, () -> Runtime.getRuntime().halt(1));
        System.out.println("listening on " + settings.address());
        // The broker's own threads do not keep a JVM running
        new CountDownLatch(1).await();
    }
}
