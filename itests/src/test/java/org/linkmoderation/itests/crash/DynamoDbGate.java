package org.linkmoderation.itests.crash;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.linkmoderation.itests.Ports;
import org.linkmoderation.testkit.DynamoDbRelay;

/**
 * Stands between a container and DynamoDB and stops one request there, so that a container can be killed exactly before
 * or exactly behind a write. Everything else passes.
 */
public final class DynamoDbGate implements AutoCloseable {

    private final DynamoDbRelay relay;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong requests = new AtomicLong();
    private volatile Stop stop;

    /** Where the gate is shut. */
    private enum Place {
        BEFORE,
        BEHIND
    }

    /** One request that never gets its answer; with {@link Place#BEFORE} it does not even get to DynamoDB. */
    static final class Stop {
        private final String operation;
        private final String text;
        private final Place place;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);

        private Stop(String operation, String text, Place place) {
            this.operation = operation;
            this.text = text;
            this.place = place;
        }

        /** Whether a request stands at the gate. */
        boolean isReached() {
            return reached.getCount() == 0;
        }

        /** Opens the gate; the request that stands there gets no answer, since who asked is dead. */
        void open() {
            open.countDown();
        }

        private boolean holds(String target, String body, Place at) {
            return place == at && open.getCount() > 0 && target.endsWith("." + operation) && body.contains(text);
        }

        private void await() throws InterruptedException {
            reached.countDown();
            open.await();
        }
    }

    /** A gate before this endpoint of DynamoDB. */
    public DynamoDbGate(String dynamoDb) {
        relay = new DynamoDbRelay(dynamoDb);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free()), 256);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::pass);
        server.setExecutor(threads);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** How many requests have come so far. */
    public long requests() {
        return requests.get();
    }

    /** Stops the requests of an operation such as {@code UpdateItem} whose body has a text, before they are done. */
    Stop stopBefore(String operation, String text) {
        stop = new Stop(operation, text, Place.BEFORE);
        return stop;
    }

    /** Stops them when DynamoDB has done them and the answer is on its way. */
    Stop stopBehind(String operation, String text) {
        stop = new Stop(operation, text, Place.BEHIND);
        return stop;
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.incrementAndGet();
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            byte[] body = exchange.getRequestBody().readAllBytes();
            String text = new String(body, StandardCharsets.UTF_8);
            Stop now = stop;
            if (now != null && now.holds(target, text, Place.BEFORE)) {
                now.await();
                return;
            }
            DynamoDbRelay.Answer answer = relay.forward(exchange.getRequestHeaders(), body);
            if (now != null && now.holds(target, text, Place.BEHIND)) {
                now.await();
                return;
            }
            answer.send(exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (stop != null) {
            stop.open();
        }
        server.stop(0);
        threads.shutdownNow();
    }
}
