package org.linkmoderation.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.linkmoderation.testkit.DynamoDbRelay.Answer;

/**
 * Passes requests on to a table store, and adds up the capacity that they consume of each table, as the store counts
 * it. It can be cut off after a number of requests, as a container is that dies between two of them.
 */
public final class DynamoDbMeter implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Set<String> WRITES =
            Set.of("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems");
    private static final Set<String> METERED = Stream.concat(
                    WRITES.stream(), Stream.of("GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"))
            .collect(Collectors.toSet());

    /** An answer that a client does not ask for again. */
    private static final Answer REFUSAL = new Answer(
            400,
            Map.of("Content-Type", List.of("application/x-amz-json-1.0")),
            "{\"__type\":\"com.amazon.coral.service#AccessDeniedException\",\"message\":\"cut off\"}"
                    .getBytes(StandardCharsets.UTF_8));

    private final DynamoDbRelay relay;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final Map<String, Consumed> consumed = new TreeMap<>();
    private int passed;
    private int mostPassed = Integer.MAX_VALUE;
    private boolean losesLastAnswer;

    /**
     * What requests consume.
     *
     * @param requests how many there were
     * @param write write units
     * @param read read units
     */
    public record Consumed(int requests, double write, double read) {
        private static final Consumed NONE = new Consumed(0, 0, 0);

        private static Consumed of(boolean isWrite, double units) {
            return new Consumed(1, isWrite ? units : 0, isWrite ? 0 : units);
        }

        private Consumed plus(Consumed other) {
            return new Consumed(requests + other.requests, write + other.write, read + other.read);
        }
    }

    /** @param store the endpoint of the table store */
    public DynamoDbMeter(String store) {
        relay = new DynamoDbRelay(store);
        // Else each answer waits for an acknowledgement
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::pass);
        server.setExecutor(threads);
        server.start();
    }

    /** Where it listens. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What was consumed of a table since the last {@link #reset()}. */
    public synchronized Consumed consumed(String table) {
        return consumed.getOrDefault(table, Consumed.NONE);
    }

    /** Counts from nothing, and passes all requests. */
    public synchronized void reset() {
        consumed.clear();
        passed = 0;
        mostPassed = Integer.MAX_VALUE;
        losesLastAnswer = false;
    }

    /**
     * Refuses every request after some more.
     *
     * @param more how many
     * @param losesLastAnswer whether the answer to the last of them is lost, although it was done
     */
    public synchronized void cutOffAfter(int more, boolean losesLastAnswer) {
        mostPassed = passed + more;
        this.losesLastAnswer = losesLastAnswer;
    }

    private synchronized boolean isPassed() {
        return passed++ < mostPassed;
    }

    private synchronized boolean isAnswered() {
        return passed < mostPassed || !losesLastAnswer;
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            String operation =
                    exchange.getRequestHeaders().getFirst("X-Amz-Target").replaceFirst(".*\\.", "");
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (!isPassed()) {
                REFUSAL.send(exchange);
                return;
            }
            Answer answer =
                    relay.forward(exchange.getRequestHeaders(), METERED.contains(operation) ? metered(body) : body);
            count(WRITES.contains(operation), JSON.readTree(answer.body()).path("ConsumedCapacity"));
            (isAnswered() ? answer : REFUSAL).send(exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] metered(byte[] request) throws IOException {
        ObjectNode asked = (ObjectNode) JSON.readTree(request);
        return JSON.writeValueAsBytes(asked.put("ReturnConsumedCapacity", "TOTAL"));
    }

    private synchronized void count(boolean isWrite, JsonNode capacity) {
        for (JsonNode ofTable : capacity.isArray() ? capacity : List.of(capacity)) {
            if (ofTable.has("TableName")) {
                consumed.merge(
                        ofTable.path("TableName").asText(),
                        Consumed.of(isWrite, ofTable.path("CapacityUnits").asDouble()),
                        Consumed::plus);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
