package org.linkmoderation.itests.hawtio;

import static org.linkmoderation.testkit.ScriptedLambda.functionError;
import static org.linkmoderation.testkit.ScriptedLambda.returns;
import static org.linkmoderation.testkit.ScriptedLambda.returnsInputWith;
import static org.linkmoderation.testkit.ScriptedLambda.serviceError;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.UUID;
import org.linkmoderation.itests.ModerationNode;
import org.linkmoderation.itests.Ports;
import org.linkmoderation.itests.ShellResult;

/** A container with executions of each kind that the console tells apart. */
final class ConsoleScenes implements AutoCloseable {
    /** What runs where a text from outside is taken for markup. */
    static final String ATTACK = "<img src=x onerror=\"document.title='attacked'\">";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ModerationNode node;

    /** Prepares the container and starts it. */
    ConsoleScenes(String name) {
        node = new ModerationNode(name);
        String coordinator = "http://127.0.0.1:" + Ports.free();
        node.karaf()
                .setting("org.linkmoderation.moderation", "review", true)
                .setting("org.linkmoderation.moderation", "review.timeout.seconds", 3_600)
                .setting("org.linkmoderation.moderation", "timeout.seconds", 7_200)
                .setting("org.linkmoderation.coordinator", "url", coordinator + "/lra-coordinator")
                .setting("org.linkmoderation.coordinator", "secret", UUID.randomUUID())
                .setting("org.linkmoderation.coordinator", "participant.url", "http://127.0.0.1:" + Ports.free())
                .setting("org.linkmoderation.local.coordinator", "listen.url", coordinator);
    }

    ModerationNode node() {
        return node;
    }

    /** A link that is safe. */
    void succeeded(String name) {
        request(name, "https://example.org/" + name);
        end(name);
    }

    /** A request for a link that does not exist. */
    void failed(String name) {
        node.messages().request(name, name, "https://example.org/" + name);
        end(name);
    }

    /** Lambda throttles twice. */
    void retried(String name) {
        node.lambda()
                .script(
                        name,
                        serviceError(429, "TooManyRequestsException", "Rate exceeded"),
                        serviceError(429, "TooManyRequestsException", "Rate exceeded"),
                        returnsInputWith("safe", "true"));
        request(name, "https://example.org/" + name);
        end(name);
    }

    /** The scan fails with an error that is caught, whose text is an attack. */
    void caught(String name) {
        node.lambda().script(name, functionError("ScanFailed", ATTACK));
        request(name, "https://example.org/" + name);
        end(name);
    }

    /** Lambda refuses the credentials until it is told otherwise: the service counts as unavailable. */
    void waiting(String name) {
        node.lambda().script(name, serviceError(400, "ExpiredTokenException", "The security token has expired"));
        request(name, "https://example.org/" + name);
        await("the wait of " + name, "moderation", name, record -> record.has("waiting"));
    }

    /** The scan is not sure: a person is to decide. */
    void reviewed(String name) {
        node.lambda().script(name, returnsInputWith("review", "true"));
        request(name, "https://example.org/" + name);
        await(
                "the review of " + name,
                "moderation",
                name,
                record -> record.path("waiting").path("reason").asText().equals("CALLBACK"));
    }

    /** A sale whose charge fails, and which is undone. */
    void compensated(String name) {
        node.lambda()
                .script("", functionError("ProviderBroken", "no answer of the bank"), returns("{\"refunded\": 0}"));
        sell(name);
        await("the end of " + name, "domains", name, record -> record.has("stopDate"));
    }

    /** A sale that can't be undone: the refund fails. */
    void inDoubt(String name) {
        node.lambda()
                .script(
                        "",
                        functionError("ProviderBroken", "no answer of the bank"),
                        functionError("RefundRefused", "the bank is closed"));
        sell(name);
        await(
                "the doubt of " + name,
                "domains",
                name,
                record -> record.path("status").asText().equals("IN_DOUBT"));
    }

    /** The link of a request that failed is there now. */
    void repair(String name) {
        node.links().putPending(name, "https://example.org/" + name);
    }

    /** A message that can't become an execution: its name is an attack. */
    void deadLetter() {
        node.messages().request(ATTACK, "dead", "https://example.org/dead");
    }

    private void sell(String name) {
        node.messages()
                .send(
                        "domain.requests",
                        "{\"domain\":\"" + name
                                + ".example\",\"owner\":\"ann\",\"amount\":1200,\"currency\":\"EUR\",\"card\":\"sample-card\"}",
                        Map.of("ExecutionName", name, "RequestId", name));
    }

    private void request(String name, String url) {
        node.links().putPending(name, url);
        node.messages().request(name, name, url);
    }

    private void end(String name) {
        node.awaitEnd(name);
    }

    private interface Wanted {
        boolean in(JsonNode execution);
    }

    private void await(String what, String stateMachine, String name, Wanted wanted) {
        node.karaf().await(what, ModerationNode.EXECUTION, () -> {
            ShellResult result =
                    node.karaf().shell("moderation:describe --json --state-machine " + stateMachine + " " + name);
            return result.succeeded() && wanted.in(JSON.readTree(result.output()));
        });
    }

    @Override
    public void close() {
        node.close();
    }
}
