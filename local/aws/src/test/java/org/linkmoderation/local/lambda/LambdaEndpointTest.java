package org.linkmoderation.local.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.functions.ModerateCheck;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvalidRequestContentException;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

@Timeout(60)
class LambdaEndpointTest {

    private static final int CONCURRENCY = 2;
    private static final Duration TIMEOUT = Duration.ofMillis(1_500);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final CountDownLatch finish = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger blocked = new AtomicInteger();
    private LambdaEndpoint endpoint;
    private LambdaClient client;

    /** A bean, to be read and written by the handler's type arguments. */
    public record Link(String code, int visits) {}

    private static final class Count implements RequestHandler<Link, Link> {
        @Override
        public Link handleRequest(Link link, Context context) {
            return new Link(link.code(), link.visits() + 1);
        }
    }

    private static final class Describe implements RequestHandler<Map<String, Object>, Map<String, Object>> {
        @Override
        public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
            return Map.of(
                    "event", event,
                    "function", context.getFunctionName(),
                    "version", context.getFunctionVersion(),
                    "arn", context.getInvokedFunctionArn(),
                    "requestId", context.getAwsRequestId(),
                    "remaining", context.getRemainingTimeInMillis());
        }
    }

    private static Object fail(Object event, Context context) {
        throw new IllegalStateException("no phrase list", new IOException("gone"));
    }

    private static Object overflow(Object event, Context context) {
        throw new StackOverflowError("too deep");
    }

    private Object block(Object event, Context context) {
        running.incrementAndGet();
        try {
            finish.await();
        } catch (InterruptedException e) {
            blocked.incrementAndGet();
        }
        return "finished";
    }

    @BeforeEach
    void start() throws IOException {
        Map<String, Supplier<RequestHandler<?, ?>>> functions = Map.of(
                "ModerateCheck", ModerateCheck::new,
                "Count", Count::new,
                "Describe", Describe::new,
                "Fail", () -> (RequestHandler<Object, Object>) LambdaEndpointTest::fail,
                "Overflow", () -> (RequestHandler<Object, Object>) LambdaEndpointTest::overflow,
                "Block", () -> (RequestHandler<Object, Object>) this::block,
                "Large", () -> (RequestHandler<Object, Object>) (event, context) -> "x".repeat(7_000_000),
                "Broken",
                        () -> {
                            throw new IllegalArgumentException("no such list");
                        });
        endpoint = new LambdaEndpoint(0, functions, CONCURRENCY, TIMEOUT);
        client = client(endpoint);
    }

    @AfterEach
    void stop() {
        client.close();
        endpoint.close();
    }

    @Test
    void shouldAnswerWithTheFunctionsAnswer() throws IOException {
        var response = invoke("ModerateCheck", "{\"code\":\"abc\",\"url\":\"https://example.com/\",\"extra\":[1.5]}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.functionError()).isNull();
        assertThat(response.executedVersion()).isEqualTo("$LATEST");
        var answer = json(response);
        assertThat(answer.get("safe").isBoolean()).isTrue();
        assertThat(answer.get("code").textValue()).isEqualTo("abc");
        assertThat(answer.get("extra").get(0).doubleValue()).isEqualTo(1.5);
    }

    @Test
    void shouldReadAndWriteByTheTypeArgumentsOfTheHandler() throws IOException {
        assertThat(json(invoke("Count", "{\"code\":\"abc\",\"visits\":41,\"unknown\":true}")))
                .isEqualTo(JSON.readTree("{\"code\":\"abc\",\"visits\":42}"));
    }

    @Test
    void shouldGiveTheFunctionItsContext() throws IOException {
        var response = invoke("Describe", "{}");
        var context = json(response);
        assertThat(context.get("function").textValue()).isEqualTo("Describe");
        assertThat(context.get("version").textValue()).isEqualTo("$LATEST");
        assertThat(context.get("arn").textValue()).isEqualTo("arn:aws:lambda:us-east-1:123456789012:function:Describe");
        assertThat(context.get("requestId").textValue())
                .isEqualTo(response.responseMetadata().requestId());
        assertThat(context.get("remaining").intValue()).isBetween(1, (int) TIMEOUT.toMillis());
    }

    @Test
    void shouldTakeNoPayloadAsAnEmptyEvent() throws IOException {
        var response = client.invoke(request -> request.functionName("Describe"));
        assertThat(json(response).get("event")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Count:$LATEST",
                "Count:live",
                "123456789012:function:Count",
                "arn:aws:lambda:us-east-1:123456789012:function:Count",
                "arn:aws:lambda:eu-central-1:123456789012:function:Count:7"
            })
    void shouldKnowAFunctionByItsArnAndWithAQualifier(String name) throws IOException {
        assertThat(json(invoke(name, "{\"visits\":1}")).get("visits").intValue())
                .isEqualTo(2);
    }

    @Test
    void shouldAnswerAnExceptionAsAFunctionError() throws IOException {
        var response = invoke("Fail", "{}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.functionError()).isEqualTo("Unhandled");
        var error = json(response);
        assertThat(error.get("errorType").textValue()).isEqualTo("java.lang.IllegalStateException");
        assertThat(error.get("errorMessage").textValue()).isEqualTo("no phrase list");
        assertThat(error.get("stackTrace").get(0).textValue()).contains("LambdaEndpointTest");
        assertThat(error.get("cause").get("errorType").textValue()).isEqualTo("java.io.IOException");
    }

    @Test
    void shouldAnswerAnErrorOfTheFunctionsOwnTypeByItsName() throws IOException {
        var response = invoke("ModerateCheck", "{\"code\":\"abc\"}");
        assertThat(response.functionError()).isEqualTo("Unhandled");
        assertThat(json(response).get("errorType").textValue())
                .isEqualTo("org.linkmoderation.functions.InvalidRequest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Overflow:java.lang.StackOverflowError", "Broken:java.lang.IllegalArgumentException"})
    void shouldAnswerWhateverIsThrownAsAFunctionError(String functionAndType) throws IOException {
        var parts = functionAndType.split(":");
        var response = invoke(parts[0], "{}");
        assertThat(response.functionError()).isEqualTo("Unhandled");
        assertThat(json(response).get("errorType").textValue()).isEqualTo(parts[1]);
    }

    @Test
    void shouldAnswerAnEventOfAnotherTypeAsAFunctionError() throws IOException {
        var response = invoke("ModerateCheck", "[1,2]");
        assertThat(response.functionError()).isEqualTo("Unhandled");
        assertThat(json(response).get("errorType").textValue()).isEqualTo("java.lang.RuntimeException");
        assertThat(json(response).get("errorMessage").textValue()).isEqualTo("An error occurred during JSON parsing");
    }

    @Test
    void shouldAnswerAnAnswerThatIsTooLargeAsAFunctionError() throws IOException {
        var response = invoke("Large", "{}");
        assertThat(response.functionError()).isEqualTo("Unhandled");
        assertThat(json(response).get("errorType").textValue()).isEqualTo("Function.ResponseSizeTooLarge");
    }

    @Test
    void shouldTimeOutAndInterruptTheFunction() throws IOException {
        var response = invoke("Block", "{}");
        assertThat(response.functionError()).isEqualTo("Unhandled");
        assertThat(json(response).get("errorType").textValue()).isEqualTo("Sandbox.Timedout");
        assertThat(json(response).get("errorMessage").textValue()).endsWith("Task timed out after 1.50 seconds");
        Awaitility.await().until(() -> blocked.get() == 1);
    }

    @Test
    void shouldRefuseOneInvocationMoreThanTheConcurrencyLimit() {
        var calls = new ArrayList<CompletableFuture<InvokeResponse>>();
        for (int i = 0; i < CONCURRENCY; i++) {
            calls.add(CompletableFuture.supplyAsync(() -> invoke("Block", "{}")));
        }
        Awaitility.await().until(() -> running.get() == CONCURRENCY);
        assertThatThrownBy(() -> invoke("ModerateCheck", "{}"))
                .isInstanceOfSatisfying(
                        TooManyRequestsException.class,
                        e -> assertThat(e.statusCode()).isEqualTo(429));
        finish.countDown();
        assertThat(calls)
                .allSatisfy(call -> assertThat(
                                call.get(10, TimeUnit.SECONDS).payload().asUtf8String())
                        .isEqualTo("\"finished\""));
        assertThat(invoke("Describe", "{}").functionError()).isNull();
    }

    @Test
    void shouldTakeTheNextInvocationAsSoonAsTheLastIsAnswered() throws IOException {
        try (var single = new LambdaEndpoint(0, Map.of("Count", Count::new), 1, TIMEOUT);
                var client = client(single)) {
            for (int i = 0; i < 500; i++) {
                assertThat(client.invoke(request -> request.functionName("Count")
                                        .payload(SdkBytes.fromUtf8String("{\"visits\":1}")))
                                .functionError())
                        .isNull();
            }
        }
    }

    @Test
    void shouldAnswer404ForAnUnknownFunction() {
        assertThatThrownBy(() -> invoke("Unknown", "{}"))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("Function not found: arn:aws:lambda:us-east-1:123456789012:function:Unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no json", "{", "{} {}", " "})
    void shouldAnswer400ForAnEventThatIsNoJson(String event) {
        assertThatThrownBy(() -> invoke("Describe", event))
                .isInstanceOf(InvalidRequestContentException.class)
                .hasMessageContaining("Could not parse request body into json");
    }

    @Test
    void shouldAnswer413ForAnEventThatIsTooLarge() {
        var event = "\"" + "x".repeat(LambdaEndpoint.MAX_EVENT) + "\"";
        assertThatThrownBy(() -> invoke("Describe", event))
                .isInstanceOfSatisfying(LambdaException.class, e -> {
                    assertThat(e.statusCode()).isEqualTo(413);
                    assertThat(e.awsErrorDetails().errorCode()).isEqualTo("RequestEntityTooLargeException");
                })
                .hasMessageContaining("6291458 byte payload is too large for the RequestResponse invocation type"
                        + " (limit 6291456 bytes)");
    }

    @Test
    void shouldRunAnAsynchronousInvocationAfterItsAnswer() {
        var response = client.invoke(request -> request.functionName("Block").invocationType(InvocationType.EVENT));
        assertThat(response.statusCode()).isEqualTo(202);
        Awaitility.await().until(() -> running.get() == 1);
        Awaitility.await().until(() -> blocked.get() == 1);
    }

    @Test
    void shouldNotCallTheFunctionForADryRun() {
        var response = client.invoke(request -> request.functionName("Block").invocationType(InvocationType.DRY_RUN));
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(running).hasValue(0);
    }

    @Test
    void shouldRefuseAnInvocationTypeThatIsNone() throws Exception {
        assertThat(post("/2015-03-31/functions/Describe/invocations", "X-Amz-Invocation-Type", "Later")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void shouldRefuseTheRequestsOfWebPages() throws Exception {
        var response = post("/2015-03-31/functions/Block/invocations", "Origin", "https://example.com");
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(running).hasValue(0);
    }

    @Test
    void shouldRefuseWhatIsNotTheInvokeApi() {
        assertThatThrownBy(() -> client.listFunctions())
                .isInstanceOfSatisfying(
                        LambdaException.class, e -> assertThat(e.statusCode()).isEqualTo(403));
    }

    @Test
    void shouldRefuseANameThatIsNone() {
        assertThatThrownBy(() -> invoke("no name", "{}"))
                .isInstanceOfSatisfying(
                        LambdaException.class, e -> assertThat(e.statusCode()).isEqualTo(400));
    }

    @Test
    void shouldListenOnOneLoopbackAddressOnly() throws IOException {
        for (var card : NetworkInterface.networkInterfaces().toList()) {
            for (var address : card.inetAddresses().toList()) {
                assertThat(accepts(address.getHostAddress(), endpoint.port()))
                        .as(address.toString())
                        .isEqualTo("127.0.0.1".equals(address.getHostAddress()));
            }
        }
    }

    @Test
    void shouldLeaveNoPortAndNoThreadBehind() {
        invoke("Describe", "{}");
        var port = endpoint.port();
        endpoint.close();
        assertThat(accepts("127.0.0.1", port)).isFalse();
        Awaitility.await()
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("lambda-") || name.startsWith("HTTP-Dispatcher")));
    }

    private static LambdaClient client(LambdaEndpoint endpoint) {
        return LambdaClient.builder()
                .endpointOverride(address(endpoint))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .overrideConfiguration(configuration -> configuration.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
    }

    private static URI address(LambdaEndpoint endpoint) {
        return URI.create("http://127.0.0.1:" + endpoint.port());
    }

    private InvokeResponse invoke(String function, String event) {
        return client.invoke(request -> request.functionName(function).payload(SdkBytes.fromUtf8String(event)));
    }

    private HttpResponse<String> post(String path, String header, String value)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(address(endpoint).resolve(path))
                .header(header, value)
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(InvokeResponse response) throws IOException {
        return JSON.readTree(response.payload().asByteArray());
    }

    private static boolean accepts(String host, int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
