package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.returnsInputWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.linkmoderation.itests.Ports;
import org.linkmoderation.testkit.ScriptedLambda.Step;

/** Webhooks of a real container to a receiver that is down, slow, late or fails. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WebhooksIT {
    private static final Step SAFE = returnsInputWith("safe", "true");
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PID = "org.linkmoderation.webhooks";
    private static final String VERIFIER = "standardwebhooks@1.1.1";

    private static final String SECRET = secret();
    private static final List<Received> RECEIVED = new CopyOnWriteArrayList<>();
    private static final AtomicInteger TOLD = new AtomicInteger();
    private static Site site;
    private static int port;
    private static Receiver receiver;

    /** A call as it came. */
    private record Received(String id, String timestamp, String signature, String body, boolean isTaken) {
        JsonNode data() {
            try {
                return JSON.readTree(body).path("data");
            } catch (IOException e) {
                throw new IllegalStateException(body, e);
            }
        }
    }

    /** What it answers to its n-th call. */
    private interface Behaviour {
        int status(int call) throws InterruptedException;
    }

    /** A receiver on a port that is closed while there is none. */
    private static final class Receiver implements AutoCloseable {
        private final HttpServer server;
        private final ExecutorService threads = Executors.newCachedThreadPool();

        Receiver(Behaviour behaviour) throws IOException {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
            server.setExecutor(threads);
            server.createContext("/", exchange -> answer(exchange, behaviour));
            server.start();
        }

        private static void answer(HttpExchange exchange, Behaviour behaviour) throws IOException {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            int status;
            try {
                status = behaviour.status(TOLD.incrementAndGet());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                status = 503;
            }
            RECEIVED.add(new Received(
                    exchange.getRequestHeaders().getFirst("webhook-id"),
                    exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                    exchange.getRequestHeaders().getFirst("webhook-signature"),
                    body,
                    status < 300));
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        }

        @Override
        public void close() {
            server.stop(0);
            threads.shutdownNow();
        }
    }

    private static String secret() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return "whsec_" + Base64.getEncoder().encodeToString(bytes);
    }

    @BeforeAll
    static void start() {
        site = new Site("webhooks", 1);
        port = Ports.free();
        site.node()
                .environment("WEBHOOK_SECRET", SECRET)
                .setting("org.linkmoderation.moderation", "notices.queue", "webhooks.notices")
                .setting(PID, "url.default", "http://127.0.0.1:" + port + "/hook")
                .setting(PID, "secret.default", "$[env:WEBHOOK_SECRET]")
                .setting(PID, "allow.private", true)
                .setting(PID, "allow.http", true)
                .setting(PID, "timeout.seconds", 2)
                .setting(PID, "retry.initial.seconds", 1)
                .setting(PID, "retry.max.seconds", 2);
        site.start();
        site.node().shellOk("feature:install link-moderation-webhooks");
        awaitRunning(0);
    }

    @AfterAll
    static void end() {
        if (receiver != null) {
            receiver.close();
        }
        if (site != null) {
            site.close();
        }
    }

    private static void awaitRunning(int logged) {
        await("the webhooks", () -> site.node().log().substring(logged).contains("Webhooks take notices from queue"));
    }

    private static void await(String what, Callable<Boolean> condition) {
        site.node().await(what, PATIENCE, condition);
    }

    private static void moderate(String code) {
        site.links().putPending(code, "https://example.com/" + code);
        site.lambda().script(code, SAFE);
        site.messages().request(code, code, "https://example.com/" + code);
    }

    private static List<String> told(String name) {
        return RECEIVED.stream()
                .filter(call ->
                        call.isTaken() && call.data().path("name").asText().equals(name))
                .map(call -> call.data().path("status").asText())
                .toList();
    }

    @Test
    @Order(1)
    void shouldTellEachNoticeToAReceiverThatIsDownSlowAndFails() throws Exception {
        List<String> codes = IntStream.range(0, 60).mapToObj(i -> "hook-" + i).toList();
        // Not pending: the update is refused, and the execution fails until it is redriven
        site.links().put("hook-redriven", "https://example.com/hook-redriven", "active");
        site.lambda().script("hook-redriven", SAFE);
        site.messages().request("hook-redriven", "hook-redriven", "https://example.com/hook-redriven");
        codes.subList(0, 30).forEach(WebhooksIT::moderate);
        await(
                "the failed call of the first notices",
                () -> site.node().log().contains("waits for the webhook 'default'"));
        await(
                "the failure",
                () -> site.node()
                        .shell("moderation:describe hook-redriven")
                        .output()
                        .contains("FAILED"));
        site.links().put("hook-redriven", "https://example.com/hook-redriven", "pending");
        site.node().shellOk("moderation:redrive hook-redriven");

        // Each fifth call fails, each seventh is answered after the time limit, the others take a while
        receiver = new Receiver(call -> {
            TimeUnit.MILLISECONDS.sleep(call % 7 == 0 ? 3_000 : 50);
            return call % 5 == 0 ? 500 : 200;
        });
        codes.subList(30, 60).forEach(WebhooksIT::moderate);
        await("half of the calls", () -> RECEIVED.size() > 30);
        site.node().kill();
        site.node().start();

        await(
                "all notices",
                () -> Stream.concat(codes.stream(), Stream.of("hook-redriven"))
                        .allMatch(code -> told(code).contains("SUCCEEDED")));
        assertThat(told("hook-redriven")).startsWith("FAILED").endsWith("SUCCEEDED");
        int first = told("hook-redriven").indexOf("SUCCEEDED");
        assertThat(told("hook-redriven").subList(0, first)).as("before it").containsOnly("FAILED");
        assertThat(RECEIVED.stream()
                        .map(call -> call.data().path("name").asText()
                                + call.data().path("redriveCount").asInt()
                                + call.id())
                        .distinct()
                        .count())
                .as("one id for each notice")
                .isEqualTo(62);
        System.out.printf(
                "%d calls for 62 notices; %d were answered with 200.%n",
                RECEIVED.size(), RECEIVED.stream().filter(Received::isTaken).count());
    }

    @Test
    @Order(2)
    void shouldBeVerifiedByTheLibraryOfAnotherLanguage() throws Exception {
        if (RECEIVED.isEmpty()) {
            receiver = new Receiver(call -> 200);
            moderate("hook-verified");
            await("a notice", () -> !RECEIVED.isEmpty());
        }
        NodeModules modules = new NodeModules("standardwebhooks", VERIFIER);
        if (!modules.install()) {
            return;
        }
        Path folder = modules.folder();
        ArrayNode calls = JSON.createArrayNode();
        RECEIVED.forEach(call -> calls.addObject()
                .put("webhook-id", call.id())
                .put("webhook-timestamp", call.timestamp())
                .put("webhook-signature", call.signature())
                .put("body", call.body()));
        Files.writeString(folder.resolve("calls.json"), JSON.writeValueAsString(calls));
        Files.writeString(folder.resolve("verify.js"), """
                const { Webhook } = require("standardwebhooks");
                const webhook = new Webhook(process.env.WEBHOOK_SECRET);
                const calls = JSON.parse(require("fs").readFileSync("calls.json", "utf8"));
                // The library looks at the time as well; a container that was killed makes the first ones old
                calls.forEach(call => { Date.now = () => 1000 * call["webhook-timestamp"]; webhook.verify(call.body, call); });
                let forged = 0;
                try { webhook.verify(calls[0].body + " ", calls[0]); } catch (e) { forged++; }
                console.log(calls.length + " verified, " + forged + " refused");
                """);

        String output = modules.run(Map.of("WEBHOOK_SECRET", SECRET), "node", "verify.js");

        assertThat(output.strip()).isEqualTo(calls.size() + " verified, 1 refused");
        System.out.println("Node's " + VERIFIER + ": " + output.strip());
    }

    @Test
    @Order(3)
    void shouldShowWhatWasGivenUpAndSendItAgain() throws Exception {
        if (receiver != null) {
            receiver.close();
        }
        int logged = site.node().log().length();
        site.node().setting(PID, "give.up.after.seconds", 3);
        awaitRunning(logged);
        moderate("hook-given-up");
        List<JsonNode> letters = new ArrayList<>();

        await("the dead letter", () -> {
            letters.clear();
            for (JsonNode letter : site.node()
                    .shellOk("moderation:dead-letters --json --state-machine webhooks")
                    .json()
                    .path("deadLetters")) {
                if (letter.path("executionName").asText().equals("hook-given-up")) {
                    letters.add(letter);
                }
            }
            return letters.size() == 1;
        });
        JsonNode letter = letters.get(0);
        assertThat(letter.path("executionName").asText()).isEqualTo("hook-given-up");
        assertThat(letter.path("reason").asText())
                .startsWith("The webhook 'default' did not take it in ")
                .contains("Connection refused");
        receiver = new Receiver(call -> 204);

        site.node()
                .shellOk("moderation:dead-letters --state-machine webhooks --resend "
                        + letter.path("id").asText());

        await("the notice", () -> told("hook-given-up").contains("SUCCEEDED"));
        assertThat(site.node()
                        .shellOk("moderation:dead-letters --json --state-machine webhooks")
                        .output())
                .doesNotContain("hook-given-up");
    }

    @Test
    @Order(4)
    void shouldShowItsSecretNowhere() {
        String key = SECRET.substring("whsec_".length());
        assertThat(site.node().log()).doesNotContain(key);
        assertThat(site.node().shellOk("service:list").output()).doesNotContain(key);
        assertThat(String.join("\n", site.node().threadNames())).doesNotContain(key);
    }
}
