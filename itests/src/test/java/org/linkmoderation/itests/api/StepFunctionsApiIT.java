package org.linkmoderation.itests.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.linkmoderation.testkit.ScriptedLambda.returnsInputWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.ModerationNode;
import org.linkmoderation.itests.Ports;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.ExecutionListItem;
import software.amazon.awssdk.services.sfn.model.ExecutionNotRedrivableException;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.InvalidTokenException;
import software.amazon.awssdk.services.sfn.model.SyncExecutionStatus;

/** The Step Functions API of a real container, asked by the real clients. */
class StepFunctionsApiIT {
    private static final String KEY = "AKIAINTEGRATION00001";
    private static final String SECRET = "a secret of the integration tests";
    private static final String MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:moderation";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TRANSCRIPT =
            Pattern.compile("```bash\n(?<script>store\\(\\).*?)```\n\n```\n(?<printed>.*?)```", Pattern.DOTALL);

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private static ModerationNode node;
    private static URI endpoint;
    private static SfnClient client;

    @BeforeAll
    static void start() {
        node = new ModerationNode("step-functions-api");
        int port = Ports.free();
        endpoint = URI.create("http://127.0.0.1:" + port);
        node.karaf()
                .setting("org.linkmoderation.api", "port", port)
                .setting("org.linkmoderation.api", "operator.access.key.id", KEY)
                .setting("org.linkmoderation.api", "operator.secret.access.key", SECRET);
        node.karaf().start();
        node.karaf().shellOk("feature:install link-moderation-api");
        await().atMost(Duration.ofSeconds(60)).until(() -> node.karaf().log().contains("The Step Functions API is at"));
        client = SfnClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, SECRET)))
                .overrideConfiguration(
                        config -> config.putAdvancedOption(SdkAdvancedClientOption.DISABLE_HOST_PREFIX_INJECTION, true))
                .build();
    }

    @AfterAll
    static void end() {
        if (client != null) {
            client.close();
        }
        if (node != null) {
            node.close();
        }
    }

    private static String input(String code) {
        return "{\"code\":\"" + code + "\",\"url\":\"https://example.org/\"}";
    }

    private static String start(String name) {
        node.links().putPending(name, "https://example.org/");
        node.lambda().script(name, returnsInputWith("safe", "false"));
        return client.startExecution(
                        request -> request.stateMachineArn(MACHINE).name(name).input(input(name)))
                .executionArn();
    }

    private static void awaitEnd(String arn) {
        await().atMost(ModerationNode.EXECUTION)
                .until(() -> client.describeExecution(request -> request.executionArn(arn))
                                .status()
                        != ExecutionStatus.RUNNING);
    }

    @Test
    void shouldServeTheSdk() {
        String arn = start("api1");
        awaitEnd(arn);

        assertThat(client.describeExecution(request -> request.executionArn(arn))
                        .status())
                .isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(node.links().status("api1")).isEqualTo("rejected");
        assertThat(
                        client
                                .getExecutionHistoryPaginator(
                                        request -> request.executionArn(arn).maxResults(4))
                                .events()
                                .stream()
                                .filter(event -> event.stateEnteredEventDetails() != null)
                                .map(event -> event.stateEnteredEventDetails().name()))
                .containsExactly("CheckSafety", "IsSafe", "Reject");
        assertThat(client.stopExecution(request -> request.executionArn(arn)).stopDate())
                .isNotNull();
        assertThatThrownBy(() -> client.redriveExecution(request -> request.executionArn(arn)))
                .isInstanceOf(ExecutionNotRedrivableException.class);
        assertThatThrownBy(() -> client.startExecution(
                        request -> request.stateMachineArn(MACHINE).name("api1").input(input("api1"))))
                .isInstanceOf(ExecutionAlreadyExistsException.class);
        assertThatThrownBy(() -> client.sendTaskSuccess(
                        request -> request.taskToken("none").output("{}")))
                .isInstanceOf(InvalidTokenException.class);
        assertThat(client.listStateMachines().stateMachines())
                .extracting(machine -> machine.name())
                .containsExactly("moderation", "moderation-express");
        assertThat(client.describeStateMachine(request -> request.stateMachineArn(MACHINE))
                        .definition())
                .contains("\"StartAt\":\"CheckSafety\"")
                .contains("{\"Variable\":\"$.safe\",\"BooleanEquals\":true,\"Next\":\"Activate\"}");
    }

    @Test
    void shouldWriteResultsAndRefusalsOfUpdateItemAsTheServiceDoes() throws Exception {
        String arn = start("api-metadata");
        awaitEnd(arn);
        JsonNode result =
                JSON.readTree(client.getExecutionHistory(request -> request.executionArn(arn)).events().stream()
                        .filter(event -> event.taskSucceededEventDetails() != null)
                        .findFirst()
                        .orElseThrow()
                        .taskSucceededEventDetails()
                        .output());

        assertThat(result.at("/Attributes/status/S").asText()).isEqualTo("rejected");
        assertThat(result.at("/SdkHttpMetadata/HttpStatusCode").asInt()).isEqualTo(200);
        assertThat(result.at("/SdkResponseMetadata/RequestId").asText()).isNotEmpty();

        node.links().put("api-decided", "https://example.org/", "active");
        node.lambda().script("api-decided", returnsInputWith("safe", "false"));
        String refused = client.startExecution(request ->
                        request.stateMachineArn(MACHINE).name("api-decided").input(input("api-decided")))
                .executionArn();
        awaitEnd(refused);
        assertThat(client.describeExecution(request -> request.executionArn(refused))
                        .cause())
                .startsWith("The conditional request failed: link 'api-decided' has status 'active'")
                .containsPattern("\\(Service: AmazonDynamoDBv2; Status Code: 400; Error Code:"
                        + " ConditionalCheckFailedException; Request ID: [A-Za-z0-9-]+; Proxy: null\\)$");
    }

    @Test
    void shouldListInPagesThatOutliveARestartOfTheEndpoint() throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            names.add(0, "page" + i);
            awaitEnd(start("page" + i));
        }

        var first = client.listExecutions(
                request -> request.stateMachineArn(MACHINE).maxResults(1));
        node.karaf().shellOk("bundle:restart link-moderation-api");
        List<String> listed = new ArrayList<>(
                first.executions().stream().map(ExecutionListItem::name).toList());
        await().ignoreExceptions()
                .atMost(Duration.ofSeconds(60))
                .until(() -> !client.listStateMachines().stateMachines().isEmpty());
        client.listExecutions(request ->
                        request.stateMachineArn(MACHINE).maxResults(2).nextToken(first.nextToken()))
                .executions()
                .forEach(item -> listed.add(item.name()));

        assertThat(listed).isEqualTo(names);
    }

    @Test
    void shouldRunAnExpressExecution() {
        node.links().putPending("express1", "https://example.org/");
        node.lambda().script("express1", returnsInputWith("safe", "true"));

        var ended = client.startSyncExecution(
                request -> request.stateMachineArn(MACHINE + "-express").input(input("express1")));

        assertThat(ended.status()).isEqualTo(SyncExecutionStatus.SUCCEEDED);
        assertThat(node.links().status("express1")).isEqualTo("active");
    }

    @Test
    @NeedsAwsCli
    void shouldServeTheAwsCli() throws Exception {
        node.links().putPending("cli1", "https://example.org/");
        node.lambda().script("cli1", returnsInputWith("safe", "false"));
        JsonNode started = JSON.readTree(
                aws("start-execution", "--state-machine-arn", MACHINE, "--name", "cli1", "--input", input("cli1")));
        String arn = started.path("executionArn").asText();
        awaitEnd(arn);

        assertThat(aws(
                                "get-execution-history",
                                "--execution-arn",
                                arn,
                                "--query",
                                "events[?stateEnteredEventDetails!=null].stateEnteredEventDetails.name",
                                "--output",
                                "text")
                        .strip())
                .isEqualTo("CheckSafety\tIsSafe\tReject");
        assertThat(JSON.readTree(aws("describe-execution", "--execution-arn", arn))
                        .path("status")
                        .asText())
                .isEqualTo("SUCCEEDED");
        assertThat(aws("list-executions", "--state-machine-arn", MACHINE, "--max-items", "1"))
                .contains("\"executions\"");
        assertThat(aws("describe-execution", "--execution-arn", arn + "x"))
                .contains("ExecutionDoesNotExist", "Execution Does Not Exist: '" + arn + "x'");
    }

    @Test
    @NeedsAwsCli
    void shouldPrintTheTranscriptOfTheReadme() throws Exception {
        node.links().tables().requireOwn("prints what the README shows of the table store");
        Matcher blocks = TRANSCRIPT.matcher(Files.readString(KarafNode.MODULE.resolve("../README.md")));
        assertThat(blocks.find()).isTrue();

        String printed = run(List.of("bash", "-euo", "pipefail", "-c", blocks.group("script")));

        assertThat(printed.replaceAll("-[0-9]{10}", "-1764400000")).isEqualTo(blocks.group("printed"));
        assertThat(printed).contains("CheckSafety\tIsSafe\tActivate", "CheckSafety\tIsSafe\tReject");
    }

    private static String aws(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("aws", "stepfunctions"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--endpoint-url", endpoint.toString(), "--region", "us-east-1"));
        return run(command);
    }

    /** Standard output and error together. */
    private static String run(List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "AWS_ACCESS_KEY_ID",
                        KEY,
                        "AWS_SECRET_ACCESS_KEY",
                        SECRET,
                        "AWS_PAGER",
                        "",
                        "STATES_URL",
                        endpoint.toString(),
                        "STORE_URL",
                        "http://127.0.0.1:" + node.ports().get("dynamodb")));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
        return output;
    }

    @Test
    void shouldRefuseForgedStaleAndUnsignedRequests() throws Exception {
        String now = DATE.format(Instant.now());
        String stale = DATE.format(Instant.now().minus(Duration.ofMinutes(20)));
        String signature = "0".repeat(64);

        assertThat(post("", "")).isEqualTo("400 MissingAuthenticationTokenException");
        assertThat(post(authorization(now, KEY, signature), now)).isEqualTo("400 InvalidSignatureException");
        assertThat(post(authorization(stale, KEY, signature), stale)).isEqualTo("400 InvalidSignatureException");
        assertThat(post(authorization(now, "AKIANOBODY0000000001", signature), now))
                .isEqualTo("400 UnrecognizedClientException");
        assertThat(post("AWS4-HMAC-SHA256 Credential=" + KEY, now)).isEqualTo("400 IncompleteSignatureException");
    }

    private static String authorization(String date, String key, String signature) {
        return "AWS4-HMAC-SHA256 Credential=" + key + "/" + date.substring(0, 8)
                + "/us-east-1/states/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + signature;
    }

    private static String post(String authorization, String date) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/x-amz-json-1.0")
                .header("X-Amz-Target", "AWSStepFunctions.ListStateMachines")
                .POST(HttpRequest.BodyPublishers.ofString("{}"));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization).header("X-Amz-Date", date);
        }
        HttpResponse<String> response =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " "
                + JSON.readTree(response.body()).path("__type").asText();
    }

    @Test
    void shouldRefuseALargeBodyAndCloseATruncatedRequest() throws Exception {
        HttpResponse<String> large = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(endpoint)
                                .header("Content-Type", "application/x-amz-json-1.0")
                                .POST(HttpRequest.BodyPublishers.ofString("x".repeat(1_048_577)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(large.statusCode()).isEqualTo(413);

        try (Socket socket = new Socket("127.0.0.1", endpoint.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-amz-json-1.0\r\n"
                            + "Content-Length: 100\r\n\r\n{")
                    .getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            socket.setSoTimeout(60_000);
            InputStream in = socket.getInputStream();
            assertThat(in.readAllBytes()).as("no answer to half a request").isEmpty();
        }
        assertThat(client.listStateMachines().stateMachines()).isNotEmpty();
    }
}
