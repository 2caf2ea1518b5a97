package org.linkmoderation.itests.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A table store that is as far away as the cloud's: passes connections on to one nearby, and each answer a fixed time
 * later. It looks into no byte, so that it takes next to no processor time.
 */
final class DelayedStore implements AutoCloseable {
    private static final int BUFFER_BYTES = 65_536;

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final int storePort;
    private final long delayNanos;

    /**
     * Listens on a free port.
     *
     * @param storePort where the store listens
     * @param delayMillis what is added to the time of each answer
     */
    DelayedStore(int storePort, int delayMillis) {
        this.storePort = storePort;
        delayNanos = TimeUnit.MILLISECONDS.toNanos(delayMillis);
        try {
            server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Socket store = new Socket(InetAddress.getLoopbackAddress(), storePort);
                client.setTcpNoDelay(true);
                store.setTcpNoDelay(true);
                threads.execute(() -> pass(client, store, 0));
                threads.execute(() -> pass(store, client, delayNanos));
            } catch (IOException e) {
                // Closed, or the store is: who asks finds out by the connection
            }
        }
    }

    private static void pass(Socket from, Socket to, long delayNanos) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                TimeUnit.NANOSECONDS.sleep(delayNanos);
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // The other side is closed too by now
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
