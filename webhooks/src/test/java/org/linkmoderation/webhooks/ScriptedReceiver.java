package org.linkmoderation.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.linkmoderation.http.HttpHandler;
import org.linkmoderation.http.HttpLimits;
import org.linkmoderation.http.HttpRequest;
import org.linkmoderation.http.HttpResponse;
import org.linkmoderation.http.HttpServer;

/** A receiver that verifies each call by the reference library, and answers as a test says. */
final class ScriptedReceiver implements AutoCloseable {
    static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What it has received. */
    record Call(String id, String name, String status, boolean isTaken) {}

    /** Answers a call. */
    @FunctionalInterface
    interface Step {
        HttpResponse answer() throws Exception;
    }

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final List<String> forged = new CopyOnWriteArrayList<>();
    private final Queue<Step> script = new ConcurrentLinkedQueue<>();
    private final HttpServer server;
    private volatile Step otherwise = () -> HttpResponse.text(200, "thanks");

    ScriptedReceiver() throws Exception {
        server = HttpServer.onLoopback(
                "receiver", 0, HttpLimits.defaults().withWorkers(16, 100), HttpHandler.blocking(this::answer));
    }

    static Step status(int status) {
        return () -> HttpResponse.text(status, "status " + status);
    }

    String url() {
        return "http://127.0.0.1:" + server.port() + "/hook?shop=1";
    }

    /** Answers the next calls so. */
    void script(Step... steps) {
        script.addAll(List.of(steps));
    }

    /** Answers each call so for which nothing is scripted. */
    void otherwise(Step step) {
        otherwise = step;
    }

    private HttpResponse answer(HttpRequest request) throws Exception {
        HttpHeaders headers = HttpHeaders.of(
                Map.of(
                        "webhook-id", List.of(request.header("webhook-id").orElse("")),
                        "webhook-timestamp",
                                List.of(request.header("webhook-timestamp").orElse("")),
                        "webhook-signature",
                                List.of(request.header("webhook-signature").orElse(""))),
                (name, value) -> true);
        try {
            new Webhook(SECRET).verify(request.text(), headers);
        } catch (Exception e) {
            forged.add(request.text() + ": " + e);
        }
        Step step = script.poll();
        HttpResponse response = (step == null ? otherwise : step).answer();
        JsonNode data = JSON.readTree(request.body()).path("data");
        calls.add(new Call(
                request.header("webhook-id").orElse(""),
                data.path("name").asText(),
                data.path("status").asText(),
                response.status() < 300));
        return response;
    }

    /** What it has answered, in order. */
    List<Call> calls() {
        return calls;
    }

    /** The statuses of an execution that it was told, and took, in order. */
    List<String> taken(String name) {
        return calls.stream()
                .filter(call -> call.isTaken() && call.name().equals(name))
                .map(Call::status)
                .toList();
    }

    /** Calls whose signature is wrong. */
    List<String> forged() {
        return forged;
    }

    @Override
    public void close() {
        server.close();
    }
}
