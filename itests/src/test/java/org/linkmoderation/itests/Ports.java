package org.linkmoderation.itests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loopback ports for the processes under test: counted up from a random start below the range from which the kernel
 * takes the ports of outgoing connections, each test JVM in a range of its own, so that a port stays free between its
 * choice and the start of the process that binds it.
 */
public final class Ports {

    private static final int PORTS = 6_000;
    private static final int FIRST = 20_000 + (TestJvm.NUMBER - 1) * PORTS;
    private static final int END = FIRST + PORTS;
    private static int next = ThreadLocalRandom.current().nextInt(FIRST, END);

    private Ports() {}

    /** A port that nothing listens on and that no earlier call returned in this JVM. */
    public static synchronized int free() {
        for (int tries = FIRST; tries < END; tries++) {
            int port = next;
            next = next + 1 < END ? next + 1 : FIRST;
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(port)); // on all interfaces
                return port;
            } catch (IOException taken) {
                // the next one
            }
        }
        throw new IllegalStateException("No free port from " + FIRST + " to " + END);
    }

    /** Whether something accepts connections on this port of the loopback interface. */
    public static boolean isOpen(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
