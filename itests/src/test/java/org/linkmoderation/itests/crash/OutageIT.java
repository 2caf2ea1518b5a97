package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.connectionLost;
import static org.linkmoderation.testkit.ScriptedLambda.returnsInputWith;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.Ports;
import org.linkmoderation.itests.ShellResult;
import org.linkmoderation.testkit.ScriptedLambda.Step;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * One part at a time is down, at a moment that is chosen: nothing is lost, nothing is done twice, and the log says in a
 * sentence what is waited for. The container is killed before and after the write that counts.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OutageIT {

    private static final Step SAFE = returnsInputWith("safe", "true");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int MAX_ATTEMPTS = 3;

    private static Site site;

    /** DynamoDB has the links, and is down when the container starts. */
    @BeforeAll
    static void prepare() {
        site = new Site("outage", 1);
        site.broker().start();
        site.lambda().start();
        site.dynamoDb().start();
        createLinks();
        site.links().putPending("at-start", url("at-start"));
        site.dynamoDb().kill();
        site.node().launch();
        site.node().awaitReady("bundle:list");
    }

    @AfterAll
    static void end() {
        if (site != null) {
            site.close();
        }
    }

    @Test
    @Order(1)
    void shouldStartWithoutDynamoDbAndGoOnWhenItIsThere() {
        await("the sentence about the tables", () -> site.node().log().contains("DynamoDB can't be asked for table"));
        ShellResult status = awaitShell("moderation:status", "NO");
        assertThat(status.succeeded()).isFalse();
        request("at-start");
        awaitWaiting(0);

        site.dynamoDb().start();

        assertDone("at-start", "active");
        assertThat(site.node().log()).contains("Table 'link-moderation-executions' created");
        site.node().awaitReady();
    }

    @Test
    @Order(2)
    void shouldWaitForDynamoDbThatGoesAwayWhileALinkIsScanned() {
        awaitAll();
        int logged = site.node().log().length();
        site.links().putPending("in-the-middle", url("in-the-middle"));
        site.lambda().script("in-the-middle", SAFE.after(site.dynamoDb()::kill), SAFE);

        request("in-the-middle");

        awaitWaiting(logged);
        ShellResult list = site.node().shell("moderation:list");
        assertThat(list.succeeded()).isFalse();
        assertThat(list.output()).contains("The journal can't be reached: ").doesNotContain("\tat ");
        site.dynamoDb().start();

        assertDone("in-the-middle", "active");
    }

    @Test
    @Order(2)
    void shouldRetryWhileLambdaIsAwayAndThenMarkTheError() {
        awaitAll();
        site.links().putPending("no-lambda", url("no-lambda"));
        site.lambda().kill();

        request("no-lambda");
        RecordedExecution execution = awaitEnd("no-lambda");
        site.lambda().start();

        assertThat(execution.status()).isEqualTo("SUCCEEDED");
        assertThat(execution.trail()).containsExactly("CheckSafety", "MarkError");
        assertThat(execution.count("LambdaFunctionFailed")).isEqualTo(MAX_ATTEMPTS + 1L);
        assertThat(site.links().status("no-lambda")).isEqualTo("error");
        assertThat(site.links().attribute("no-lambda", "error")).isEqualTo("Lambda.SdkClientException");
        execution.checkHistory(MAX_ATTEMPTS);
    }

    @Test
    @Order(2)
    void shouldWaitForTheBrokerThatGoesAwayWhileALinkIsScanned() {
        awaitAll();
        site.links().putPending("no-broker", url("no-broker"));
        site.links().putPending("no-broker-file", url("no-broker-file"));
        CountDownLatch killed = new CountDownLatch(1);
        site.lambda()
                .script(
                        "no-broker",
                        SAFE.after(() -> {
                            site.broker().kill();
                            killed.countDown();
                        }),
                        SAFE);
        request("no-broker");
        await("the broker's end", () -> killed.getCount() == 0);
        int logged = site.node().log().length();

        Site.drop(site.node(), "no-broker-file.json", input("no-broker-file"));
        await(
                "the sentence about the file",
                () -> newLines(logged).anyMatch(line -> line.contains("File no-broker-file.json waits: ")));
        ShellResult start = site.node().shell("moderation:start '" + input("no-broker") + "'");
        assertThat(start.succeeded()).isFalse();
        assertThat(start.output()).doesNotContain("\tat ");
        assertThat(Files.exists(Site.inbox(site.node()).resolve("no-broker-file.json")))
                .as("the file that waits")
                .isTrue();
        site.broker().start();

        assertDone("no-broker", "active");
        assertDone("no-broker-file", "active");
        site.node().awaitReady();
    }

    /** The broker is back, takes connections, and answers none of them, as one that gets no processor time. */
    @Test
    @Order(2)
    void shouldGoOnAfterABrokerThatCameBackAndDidNotAnswer() {
        awaitAll();
        site.links().putPending("mute-broker", url("mute-broker"));
        int logged = site.node().log().length();
        site.broker().kill();
        await(
                "connections that are given up",
                () -> newLines(logged).anyMatch(line -> line.contains("resetting the underlying JMS Connection")));
        site.broker().start();
        site.broker().pause();
        await(
                "a new connection without an answer",
                () -> newLines(logged).anyMatch(line -> line.contains("RequestTimedOutIOException")));
        site.broker().resume();

        request("mute-broker");

        assertDone("mute-broker", "active");
        site.node().awaitReady();
    }

    @Test
    @Order(3)
    void shouldScanAgainAfterACrashWhileALinkIsScanned() {
        awaitAll();
        site.links().putPending("crash-in-flight", url("crash-in-flight"));
        CountDownLatch dead = new CountDownLatch(1);
        site.lambda().script("crash-in-flight", connectionLost().after(dead::await), SAFE);
        request("crash-in-flight");
        await("the call", () -> site.lambda().calls("crash-in-flight").size() == 1);

        site.node().kill();
        dead.countDown();
        site.node().start();

        RecordedExecution execution = assertDone("crash-in-flight", "active");
        assertThat(execution.count("ExecutionResumed")).isEqualTo(1);
        assertThat(site.lambda().calls("crash-in-flight")).hasSize(2);
    }

    @Test
    @Order(3)
    void shouldNotScanAgainAfterACrashBeforeTheUpdateOfTheLink() {
        crashAtUpdate("crash-before-update", gate -> gate.stopBefore("UpdateItem", "LINK#crash-before-update\""));
    }

    @Test
    @Order(3)
    void shouldNotDecideAgainAfterACrashBehindTheUpdateOfTheLink() {
        crashAtUpdate("crash-behind-update", gate -> gate.stopBehind("UpdateItem", "LINK#crash-behind-update\""));
        assertThat(site.links().item("crash-behind-update").get("decisions").n())
                .isEqualTo("1");
    }

    private static void crashAtUpdate(String name, Function<DynamoDbGate, DynamoDbGate.Stop> shut) {
        awaitAll();
        site.links().putPending(name, url(name));
        try (DynamoDbGate gate = new DynamoDbGate(site.tables().endpoint())) {
            DynamoDbGate.Stop stop = shut.apply(gate);
            useDynamoDbAt(gate.url());
            request(name);
            await("the update at the gate", stop::isReached);

            site.node().kill();
            stop.open();
            site.node().start();

            RecordedExecution execution = assertDone(name, "active");
            assertThat(execution.count("ExecutionResumed")).isEqualTo(1);
            assertThat(site.lambda().calls(name)).as("scans").hasSize(1);
        } finally {
            useDynamoDbAt(site.tables().endpoint());
        }
    }

    /** Everything is up: DynamoDB is not before the first test, which may be left out. */
    private static void awaitAll() {
        if (!Ports.isOpen(site.dynamoDb().port())) {
            site.dynamoDb().start();
        }
        site.node().awaitReady();
    }

    private static void useDynamoDbAt(String endpoint) {
        int logged = site.node().log().length();
        site.node().setting("org.linkmoderation.aws", "dynamodb.endpoint", endpoint);
        await(
                "clients for " + endpoint,
                () -> newLines(logged).anyMatch(line -> line.contains("AWS clients: ") && line.contains(endpoint)));
        site.node().awaitReady();
    }

    /** The execution has succeeded, its link was decided once, its history is whole, and its request is done with. */
    private static RecordedExecution assertDone(String name, String linkStatus) {
        RecordedExecution execution = awaitEnd(name);
        assertThat(execution.status()).as(execution.toString()).isEqualTo("SUCCEEDED");
        assertThat(site.links().status(name)).isEqualTo(linkStatus);
        assertThat(site.links().item(name).get("decisions").n()).as("decisions").isEqualTo("1");
        execution.checkHistory(MAX_ATTEMPTS);
        String selector = "ExecutionName = '" + name + "'";
        await(
                "the request's end",
                () -> site.messages().browse(Messages.REQUESTS, selector).isEmpty());
        assertThat(site.messages().browse(Messages.DEAD_LETTERS, selector)).isEmpty();
        return execution;
    }

    private static RecordedExecution awaitEnd(String name) {
        await(
                "the end of " + name,
                () -> RecordedExecution.find(site.links(), name)
                        .filter(RecordedExecution::isEnded)
                        .isPresent());
        return RecordedExecution.find(site.links(), name).orElseThrow();
    }

    /** A request waits, and the log says so in one line, without a stack. */
    private static void awaitWaiting(int logged) {
        await(
                "the sentence about the request",
                () -> newLines(logged)
                        .anyMatch(line -> line.contains("| WARN ")
                                && line.contains("of queue " + Messages.REQUESTS + " waits: ")
                                && line.contains("The journal can't be reached: ")));
    }

    private static ShellResult awaitShell(String command, String text) {
        await(command, () -> site.node().shell(command).output().contains(text));
        return site.node().shell(command);
    }

    private static Stream<String> newLines(int logged) {
        return site.node().log().substring(logged).lines();
    }

    private static void await(String what, Callable<Boolean> condition) {
        site.node().await(what, PATIENCE, condition);
    }

    private static void request(String name) {
        site.messages().request(name, name, url(name));
    }

    private static String input(String code) {
        return "{\"code\":\"" + code + "\",\"url\":\"" + url(code) + "\"}";
    }

    private static String url(String code) {
        return "https://example.org/" + code;
    }

    private static void createLinks() {
        site.links()
                .client()
                .createTable(request -> request.tableName(site.tables().links())
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .keySchema(key("PK", KeyType.HASH), key("SK", KeyType.RANGE))
                        .attributeDefinitions(List.of("PK", "SK").stream()
                                .map(name -> AttributeDefinition.builder()
                                        .attributeName(name)
                                        .attributeType(ScalarAttributeType.S)
                                        .build())
                                .toList()));
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }
}
