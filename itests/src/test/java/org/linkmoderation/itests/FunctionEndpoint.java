package org.linkmoderation.itests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
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
import org.linkmoderation.testkit.ScriptedLambda;
import org.linkmoderation.testkit.ScriptedLambda.Step;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/**
 * An endpoint that speaks Lambda's Invoke API and answers each link's code by a script of the test kit, call by call;
 * the last step of a script answers every further call. A code without a script is answered as ModerateCheck would:
 * safe unless the URL has the word {@code malware}. The time of each call is recorded.
 */
public final class FunctionEndpoint implements AutoCloseable {

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
        private final String function;
        private final JsonNode input;
        private final long receivedNanos = System.nanoTime();
        private volatile long answeredNanos;
        private volatile String answer;

        private Call(String function, JsonNode input) {
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
    }

    /** An endpoint on a free port. */
    public FunctionEndpoint() {
        this(Ports.free());
    }

    /** An endpoint on this port of the loopback interface. */
    public FunctionEndpoint(int port) {
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
                exchange.sendResponseHeaders(HttpURLConnection.HTTP_NO_CONTENT, -1);
                return;
            }
            JsonNode input = JSON.readTree(exchange.getRequestBody());
            String code = input.path("code").asText();
            Call call = new Call(path[3], input);
            received.incrementAndGet();
            List<Call> ofCode = calls.computeIfAbsent(code, key -> new CopyOnWriteArrayList<>());
            int number;
            synchronized (ofCode) {
                number = ofCode.size();
                ofCode.add(call);
            }
            List<Step> steps = scripts.getOrDefault(code, List.of(FunctionEndpoint::asModerateCheck));
            answer(exchange, call, steps.get(Math.min(number, steps.size() - 1)));
            call.answeredNanos = System.nanoTime();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Over HTTP, what the test kit's step returns or throws in the place of AWS's client. */
    private void answer(HttpExchange exchange, Call call, Step step) throws IOException, InterruptedException {
        InvokeRequest request = InvokeRequest.builder()
                .functionName(call.function)
                .payload(SdkBytes.fromUtf8String(JSON.writeValueAsString(call.input)))
                .build();
        try {
            InvokeResponse response = step.answer(request);
            exchange.getResponseHeaders().set("X-Amz-Executed-Version", "$LATEST");
            if (response.functionError() != null) {
                exchange.getResponseHeaders().set("X-Amz-Function-Error", response.functionError());
            }
            send(exchange, call, response.statusCode(), response.payload().asUtf8String());
        } catch (ApiCallTimeoutException e) {
            closed.await();
        } catch (LambdaException e) {
            refuse(exchange, call, e);
        } catch (SdkClientException e) {
            // The connection is closed without an answer
        }
    }

    /** With Lambda's error body and its error type in a header; one without a type is a proxy's page for people. */
    private static void refuse(HttpExchange exchange, Call call, LambdaException refusal) throws IOException {
        String errorType = refusal.awsErrorDetails().errorCode();
        if (errorType == null) {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            send(
                    exchange,
                    call,
                    refusal.statusCode(),
                    "<html><body><h1>" + refusal.statusCode() + "</h1></body></html>");
        } else {
            exchange.getResponseHeaders().set("x-amzn-ErrorType", errorType);
            ObjectNode body = JSON.createObjectNode();
            body.put("Type", refusal.statusCode() >= HttpURLConnection.HTTP_INTERNAL_ERROR ? "Service" : "User");
            body.put("message", refusal.awsErrorDetails().errorMessage());
            send(exchange, call, refusal.statusCode(), JSON.writeValueAsString(body));
        }
    }

    private static void send(HttpExchange exchange, Call call, int status, String text) throws IOException {
        call.answer = text;
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().putIfAbsent("Content-Type", List.of("application/json"));
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static InvokeResponse asModerateCheck(InvokeRequest request) throws InterruptedException {
        try {
            ObjectNode result = (ObjectNode) JSON.readTree(request.payload().asUtf8String());
            String url = result.path("url").asText();
            result.put("safe", !url.contains("malware"));
            if (url.contains("doubtful")) {
                result.put("review", true).putArray("reasons").add("BRAND_TYPO");
            }
            return ScriptedLambda.returns(JSON.writeValueAsString(result)).answer(request);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
