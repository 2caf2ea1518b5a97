package org.linkmoderation.itests.domains;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.linkmoderation.functions.ChargeCard;
import org.linkmoderation.functions.RefundCharge;
import org.linkmoderation.itests.Ports;
import org.linkmoderation.testkit.DynamoDbRelay;
import org.linkmoderation.testkit.DynamoDbRelay.Answer;

/**
 * Stands between the containers and what a saga acts upon: it forwards requests to DynamoDB, and has the real card
 * functions behind Lambda's Invoke API. Each attempt of an act of a saga can be given a treatment: refused, held, its
 * request lost, or its answer. So each failure happens at a chosen moment, and its effect has happened or has not.
 */
final class SagaGate implements AutoCloseable {

    static {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // else each answer waits for an acknowledgement
    }

    /** Held, so that its level lasts: the charges of thousands of sales are no news here. */
    private static final Logger LEDGER_LOG = Logger.getLogger("org.linkmoderation.functions.cards.CardLedger");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
    private static final String INVOKE = "/2015-03-31/functions/";
    private static final String FUNCTION_ERROR = "X-Amz-Function-Error";
    private static final Pattern KEY = Pattern.compile("domains:([A-Za-z0-9_-]{1,80}).*");

    private final DynamoDbRelay relay;
    private final Cards cards;
    private final Domains domains;
    private final int port = Ports.free();
    private final Map<String, RequestHandler<Map<String, Object>, Map<String, Object>>> functions;
    private final Map<String, List<Treatment>> treatments = new ConcurrentHashMap<>();
    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();
    private final Map<String, List<Act>> effects = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private HttpServer server;
    private ExecutorService threads;

    /** What a saga does to the world; each is named as its state. */
    enum Act {
        ReserveDomain,
        ChargeCard,
        ConfirmDomain,
        RefundCharge,
        ReleaseDomain;

        private boolean isOfADomain() {
            return this != ChargeCard && this != RefundCharge;
        }
    }

    /** Does what was asked for. */
    @FunctionalInterface
    private interface Effect {
        Answer happen() throws IOException, InterruptedException;
    }

    /** One attempt at the gate. */
    static final class Attempt {
        private final SagaGate gate;
        private final Act act;
        private final String name;
        private final HttpExchange exchange;
        private final Effect effect;

        private Attempt(SagaGate gate, Act act, String name, HttpExchange exchange, Effect effect) {
            this.gate = gate;
            this.act = act;
            this.name = name;
            this.exchange = exchange;
            this.effect = effect;
        }

        /** Does what was asked for, and notes it if it has changed anything. */
        private Answer pass() throws IOException, InterruptedException {
            if (act == null) {
                return effect.happen();
            }
            String before = gate.money(act, name);
            Answer answer = effect.happen();
            // An update of a domain is done only if it changes it; a function answers a repetition as it did before
            if (answer.status() == 200
                    && (act.isOfADomain() || !gate.money(act, name).equals(before))) {
                gate.effects
                        .computeIfAbsent(name, key -> Collections.synchronizedList(new ArrayList<>()))
                        .add(act);
            }
            return answer;
        }

        private void send(Answer answer) throws IOException {
            answer.send(exchange);
        }
    }

    /** What becomes of an attempt. */
    @FunctionalInterface
    interface Treatment {
        void of(Attempt attempt) throws IOException, InterruptedException;

        /** The same after something else has happened. */
        default Treatment after(Runnable event) {
            return attempt -> {
                event.run();
                of(attempt);
            };
        }
    }

    /** It happens and is answered. */
    static Treatment passes() {
        return attempt -> attempt.send(attempt.pass());
    }

    /** It does not happen: the service says that it is asked too often. */
    static Treatment refused() {
        return attempt -> attempt.send(
                switch (attempt.act) {
                    case ChargeCard, RefundCharge ->
                        answer(
                                429,
                                Map.of("x-amzn-ErrorType", List.of("TooManyRequestsException")),
                                "{\"Type\":\"User\",\"message\":\"Rate Exceeded.\"}");
                    default ->
                        answer(
                                400,
                                Map.of(),
                                "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException\","
                                        + "\"message\":\"The level of configured throughput was exceeded.\"}");
                });
    }

    /** It does not happen, and is never answered. */
    static Treatment requestLost() {
        return attempt -> attempt.gate.closed.await();
    }

    /** It happens, and is never answered. */
    static Treatment answerLost() {
        return attempt -> {
            attempt.pass();
            attempt.gate.closed.await();
        };
    }

    /** Holds an attempt until it is opened. */
    static final class Hold {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);
        private final CountDownLatch done = new CountDownLatch(1);

        /** Held before it happens; when opened it happens, also if nobody waits for its answer any more. */
        Treatment before() {
            return attempt -> {
                reached.countDown();
                open.await();
                try {
                    attempt.send(attempt.pass());
                } finally {
                    done.countDown();
                }
            };
        }

        /** Held when it has happened; answered when opened. */
        Treatment behind() {
            return attempt -> {
                Answer answer = attempt.pass();
                reached.countDown();
                open.await();
                try {
                    attempt.send(answer);
                } finally {
                    done.countDown();
                }
            };
        }

        /** Whether an attempt is or was held. */
        boolean isReached() {
            return reached.getCount() == 0;
        }

        /** Whether what was held has happened and was answered, if somebody waited for it. */
        boolean isDone() {
            return done.getCount() == 0;
        }

        void open() {
            open.countDown();
        }
    }

    /** A gate before this endpoint of DynamoDB, where the ledger is as well. */
    SagaGate(String dynamoDb, Cards cards, Domains domains) {
        this.relay = new DynamoDbRelay(dynamoDb);
        this.cards = cards;
        this.domains = domains;
        LEDGER_LOG.setLevel(Level.WARNING);
        Map<String, String> ledger = Map.of(
                "AWS_ENDPOINT_URL_DYNAMODB", dynamoDb,
                "AWS_REGION", "us-east-1",
                "AWS_ACCESS_KEY_ID", "local",
                "AWS_SECRET_ACCESS_KEY", "local",
                "CARD_LEDGER_TABLE", cards.table());
        functions = Map.of("ChargeCard", new ChargeCard(ledger), "RefundCharge", new RefundCharge(ledger));
        start();
    }

    /** Where the containers find DynamoDB and Lambda. */
    String url() {
        return "http://127.0.0.1:" + port;
    }

    /**
     * Sets what becomes of the attempts of an act, the first one by the first treatment and so on; the last treatment
     * is that of every further attempt.
     *
     * @param name the execution; its domain is {@link Domains#domain(String)}
     */
    void treat(String name, Act act, Treatment... treatments) {
        this.treatments.put(name + " " + act, List.of(treatments));
    }

    /** How often an act was attempted. */
    int attempts(String name, Act act) {
        return attempts.getOrDefault(name + " " + act, 0);
    }

    /** The acts of an execution that have changed anything, in order; also where the answer was lost. */
    List<Act> effects(String name) {
        List<Act> found = effects.getOrDefault(name, List.of());
        synchronized (found) {
            return List.copyOf(found);
        }
    }

    /** Listens; again on the same port after {@link #kill()}. */
    synchronized void start() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads = Executors.newCachedThreadPool();
        server.createContext("/", this::receive);
        server.setExecutor(threads);
        server.start();
    }

    /** Breaks all connections; new ones are refused until {@link #start()}. What was passed on goes on. */
    synchronized void kill() {
        server.stop(0);
        threads.shutdown();
    }

    @Override
    public void close() {
        closed.countDown();
        kill();
        threads.shutdownNow();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            if (path.startsWith(INVOKE)) {
                // /2015-03-31/functions/NAME/invocations
                String function = path.substring(INVOKE.length()).split("/")[0];
                if ("DryRun".equals(exchange.getRequestHeaders().getFirst("X-Amz-Invocation-Type"))) {
                    exchange.sendResponseHeaders(204, -1);
                    return;
                }
                Map<String, Object> request = JSON.readValue(body, OBJECT);
                Matcher key = KEY.matcher(request.get("key").toString());
                if (!key.matches()) {
                    throw new IOException("Not the key of an execution: " + request);
                }
                attempt(key.group(1), Act.valueOf(function), exchange, () -> invoke(function, request));
            } else {
                String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
                Map<String, List<String>> headers = Map.copyOf(exchange.getRequestHeaders());
                JsonNode request = JSON.readTree(body);
                Act act = act(target, request);
                attempt(act == null ? null : name(request), act, exchange, () -> relay.forward(headers, body));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void attempt(String name, Act act, HttpExchange exchange, Effect effect)
            throws IOException, InterruptedException {
        Treatment treatment = passes();
        if (act != null) {
            int number = attempts.merge(name + " " + act, 1, Integer::sum);
            List<Treatment> script = treatments.getOrDefault(name + " " + act, List.of(treatment));
            treatment = script.get(Math.min(number, script.size()) - 1);
        }
        treatment.of(new Attempt(this, act, name, exchange, effect));
    }

    private Answer invoke(String function, Map<String, Object> request) throws JsonProcessingException {
        try {
            return answer(
                    200,
                    Map.of(),
                    JSON.writeValueAsString(functions.get(function).handleRequest(request, null)));
        } catch (RuntimeException e) {
            String payload = JSON.createObjectNode()
                    .put("errorMessage", e.getMessage())
                    .put("errorType", e.getClass().getName())
                    .toString();
            return answer(200, Map.of(FUNCTION_ERROR, List.of("Unhandled")), payload);
        }
    }

    private static Answer answer(int status, Map<String, List<String>> headers, String body) {
        Map<String, List<String>> all = new HashMap<>(headers);
        all.put("Content-Type", List.of("application/json"));
        return new Answer(status, all, body.getBytes(StandardCharsets.UTF_8));
    }

    private String money(Act act, String name) {
        return act.isOfADomain() ? "" : String.valueOf(cards.find(DomainsSite.card(name)));
    }

    /** Which act a request to DynamoDB is; null if none. */
    private Act act(String target, JsonNode request) {
        if (!target.endsWith(".UpdateItem")
                || !request.path("TableName").asText().equals(domains.table())) {
            return null;
        }
        JsonNode updates = request.path("AttributeUpdates");
        return switch (updates.path("status").path("Value").path("S").asText()) {
            case "reserved" -> Act.ReserveDomain;
            case "confirmed" -> Act.ConfirmDomain;
            // The other one notes that a reservation that comes later is to be refused
            default -> updates.path("soldBy").path("Action").asText().equals("DELETE") ? Act.ReleaseDomain : null;
        };
    }

    private static String name(JsonNode request) {
        return Domains.execution(request.path("Key").path("PK").path("S").asText());
    }
}
