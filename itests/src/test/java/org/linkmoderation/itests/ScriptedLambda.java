package org.linkmoderation.itests;

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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An endpoint that speaks Lambda's Invoke API and answers each link's code by a script, call by call; the last step of
 * a script answers every further call. A code without a script is answered as ModerateCheck would: safe unless the URL
 * has the word {@code malware}. The time of each call is recorded.
 */
public final class ScriptedLambda implements AutoCloseable {

    static {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // else each answer waits for an acknowledgement
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, List<Step>> scripts = new ConcurrentHashMap<>();
    private final Map<String, List<Call>> calls = new ConcurrentHashMap<>();
    private final AtomicInteger received = new AtomicInteger();

    /** One call of the function. */
    public static final class Call {
        private final ScriptedLambda lambda;
        private final String function;
        private final JsonNode input;
        private final long receivedNanos = System.nanoTime();
        private volatile long answeredNanos;
        private volatile String answer;

        private Call(ScriptedLambda lambda, String function, JsonNode input) {
            this.lambda = lambda;
            this.function = function;
            this.input = input;
        }

        public String function() {
            return function;
        }

        public JsonNode input() {
            return input;
        }

        /** The body of the answer; null while there is none. */
        public String answer() {
            return answer;
        }

        /** Seconds from the answer to this call to the arrival of another. */
        public double secondsUntil(Call next) {
            return (next.receivedNanos - answeredNanos) / 1e9;
        }

        private void send(HttpExchange exchange, int status, String json) throws IOException {
            answer = json;
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.getResponseHeaders().set("X-Amz-Executed-Version", "$LATEST");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        }
    }

    /** What the function does with one call. */
    @FunctionalInterface
    public interface Step {
        void answer(HttpExchange exchange, Call call) throws IOException, InterruptedException;

        /** The same after something else has happened while the caller waits. */
        default Step after(Runnable event) {
            return (exchange, call) -> {
                event.run();
                answer(exchange, call);
            };
        }
    }

    /** The result of the function, as JSON text. */
    public static Step returns(String json) {
        return (exchange, call) -> call.send(exchange, 200, json);
    }

    /** The function's input with one more field, as JSON text: {@code returnsInputWith("safe", "true")}. */
    public static Step returnsInputWith(String field, String json) {
        return (exchange, call) -> {
            ObjectNode result = call.input.deepCopy();
            result.set(field, JSON.readTree(json));
            call.send(exchange, 200, JSON.writeValueAsString(result));
        };
    }

    /** The function throws: HTTP 200 with the function-error header and Lambda's usual payload. */
    public static Step functionError(String errorType, String errorMessage) {
        return functionErrorPayload(JSON.createObjectNode()
                .put("errorMessage", errorMessage)
                .put("errorType", errorType)
                .toString());
    }

    /** The function throws: HTTP 200 with the function-error header and this payload. */
    public static Step functionErrorPayload(String json) {
        return (exchange, call) -> {
            exchange.getResponseHeaders().set("X-Amz-Function-Error", "Unhandled");
            call.send(exchange, 200, json);
        };
    }

    /** The service refuses: an HTTP status with Lambda's error body and its error type in a header. */
    public static Step serviceError(int status, String errorType, String message) {
        return (exchange, call) -> {
            exchange.getResponseHeaders().set("x-amzn-ErrorType", errorType);
            ObjectNode body = JSON.createObjectNode();
            body.put("Type", status >= 500 ? "Service" : "User");
            body.put("message", message);
            call.send(exchange, status, JSON.writeValueAsString(body));
        };
    }

    /** A proxy before the service fails: an HTTP status with a page for people, and no error type. */
    public static Step page(int status) {
        return (exchange, call) -> {
            byte[] page = ("<html><body><h1>" + status + "</h1></body></html>").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(status, page.length);
            exchange.getResponseBody().write(page);
        };
    }

    /** The connection is closed without an answer. */
    public static Step connectionLost() {
        return (exchange, call) -> exchange.close();
    }

    /** No answer until {@link ScriptedLambda#close()}. */
    public static Step noAnswer() {
        return (exchange, call) -> call.lambda.closed.await();
    }

    /** An endpoint on a free port. */
    public ScriptedLambda() {
        this(Ports.free());
    }

    /** An endpoint on this port of the loopback interface. */
    public ScriptedLambda(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/2015-03-31/functions/", this::invoke);
        server.setExecutor(threads);
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + port();
    }

    /**
     * Sets what the function does when it is called for a link, the first call by the first step and so on, and forgets
     * earlier calls for it.
     */
    public void script(String code, Step... steps) {
        calls.remove(code);
        scripts.put(code, List.of(steps));
    }

    /** How many calls there were so far. */
    public int received() {
        return received.get();
    }

    /** The calls for a link so far, in the order of their arrival. */
    public List<Call> calls(String code) {
        return List.copyOf(calls.getOrDefault(code, List.of()));
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void invoke(HttpExchange exchange) throws IOException {
        try (exchange) {
            // /2015-03-31/functions/NAME/invocations
            String[] path = exchange.getRequestURI().getPath().split("/");
            if ("DryRun".equals(exchange.getRequestHeaders().getFirst("X-Amz-Invocation-Type"))) {
                exchange.sendResponseHeaders(204, -1);
                return;
            }
            JsonNode input = JSON.readTree(exchange.getRequestBody());
            String code = input.path("code").asText();
            Call call = new Call(this, path[3], input);
            received.incrementAndGet();
            List<Call> ofCode = calls.computeIfAbsent(code, key -> new CopyOnWriteArrayList<>());
            int number;
            synchronized (ofCode) {
                number = ofCode.size();
                ofCode.add(call);
            }
            List<Step> steps = scripts.getOrDefault(code, List.of(ScriptedLambda::asModerateCheck));
            steps.get(Math.min(number, steps.size() - 1)).answer(exchange, call);
            call.answeredNanos = System.nanoTime();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void asModerateCheck(HttpExchange exchange, Call call) throws IOException {
        String url = call.input.path("url").asText();
        ObjectNode result = call.input.deepCopy();
        result.put("safe", !url.contains("malware"));
        if (url.contains("doubtful")) {
            result.put("review", true).putArray("reasons").add("BRAND_TYPO");
        }
        call.send(exchange, 200, JSON.writeValueAsString(result));
    }
}
