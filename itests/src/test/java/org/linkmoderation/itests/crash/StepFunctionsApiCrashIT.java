package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.Ports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;

/** Executions that are started by the Step Functions API: by many at once, and by a container that dies meanwhile. */
class StepFunctionsApiCrashIT {
    private static final Logger LOG = LoggerFactory.getLogger(StepFunctionsApiCrashIT.class);
    private static final String KEY = "AKIAINTEGRATION00002";
    private static final String SECRET = "a secret of the integration tests";
    private static final String MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:moderation";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int CLIENTS = 100;
    private static final int STARTS = 10;

    private static final SdkHttpClient HTTP = ApacheHttpClient.builder()
            .maxConnections(CLIENTS)
            .socketTimeout(PATIENCE)
            .build();
    private static int port;
    private static Site site;

    @BeforeAll
    static void start() {
        port = Ports.free();
        site = new Site("step-functions-api", 1);
        site.node()
                .setting("org.linkmoderation.api", "port", port)
                .setting("org.linkmoderation.api", "throttle", false)
                .setting("org.linkmoderation.api", "operator.access.key.id", KEY)
                .setting("org.linkmoderation.api", "operator.secret.access.key", SECRET);
        site.start();
        site.node().shellOk("feature:install link-moderation-api");
        awaitApi();
    }

    @AfterAll
    static void stop() {
        site.close();
        HTTP.close();
    }

    private static void awaitApi() {
        try (SfnClient client = client()) {
            site.node()
                    .await(
                            "the API",
                            PATIENCE,
                            () -> client.listStateMachines().stateMachines().stream()
                                    .anyMatch(
                                            machine -> machine.stateMachineArn().equals(MACHINE)));
        }
    }

    /** A client that repeats nothing. */
    private static SfnClient client() {
        return SfnClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + port))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, SECRET)))
                .httpClient(HTTP)
                .overrideConfiguration(config ->
                        config.retryStrategy(RetryMode.STANDARD).retryStrategy(strategy -> strategy.maxAttempts(1)))
                .build();
    }

    private static String start(SfnClient client, String name) {
        return client.startExecution(request -> request.stateMachineArn(MACHINE)
                        .name(name)
                        .input("{\"code\":\"" + name + "\",\"url\":\"" + url(name) + "\"}"))
                .executionArn();
    }

    private static String url(String name) {
        return "https://example.org/" + name;
    }

    /**
     * The container is killed when DynamoDB has the record and before the container knows: the wake-up is never sent,
     * and the client has no answer.
     */
    @Test
    void shouldTakeUpAnExecutionWhoseWakeUpWasNeverSent() throws Exception {
        String name = "api-killed";
        site.links().putPending(name, url(name));
        try (DynamoDbGate gate = new DynamoDbGate(site.tables().endpoint());
                SfnClient client = client()) {
            DynamoDbGate.Stop written = gate.stopBehind("PutItem", "\"moderation#" + name + "\"");
            useDynamoDbAt(gate.url());
            CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> start(client, name));
            site.node().await("the record at the gate", PATIENCE, written::isReached);

            site.node().kill();
            written.open();
            assertThat(asked.handle((arn, failed) -> failed).get())
                    .as("the client has no answer")
                    .isNotNull();
            RecordedExecution recorded =
                    RecordedExecution.find(site.links(), name).orElseThrow();
            assertThat(recorded.types()).containsExactly("ExecutionStarted");
            assertThat(site.messages().browse(Messages.REQUESTS, "ExecutionName = '" + name + "'"))
                    .isEmpty();

            site.node()
                    .setting(
                            "org.linkmoderation.aws",
                            "dynamodb.endpoint",
                            site.tables().endpoint());
            site.node().start();
            awaitApi();
            site.node()
                    .await(
                            "the end of the execution",
                            PATIENCE,
                            () -> RecordedExecution.find(site.links(), name)
                                    .filter(RecordedExecution::isEnded)
                                    .isPresent());

            RecordedExecution ended = RecordedExecution.find(site.links(), name).orElseThrow();
            assertThat(ended.status()).as(ended.toString()).isEqualTo("SUCCEEDED");
            assertThat(ended.count("ExecutionStarted")).isEqualTo(1);
            assertThat(site.lambda().calls(name)).as("scans").hasSize(1);
            assertThat(site.links().item(name).get("decisions").n()).isEqualTo("1");
            ended.checkHistory(3);
        }
    }

    private static void useDynamoDbAt(String endpoint) {
        int logged = site.node().log().length();
        site.node().setting("org.linkmoderation.aws", "dynamodb.endpoint", endpoint);
        site.node()
                .await(
                        "clients for " + endpoint,
                        PATIENCE,
                        () -> site.node()
                                .log()
                                .substring(logged)
                                .lines()
                                .anyMatch(line -> line.contains("AWS clients: ") && line.contains(endpoint)));
        site.node().awaitReady();
        awaitApi();
    }

    private record Times(List<Double> starts, List<Double> describes) {}

    @Test
    void shouldLoseNothingOfManyClientsAtOnce() throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < CLIENTS * STARTS; i++) {
            String name = "api-many-" + i;
            names.add(name);
            site.links().putPending(name, url(name));
        }
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        Times all = new Times(new ArrayList<>(), new ArrayList<>());
        long begin = System.nanoTime();
        try {
            List<Future<Times>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                List<String> own = names.subList(i * STARTS, (i + 1) * STARTS);
                clients.add(threads.submit(() -> startAndDescribe(own)));
            }
            for (Future<Times> client : clients) {
                Times times = client.get();
                all.starts().addAll(times.starts());
                all.describes().addAll(times.describes());
            }
        } finally {
            threads.shutdownNow();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        for (String name : names) {
            site.node()
                    .await(
                            "the end of " + name,
                            PATIENCE,
                            () -> RecordedExecution.find(site.links(), name)
                                    .filter(RecordedExecution::isEnded)
                                    .isPresent());
            RecordedExecution ended = RecordedExecution.find(site.links(), name).orElseThrow();
            assertThat(ended.status()).as(ended.toString()).isEqualTo("SUCCEEDED");
            assertThat(ended.count("ExecutionStarted")).isEqualTo(1);
            assertThat(site.links().item(name).get("decisions").n())
                    .as("decisions of " + name)
                    .isEqualTo("1");
        }
        String figures = String.format(
                Locale.ROOT,
                "%d clients, %d executions started and described in %.1f s beside their runs: StartExecution p50 %.0f ms,"
                        + " p99 %.0f ms; DescribeExecution p50 %.0f ms, p99 %.0f ms%n",
                CLIENTS,
                names.size(),
                seconds,
                percentile(all.starts(), 50),
                percentile(all.starts(), 99),
                percentile(all.describes(), 50),
                percentile(all.describes(), 99));
        LOG.info(figures);
        write(figures);
    }

    private static Times startAndDescribe(List<String> names) {
        Times times = new Times(new ArrayList<>(), new ArrayList<>());
        try (SfnClient client = client()) {
            for (String name : names) {
                long begin = System.nanoTime();
                String arn = start(client, name);
                long started = System.nanoTime();
                ExecutionStatus status = client.describeExecution(request -> request.executionArn(arn))
                        .status();
                long described = System.nanoTime();
                assertThat(status).isIn(ExecutionStatus.RUNNING, ExecutionStatus.SUCCEEDED);
                times.starts().add((started - begin) / 1e6);
                times.describes().add((described - started) / 1e6);
            }
        }
        return times;
    }

    private static double percentile(List<Double> values, int percent) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }

    private static void write(String figures) throws IOException {
        Files.writeString(KarafNode.MODULE.resolve("target/step-functions-api.txt"), figures);
    }
}
