package org.linkmoderation.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.deployment.ContainerUnderTest;
import org.linkmoderation.testkit.ScriptedLambda;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** What an attacker sends, byte for byte, to the port: the rows of the table in docs/step-functions.md. */
class HostileRequestsTest {
    private static final String OPERATOR = "AKIAOPERATOR00000001";
    private static final String VIEWER = "AKIAVIEWER0000000001";
    private static final String SECRET = "a secret of many letters";
    private static final String VIEWER_SECRET = "another secret of many letters";
    private static final String MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:links";
    private static final String START = "{\"stateMachineArn\":\"" + MACHINE + "\",\"name\":\"e1\"}";
    private static final ObjectMapper JSON = new ObjectMapper();

    private ContainerUnderTest container;
    private ApiEndpoint signed;
    private ApiEndpoint unsigned;

    @BeforeEach
    void start() throws Exception {
        ScriptedLambda lambda = new ScriptedLambda();
        lambda.script(List.of(ScriptedLambda.returns("{\"safe\":false}")));
        container = new ContainerUnderTest(LinkDiagram.definition(), lambda);
        signed = new ApiEndpoint(
                ApiSettings.of(Map.of(
                        "operator.access.key.id", OPERATOR,
                        "operator.secret.access.key", SECRET,
                        "viewer.access.key.id", VIEWER,
                        "viewer.secret.access.key", VIEWER_SECRET)),
                0,
                container.executions(),
                Clock.systemUTC());
        unsigned = new ApiEndpoint(
                ApiSettings.of(Map.of("unsigned", "true")), 0, container.executions(), Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        signed.close();
        unsigned.close();
        container.close();
    }

    /** A request as its bytes are sent. */
    private static final class Request {
        private final Map<String, String> headers = new LinkedHashMap<>();
        private String method = "POST";
        private byte[] body = START.getBytes(StandardCharsets.UTF_8);
        private int missing;

        void set(String header, String value) {
            headers.put(header, value);
        }

        void replace(String header, String before, String after) {
            String value = headers.get(header);
            assertThat(value).contains(before);
            headers.put(header, value.replace(before, after));
        }

        byte[] bytes() throws IOException {
            StringBuilder head = new StringBuilder(method + " / HTTP/1.1\r\n");
            headers.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            head.append("Content-Length: ").append(body.length + missing).append("\r\nConnection: close\r\n\r\n");
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(head.toString().getBytes(StandardCharsets.UTF_8));
            all.write(body);
            return all.toByteArray();
        }
    }

    private static Request request(String host) {
        Request request = new Request();
        request.set("Host", host);
        request.set("Content-Type", "application/x-amz-json-1.0");
        request.set("X-Amz-Target", "AWSStepFunctions.StartExecution");
        return request;
    }

    private Request signed(String key, String secret, Instant date) {
        String host = "127.0.0.1:" + signed.port();
        Request request = request(host);
        var result = AwsV4HttpSigner.create()
                .sign(signing -> signing.identity(AwsCredentialsIdentity.create(key, secret))
                        .request(SdkHttpRequest.builder()
                                .method(SdkHttpMethod.POST)
                                .uri(URI.create("http://" + host + "/"))
                                .putHeader("X-Amz-Target", "AWSStepFunctions.StartExecution")
                                .build())
                        .payload(() -> new ByteArrayInputStream(request.body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "states")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(date, ZoneOffset.UTC)));
        for (String name : new String[] {"Authorization", "X-Amz-Date", "x-amz-content-sha256"}) {
            result.request().firstMatchingHeader(name).ifPresent(value -> request.set(name, value));
        }
        return request;
    }

    private Request signed() {
        return signed(OPERATOR, SECRET, Instant.now());
    }

    /** Status and error of the answer; empty if the connection is closed without one. */
    private static String send(int port, Request request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.bytes());
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (answer.isEmpty()) {
                return "";
            }
            String status = answer.substring(9, 12);
            String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
            return body.startsWith("{")
                    ? status + " " + JSON.readTree(body).path("__type").asText("OK")
                    : status;
        }
    }

    private void shouldHaveStartedNothing() {
        assertThat(container.journal().find(new ExecutionId("links", "e1"))).isEmpty();
    }

    private static Arguments change(String what, String answer, Consumer<Request> change) {
        return Arguments.of(what, answer, change);
    }

    /** What is done to a request that is signed well. */
    static Stream<Arguments> changes() {
        return Stream.of(
                change(
                        "no signature",
                        "400 MissingAuthenticationTokenException",
                        request -> request.headers.remove("Authorization")),
                change(
                        "the password of another protocol",
                        "400 MissingAuthenticationTokenException",
                        request -> request.set("Authorization", "Basic b3BlcmF0b3I6c2VjcmV0")),
                change(
                        "half an Authorization",
                        "400 IncompleteSignatureException",
                        request -> request.set("Authorization", "AWS4-HMAC-SHA256 Credential=" + OPERATOR)),
                change(
                        "another algorithm",
                        "400 IncompleteSignatureException",
                        request -> request.replace("Authorization", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1")),
                change(
                        "a forged signature",
                        "400 InvalidSignatureException",
                        request -> request.set(
                                "Authorization",
                                request.headers
                                        .get("Authorization")
                                        .replaceFirst("Signature=.*", "Signature=" + "0".repeat(64)))),
                change(
                        "an unknown key",
                        "400 UnrecognizedClientException",
                        request -> request.replace("Authorization", OPERATOR, "AKIANOBODY0000000001")),
                change(
                        "the key of another role",
                        "400 InvalidSignatureException",
                        request -> request.replace("Authorization", OPERATOR, "AKIAVIEWER0000000001")),
                change(
                        "a session token",
                        "400 InvalidSignatureException",
                        request -> request.set("X-Amz-Security-Token", "token")),
                change(
                        "another region",
                        "400 InvalidSignatureException",
                        request -> request.replace("Authorization", "/us-east-1/", "/eu-west-1/")),
                change(
                        "another service",
                        "400 InvalidSignatureException",
                        request -> request.replace("Authorization", "/states/", "/dynamodb/")),
                change(
                        "another date than the signed one",
                        "400 InvalidSignatureException",
                        request -> request.set(
                                "X-Amz-Date", request.headers.get("X-Amz-Date").substring(0, 9) + "000000Z")),
                change(
                        "a date that is none",
                        "400 IncompleteSignatureException",
                        request -> request.set("X-Amz-Date", "now")),
                change(
                        "a changed body",
                        "400 InvalidSignatureException",
                        request -> request.body = START.replace("e1", "e2").getBytes(StandardCharsets.UTF_8)),
                change(
                        "a body whose hash is not told",
                        "400 InvalidSignatureException",
                        request -> request.set("x-amz-content-sha256", "UNSIGNED-PAYLOAD")),
                change(
                        "another action",
                        "400 InvalidSignatureException",
                        request -> request.set("X-Amz-Target", "AWSStepFunctions.StopExecution")),
                change(
                        "an action that is not signed",
                        "400 InvalidSignatureException",
                        request -> request.replace("Authorization", ";x-amz-target", "")),
                change(
                        "a host that is not signed",
                        "400 InvalidSignatureException",
                        request -> request.replace("Authorization", "SignedHeaders=host;", "SignedHeaders=")),
                change(
                        "another host of this machine",
                        "400 InvalidSignatureException",
                        request -> request.replace("Host", "127.0.0.1", "localhost")),
                change("a host that is elsewhere", "403", request -> request.set("Host", "evil.example")),
                change("a header more", "400 InvalidSignatureException", request -> request.set("X-Amz-Meta", "more")),
                change("a body in the form of a page", "404", request -> request.set("Content-Type", "text/plain")),
                change("another method", "404", request -> request.method = "PUT"),
                change("a truncated body", "", request -> request.missing = 10));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void shouldRefuseASignedRequestThatWasChanged(String what, String answer, Consumer<Request> change)
            throws Exception {
        Request request = signed();
        change.accept(request);

        assertThat(send(signed.port(), request)).isEqualTo(answer);
        shouldHaveStartedNothing();
    }

    @Test
    void shouldRefuseAStaleRequestAndOneOfTheFuture() throws Exception {
        Duration skew = Duration.ofMinutes(5).plusSeconds(30);

        assertThat(send(signed.port(), signed(OPERATOR, SECRET, Instant.now().minus(skew))))
                .isEqualTo("400 InvalidSignatureException");
        assertThat(send(signed.port(), signed(OPERATOR, SECRET, Instant.now().plus(skew))))
                .isEqualTo("400 InvalidSignatureException");
        shouldHaveStartedNothing();
    }

    @Test
    void shouldRefuseAnotherSecretAndARoleWithoutTheRight() throws Exception {
        assertThat(send(signed.port(), signed(OPERATOR, VIEWER_SECRET, Instant.now())))
                .isEqualTo("400 InvalidSignatureException");
        assertThat(send(signed.port(), signed(VIEWER, VIEWER_SECRET, Instant.now())))
                .isEqualTo("400 AccessDeniedException");
        shouldHaveStartedNothing();
    }

    @Test
    void shouldRefuseABodyThatIsTooLarge() throws Exception {
        Request request = request("127.0.0.1:" + signed.port());
        request.missing = 2_000_000;

        assertThat(send(signed.port(), request)).isEqualTo("413");
    }

    @Test
    void shouldStartOnceWhenARequestIsReplayed() throws Exception {
        Request request = signed();

        assertThat(send(signed.port(), request)).isEqualTo("200 OK");
        assertThat(send(signed.port(), request)).isEqualTo("200 OK");

        assertThat(container.executions().list(ExecutionQuery.all("links", 10)).executions())
                .hasSize(1);
    }

    @Test
    void shouldServeUnsignedRequestsOfThisMachine() throws Exception {
        assertThat(send(unsigned.port(), request("localhost:" + unsigned.port())))
                .isEqualTo("200 OK");
    }

    /** DNS rebinding: a page whose name has come to mean this machine. */
    @Test
    void shouldRefuseAnUnsignedRequestForAnotherHost() throws Exception {
        assertThat(send(unsigned.port(), request("evil.example:" + unsigned.port())))
                .isEqualTo("403");
        shouldHaveStartedNothing();
    }

    @Test
    void shouldRefuseAnUnsignedRequestOfAWebPage() throws Exception {
        for (String origin : new String[] {"https://evil.example", "http://localhost:8181", "null"}) {
            Request page = request("127.0.0.1:" + unsigned.port());
            page.set("Origin", origin);
            assertThat(send(unsigned.port(), page)).isEqualTo("400 AccessDeniedException");
        }
        Request form = request("127.0.0.1:" + unsigned.port());
        form.set("Content-Type", "text/plain;charset=UTF-8");
        assertThat(send(unsigned.port(), form)).isEqualTo("404");
        Request preflight = request("127.0.0.1:" + unsigned.port());
        preflight.method = "OPTIONS";
        assertThat(send(unsigned.port(), preflight)).isEqualTo("404");
        shouldHaveStartedNothing();
    }
}
