package org.linkmoderation.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.linkmoderation.testkit.ScriptedLambda.returns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.StartRequest;
import org.linkmoderation.deployment.ContainerUnderTest;
import org.linkmoderation.testkit.ScriptedLambda;

/** Each call by a real client; executions, journal and broker are in memory. */
@Timeout(60)
class RestEndpointTest {
    private static final String TOKEN = "a-token-of-the-sender";
    private static final String VIEWER = "a-token-of-the-viewer";
    private static final String INPUT = "{\"code\":\"a1\",\"url\":\"https://example.org/\"}";
    private static final String OTHER = "{\"code\":\"a1\",\"url\":\"https://example.com/\"}";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final ScriptedLambda lambda = new ScriptedLambda();
    private ContainerUnderTest container;
    private RestEndpoint endpoint;
    private Description description;

    @BeforeEach
    void start() throws Exception {
        container = new ContainerUnderTest(ScanDiagram.definition(), lambda);
        lambda.script(Collections.nCopies(200, returns("{\"Attributes\":{\"status\":{\"S\":\"rejected\"}}}")));
        listen(Map.of("sender.token.shop", TOKEN, "viewer.token.board", VIEWER, "state.machines", "links, others"));
        description = new Description(get("/openapi.json").body());
    }

    private void listen(Map<String, String> properties) throws Exception {
        if (endpoint != null) {
            endpoint.close();
        }
        endpoint = new RestEndpoint(RestSettings.of(properties), 0, container.executions());
    }

    @AfterEach
    void stop() {
        endpoint.close();
        container.close();
    }

    private HttpRequest.Builder call(String target) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + target))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + TOKEN);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String target) throws Exception {
        return send(call(target));
    }

    private HttpRequest.Builder posting(String target, String body) {
        return call(target).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
    }

    private HttpResponse<String> post(String key, String body) throws Exception {
        return send(posting("/links/requests", body).header("Idempotency-Key", key));
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return JSON.readTree(answer.body());
    }

    private static String problem(HttpResponse<String> answer) throws Exception {
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        return answer.statusCode() + " " + json(answer).path("error").asText();
    }

    private static String detail(HttpResponse<String> answer) throws Exception {
        return json(answer).path("detail").asText();
    }

    private void awaitEnd(String name) {
        await().until(() -> container
                .journal()
                .find(new ExecutionId("links", name))
                .filter(execution -> execution.status().isFinal())
                .isPresent());
    }

    @Test
    void shouldAcceptARequestAndShowItsExecution() throws Exception {
        HttpResponse<String> accepted = post("k1", INPUT);

        assertThat(accepted.statusCode()).isEqualTo(202);
        String name = StartRequest.nameFor("k1");
        assertThat(json(accepted).path("name").asText()).isEqualTo(name);
        String location = accepted.headers().firstValue("Location").orElseThrow();
        assertThat(location)
                .isEqualTo("/links/executions/" + name)
                .isEqualTo(json(accepted).path("location").asText());
        awaitEnd(name);
        JsonNode shown = json(get(location));
        assertThat(shown.path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(shown.path("trail")).hasToString("[\"Scan\"]");
        assertThat(shown.path("verdict").asText()).isEqualTo("rejected");
        assertThat(shown.path("input").path("code").asText()).isEqualTo("a1");
    }

    @Test
    void shouldAcceptAnArrayWithOneKey() throws Exception {
        HttpResponse<String> accepted = post("k1", "[" + INPUT + "," + INPUT + "]");

        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(json(accepted).path("executions")).hasSize(2);
        assertThat(accepted.headers().firstValue("Location")).isEmpty();
        for (JsonNode execution : json(accepted).path("executions")) {
            awaitEnd(execution.path("name").asText());
            assertThat(get(execution.path("location").asText()).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldGoOnWithTheTraceOfACall() throws Exception {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";

        send(posting("/links/requests?name=traced", INPUT)
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01"));
        send(posting("/links/requests?name=untraced", INPUT).header("traceparent", "00-x"));

        awaitEnd("traced");
        awaitEnd("untraced");
        assertThat(json(get("/links/executions/traced")).path("traceId").asText())
                .isEqualTo(trace);
        assertThat(json(get("/links/executions/untraced")).has("traceId")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1.2", "a!()@=+'b", "prüfung", "検査-😀"})
    void shouldTakeAnyNameOfAnExecution(String name) throws Exception {
        String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8);

        HttpResponse<String> accepted = send(posting("/links/requests?name=" + encoded, INPUT));

        assertThat(json(accepted).path("name").asText()).isEqualTo(name);
        awaitEnd(name);
        HttpResponse<String> shown =
                get(accepted.headers().firstValue("Location").orElseThrow());
        assertThat(json(shown).path("name").asText()).isEqualTo(name);
    }

    @Test
    void shouldAcceptARepeatedCallOnce() throws Exception {
        String name = StartRequest.nameFor("k1");
        assertThat(post("k1", INPUT).statusCode()).isEqualTo(202);
        assertThat(post("\"k1\"", " { \"url\":\"https://example.org/\", \"code\":\"a1\"}")
                        .statusCode())
                .as("the same value, written in another way")
                .isEqualTo(202);
        awaitEnd(name);
        assertThat(post("k1", INPUT).statusCode()).isEqualTo(202);

        assertThat(container
                        .journal()
                        .find(new ExecutionId("links", name))
                        .orElseThrow()
                        .requestIds())
                .containsExactly("k1");
    }

    @Test
    void shouldRefuseAKeyThatCameWithAnotherContent() throws Exception {
        post("k1", INPUT);

        assertThat(problem(post("k1", OTHER))).isEqualTo("409 IdempotencyKeyReused");
        assertThat(problem(send(posting("/links/requests?name=other", INPUT).header("Idempotency-Key", "k1"))))
                .isEqualTo("409 IdempotencyKeyReused");
    }

    @Test
    void shouldRefuseANameThatCameWithAnotherContent() throws Exception {
        assertThat(send(posting("/links/requests?name=e1", INPUT)).statusCode()).isEqualTo(202);

        assertThat(send(posting("/links/requests?name=e1", OTHER)).statusCode()).isEqualTo(409);
    }

    @Test
    void shouldRefuseAKeyThatTheJournalKnowsWithAnotherContent() throws Exception {
        post("k1", INPUT);
        awaitEnd(StartRequest.nameFor("k1"));
        listen(Map.of("sender.token.shop", TOKEN, "state.machines", "links"));

        HttpResponse<String> refused = post("k1", OTHER);

        assertThat(problem(refused)).isEqualTo("409 IdempotencyKeyReused");
        assertThat(detail(refused)).contains("RequestId 'k1' started the execution", "with another input");
        assertThat(post("k1", INPUT).statusCode()).as("the same content").isEqualTo(202);
    }

    @Test
    void shouldRefuseAUsedName() throws Exception {
        send(posting("/links/requests?name=e1", INPUT));
        awaitEnd("e1");

        HttpResponse<String> refused = send(posting("/links/requests?name=e1", INPUT));

        assertThat(problem(refused)).isEqualTo("409 ExecutionAlreadyExists");
        assertThat(detail(refused)).contains("ended with status SUCCEEDED");
    }

    @Test
    void shouldAcceptNothingOfAnArrayOneOfWhichIsWrong() throws Exception {
        HttpResponse<String> refused = send(posting("/links/requests?name=e", "[" + INPUT + ",\n  {\"code\":\"b\"}]"));

        assertThat(problem(refused)).isEqualTo("400 InvalidRequest");
        assertThat(detail(refused)).isEqualTo("line 2 column 3: the input has no 'url'");
        assertThat(problem(get("/links/executions/e-1"))).isEqualTo("404 ExecutionDoesNotExist");
    }

    @Test
    void shouldSayWhenTheBrokerIsDown() throws Exception {
        container.setBrokerDown(true);
        HttpResponse<String> refused = post("k1", INPUT);

        assertThat(problem(refused)).isEqualTo("503 ServiceUnavailable");
        assertThat(refused.headers().firstValue("Retry-After")).contains("5");
        container.setBrokerDown(false);
        assertThat(post("k1", OTHER).statusCode())
                .as("nothing of the first was kept")
                .isEqualTo(202);
    }

    @Test
    void shouldSayWhenTheStateMachineDoesNotRun() throws Exception {
        assertThat(problem(get("/others/executions/e1"))).isEqualTo("503 ServiceUnavailable");
    }

    @Test
    void shouldKnowCallersByTheirTokens() throws Exception {
        HttpResponse<String> without = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + "/links/executions/e1"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(problem(without)).isEqualTo("401 Unauthorized");
        assertThat(without.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"link-moderation\"");
        HttpResponse<String> wrong =
                send(call("/links/executions/e1").setHeader("Authorization", "Bearer " + TOKEN + "x"));
        assertThat(problem(wrong)).isEqualTo("401 Unauthorized");
        assertThat(wrong.headers().firstValue("WWW-Authenticate"))
                .contains("Bearer realm=\"link-moderation\", error=\"invalid_token\"");
        assertThat(problem(send(call("/nothing").setHeader("Authorization", "Bearer x"))))
                .as("what is there is not told either")
                .isEqualTo("401 Unauthorized");
        assertThat(problem(send(call("/links/executions/e1").setHeader("Authorization", "Bearer " + VIEWER))))
                .isEqualTo("404 ExecutionDoesNotExist");
        assertThat(problem(send(posting("/links/requests", INPUT).setHeader("Authorization", "Bearer " + VIEWER))))
                .isEqualTo("403 AccessDenied");
    }

    @Test
    void shouldLimitHowOftenACallerCalls() throws Exception {
        listen(Map.of(
                "sender.token.shop",
                TOKEN,
                "viewer.token.board",
                VIEWER,
                "state.machines",
                "links",
                "calls.per.second",
                "1"));
        HttpResponse<String> answer;
        int calls = 0;
        do {
            answer = get("/links/executions/e1");
        } while (answer.statusCode() == 404 && ++calls < 1_000);

        assertThat(problem(answer)).isEqualTo("429 TooManyCalls");
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        assertThat(problem(send(call("/links/executions/e1").setHeader("Authorization", "Bearer " + VIEWER))))
                .as("another caller")
                .isEqualTo("404 ExecutionDoesNotExist");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"url\":|not JSON, line 1 column",
                "x|not JSON, line 1 column",
                "{\"url\":\"a\",\"url\":\"b\"}|Duplicate field 'url'",
                "{\"code\":\"a\"}|line 1 column 1: the input has no 'url'",
                "[]|the text holds no request",
                "``|the text holds no request",
                "{\"url\":\"a\"}{\"url\":\"b\"}|there is more after the JSON document",
                "[[]]|line 1 column 2: the input has no 'url'"
            })
    void shouldSayWhereABodyIsWrong(String body, String expected) throws Exception {
        HttpResponse<String> refused = post("k1", body);

        assertThat(problem(refused)).isEqualTo("400 InvalidRequest");
        assertThat(detail(refused)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"name=a%20b", "name=", "nam=a", "name=a&name=b"})
    void shouldRefuseAWrongQuery(String query) throws Exception {
        assertThat(problem(send(posting("/links/requests?" + query, INPUT)))).isEqualTo("400 InvalidRequest");
    }

    @Test
    void shouldRefuseWhatIsTooLarge() throws Exception {
        String large = "{\"url\":\"" + "x".repeat(262_140) + "\"}";
        assertThat(problem(post("k1", large))).isEqualTo("413 States.DataLimitExceeded");
        String many = "[" + String.join(",", Collections.nCopies(101, INPUT)) + "]";
        assertThat(problem(post("k2", many))).isEqualTo("413 States.DataLimitExceeded");
        assertThat(problem(post("k3", "[" + large + "," + large + "," + large + "," + large + "]")))
                .as("the whole body")
                .isEqualTo("413 ContentTooLarge");
    }

    @Test
    void shouldRefuseALargeBodyBeforeItIsSent() throws Exception {
        assertThat(raw("POST /links/requests HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n"
                        + "Expect: 100-continue\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ")
                .contains("application/problem+json", "The body has more than 1048576 bytes");
    }

    @Test
    void shouldGiveTheRefusalsOfTheServerAsProblemsToo() throws Exception {
        assertThat(raw("GET /openapi.json HTTP/1.1\r\nHost: rebound.example\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("application/problem+json", "The Host header names another machine; expected localhost");
        assertThat(raw("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ")
                .contains("application/problem+json");
    }

    /** What the server sends before it closes. */
    private String raw(String request) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", endpoint.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"})
    void shouldRefuseAnotherType(String type) throws Exception {
        assertThat(problem(send(posting("/links/requests", INPUT).setHeader("Content-Type", type))))
                .isEqualTo("415 UnsupportedMediaType");
    }

    @Test
    void shouldRefuseAKeyThatIsNone() throws Exception {
        assertThat(problem(post("x".repeat(256), INPUT))).isEqualTo("400 InvalidRequest");
        assertThat(problem(post("\"\"", INPUT))).isEqualTo("400 InvalidRequest");
    }

    @Test
    void shouldSayWhichMethodIsExpected() throws Exception {
        HttpResponse<String> put = send(call("/links/requests").PUT(BodyPublishers.ofString(INPUT)));
        assertThat(problem(put)).isEqualTo("405 MethodNotAllowed");
        assertThat(put.headers().firstValue("Allow")).contains("POST");
        HttpResponse<String> deleted = send(call("/links/executions/e1").DELETE());
        assertThat(problem(deleted)).isEqualTo("405 MethodNotAllowed");
        assertThat(deleted.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/links",
                "/links/requests/",
                "/domains/requests",
                "/links/executions",
                "/links/executions/",
                "/links/executions/a/b",
                "/links/executions/a%2Fb",
                "/links/executions/a%00"
            })
    void shouldFindNothingElsewhere(String target) throws Exception {
        assertThat(get(target).statusCode()).isEqualTo(404);
    }

    @Test
    void shouldAnswerAsItsDescriptionSays() throws Exception {
        Set<String> seen = new TreeSet<>();
        String requests = "/{stateMachine}/requests";
        String executions = "/{stateMachine}/executions/{name}";
        List<HttpRequest.Builder> posts = List.of(
                posting("/links/requests?name=e1", INPUT),
                posting("/links/requests?name=e1", OTHER),
                posting("/links/requests", "[" + INPUT + "]"),
                posting("/links/requests", "{"),
                posting("/links/requests", INPUT).setHeader("Authorization", "Bearer x"),
                posting("/links/requests", INPUT).setHeader("Authorization", "Bearer " + VIEWER),
                posting("/domains/requests", INPUT),
                posting("/links/requests", INPUT).PUT(BodyPublishers.noBody()),
                posting("/links/requests", "{\"url\":\"" + "x".repeat(262_140) + "\"}"),
                posting("/links/requests", INPUT).setHeader("Content-Type", "text/plain"),
                posting("/others/requests", INPUT));
        for (HttpRequest.Builder request : posts) {
            seen.add(description.requireDescribed("post", requests, send(request)));
        }
        awaitEnd("e1");
        List<HttpRequest.Builder> gets = List.of(
                call("/links/executions/e1"),
                call("/links/executions/e2"),
                call("/links/executions/e1").setHeader("Authorization", "Bearer x"),
                call("/links/executions/e1").DELETE(),
                call("/others/executions/e1"));
        for (HttpRequest.Builder request : gets) {
            seen.add(description.requireDescribed("get", executions, send(request)));
        }
        seen.add(description.requireDescribed("get", "/openapi.json", get("/openapi.json")));
        seen.add(description.requireDescribed(
                "get", "/openapi.json", send(call("/openapi.json").DELETE())));
        listen(Map.of("sender.token.shop", TOKEN, "state.machines", "links", "calls.per.second", "1"));
        await().until(() -> get("/links/executions/e1").statusCode() == 429);
        seen.add(description.requireDescribed("get", executions, get("/links/executions/e1")));
        seen.add(description.requireDescribed("post", requests, post("k", INPUT)));

        assertThat(seen).isEqualTo(description.answers());
        assertThat(description.takes(INPUT)).isTrue();
        assertThat(description.takes("[" + INPUT + "]")).isTrue();
        assertThat(description.takes("[]")).isFalse();
        assertThat(description.takes("\"a\"")).isFalse();
    }

    @Test
    void shouldDescribeItselfWithoutAToken() throws Exception {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + "/openapi.json"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("openapi").asText()).isEqualTo("3.1.0");
    }
}
