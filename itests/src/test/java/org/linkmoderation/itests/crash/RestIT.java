package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.returnsInputWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.Ports;
import org.linkmoderation.testkit.ScriptedLambda.Step;

/** Requests over HTTP to a real container, whose broker, journal and life end meanwhile. */
class RestIT {
    private static final Step SAFE = returnsInputWith("safe", "true");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Pattern UUID_OF_A_REQUEST = Pattern.compile("(\"RequestId\" : )\"[0-9a-f-]{36}\"");
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z");
    private static final String TOKEN = UUID.randomUUID().toString();
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static Site site;
    private static int port;

    @BeforeAll
    static void start() {
        site = new Site("rest", 1);
        port = Ports.free();
        site.node()
                .environment("REST_TOKEN", TOKEN)
                .setting("org.linkmoderation.rest", "port", port)
                .setting("org.linkmoderation.rest", "calls.per.second", 10_000)
                .setting("org.linkmoderation.rest", "sender.token.default", "$[env:REST_TOKEN]");
        site.start();
        site.node().shellOk("feature:install link-moderation-rest");
        awaitListening();
    }

    @AfterAll
    static void end() {
        if (site != null) {
            site.close();
        }
    }

    private static void awaitListening() {
        await("the endpoint", () -> Ports.isOpen(port) && get("nothing").statusCode() == 404);
    }

    private static void await(String what, Callable<Boolean> condition) {
        site.node().await(what, PATIENCE, condition);
    }

    private static HttpRequest.Builder call(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/moderation/" + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + TOKEN);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String name) throws IOException, InterruptedException {
        return send(call("executions/" + name));
    }

    private static HttpResponse<String> post(String key, String body) throws IOException, InterruptedException {
        return send(call("requests?name=" + key)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(body)));
    }

    private static String input(String code) {
        return "{\"code\": \"" + code + "\", \"url\": \"" + url(code) + "\"}";
    }

    /** No member of it is too long by itself. */
    private static String large() {
        String half = "\"" + "x".repeat(150_000) + "\"";
        return "{\"code\": \"large\", \"url\": \"https://example.com/\", \"more\": [" + half + ", " + half + "]}";
    }

    private static String url(String code) {
        return "https://example.com/" + code;
    }

    private static void pending(String code) {
        site.links().putPending(code, url(code));
        site.lambda().script(code, SAFE);
    }

    private static String problem(HttpResponse<String> answer) throws IOException {
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        return answer.statusCode() + " "
                + JSON.readTree(answer.body()).path("error").asText();
    }

    private static JsonNode awaitEnd(String name) throws Exception {
        await("the end of " + name, () -> {
            HttpResponse<String> answer = get(name);
            return answer.statusCode() == 200
                    && !JSON.readTree(answer.body()).path("status").asText().equals("RUNNING");
        });
        return JSON.readTree(get(name).body());
    }

    private static void assertDecidedOnce(String code) throws Exception {
        assertThat(awaitEnd(code).path("status").asText()).as(code).isEqualTo("SUCCEEDED");
        assertThat(site.links().status(code)).as(code).isEqualTo("active");
        assertThat(site.links().item(code).get("decisions").n()).as(code).isEqualTo("1");
    }

    /** The lines after a {@code $} are run by a shell; the lines after them are what it prints. */
    @Test
    void shouldAnswerAsThePageShows() throws Exception {
        String page = Files.readString(KarafNode.MODULE.resolve("../docs/http.md"));
        String transcript = page.substring(page.indexOf("```console") + "```console\n".length());
        transcript = transcript.substring(0, transcript.indexOf("```"));
        site.links().putPending("a1b2c3", "https://example.org/welcome");
        site.lambda().script("a1b2c3", SAFE);
        List<String> commands = new ArrayList<>();

        for (String part : transcript.split("(?m)^\\$ ")) {
            if (!part.isBlank()) {
                int end = endOfCommand(part);
                String command = part.substring(0, end);
                if (command.contains("/executions/")) {
                    awaitEnd("a1b2c3");
                }
                assertThat(shown(run(command))).as(command).isEqualTo(shown(part.substring(end)));
                commands.add(command);
            }
        }

        assertThat(commands).hasSizeGreaterThan(3);
        assertDecidedOnce("a1b2c3");
    }

    /** A command goes on in the next line where a line ends with a backslash. */
    private static int endOfCommand(String part) {
        int end = part.indexOf('\n');
        while (part.charAt(end - 1) == '\\') {
            end = part.indexOf('\n', end + 1);
        }
        return end;
    }

    private static String shown(String text) {
        return DATE.matcher(UUID_OF_A_REQUEST
                        .matcher(text.replace("\r", "").strip())
                        .replaceAll("$1ID"))
                .replaceAll("DATE")
                .replaceAll("(?m)^date: .*\n", "");
    }

    private static String run(String command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        "bash", "-c", command.replace("127.0.0.1:8084", "127.0.0.1:" + port))
                .redirectErrorStream(true);
        builder.environment().put("TOKEN", TOKEN);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
        return output;
    }

    @Test
    void shouldRefuseWithAProblem() throws Exception {
        pending("refused");
        post("refused", input("refused"));
        assertDecidedOnce("refused");

        assertThat(problem(send(call("executions/refused").setHeader("Authorization", "Bearer " + TOKEN + "x"))))
                .isEqualTo("401 Unauthorized");
        assertThat(problem(get("unknown"))).isEqualTo("404 ExecutionDoesNotExist");
        assertThat(problem(send(call("requests")))).isEqualTo("405 MethodNotAllowed");
        assertThat(problem(post("refused", input("other")))).startsWith("409 ");
        assertThat(problem(send(call("requests?name=refused")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(input("refused"))))))
                .isEqualTo("409 ExecutionAlreadyExists");
        assertThat(problem(post("large", large()))).isEqualTo("413 States.DataLimitExceeded");
        assertThat(problem(send(call("requests").POST(BodyPublishers.ofString("{}")))))
                .isEqualTo("415 UnsupportedMediaType");
        assertThat(problem(post("broken", "{\"code\": "))).isEqualTo("400 InvalidRequest");
        assertThat(post("refused", input("refused")).statusCode())
                .as("repeated")
                .isEqualTo(202);
        assertDecidedOnce("refused");
        assertThat(site.messages().browse(Messages.DEAD_LETTERS, "ExecutionName = 'refused'"))
                .isEmpty();
        assertThat(site.node().log()).doesNotContain(TOKEN);
        assertThat(site.node().shellOk("service:list").output()).doesNotContain(TOKEN);
    }

    @Test
    void shouldAcceptNothingWhileTheBrokerIsDown() throws Exception {
        pending("no-broker-1");
        pending("no-broker-2");
        String both = "[" + input("no-broker-1") + "," + input("no-broker-2") + "]";
        site.broker().kill();

        HttpResponse<String> refused = post("no-broker", both);

        assertThat(problem(refused)).isEqualTo("503 ServiceUnavailable");
        assertThat(refused.headers().firstValue("Retry-After")).contains("5");
        site.broker().start();
        await("the broker", () -> site.node().shell("moderation:status").succeeded());
        assertThat(get("no-broker-1").statusCode()).isEqualTo(404);
        assertThat(site.messages().count(Messages.REQUESTS)).isZero();
        assertThat(post("no-broker", both).statusCode()).isEqualTo(202);
        assertDecidedOnce("no-broker-1");
        assertDecidedOnce("no-broker-2");
    }

    @Test
    void shouldSayWhenTheJournalIsDown() throws Exception {
        pending("no-journal");
        site.dynamoDb().kill();

        assertThat(problem(get("no-journal"))).isEqualTo("503 ServiceUnavailable");
        assertThat(problem(post("no-journal", input("no-journal")))).isEqualTo("503 ServiceUnavailable");
        assertThat(site.messages().count(Messages.REQUESTS)).isZero();
        site.dynamoDb().start();

        await("the journal", () -> site.node().shell("moderation:status").succeeded());
        assertThat(post("no-journal", input("no-journal")).statusCode()).isEqualTo(202);
        assertDecidedOnce("no-journal");
    }

    @Test
    void shouldExecuteOnceWhatWasAcceptedBeforeTheContainerWasKilled() throws Exception {
        int requests = 100;
        Map<String, Integer> answers = new ConcurrentHashMap<>();
        List<String> codes =
                IntStream.range(0, requests).mapToObj(i -> "killed-" + i).toList();
        codes.forEach(RestIT::pending);
        AtomicInteger accepted = new AtomicInteger();
        ExecutorService senders = Executors.newFixedThreadPool(8);
        for (String code : codes) {
            senders.execute(() -> {
                try {
                    int status = post(code, input(code)).statusCode();
                    answers.put(code, status);
                    if (status == 202 && accepted.incrementAndGet() == requests / 2) {
                        site.node().kill();
                    }
                } catch (IOException e) {
                    answers.put(code, 0);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        senders.shutdown();
        assertThat(senders.awaitTermination(120, TimeUnit.SECONDS)).isTrue();
        long before = answers.values().stream().filter(status -> status == 202).count();
        site.node().start();
        awaitListening();

        for (String code : codes) {
            if (answers.get(code) == 202) {
                assertDecidedOnce(code);
            }
        }
        for (String code : codes) {
            // Whoever got no answer asks again with the same key
            if (answers.get(code) != 202) {
                assertThat(post(code, input(code)).statusCode()).as(code).isEqualTo(202);
            }
        }
        for (String code : codes) {
            assertDecidedOnce(code);
        }
        System.out.printf(
                "%d of %d requests were accepted before the kill -9; each was decided once, as were the others after a"
                        + " repeated call.%n",
                before, requests);
        assertThat(before).isBetween(requests / 2L, requests - 1L);
        assertThat(site.messages().count(Messages.DEAD_LETTERS)).isZero();
    }
}
