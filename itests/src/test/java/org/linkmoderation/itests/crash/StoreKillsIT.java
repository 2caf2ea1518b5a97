package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.ModerationNode;
import org.linkmoderation.itests.Ports;
import org.linkmoderation.local.dynamodb.testkit.Callers;
import org.linkmoderation.local.dynamodb.testkit.Client;
import org.linkmoderation.local.dynamodb.testkit.WrittenItems;
import org.linkmoderation.testkit.ScriptedLambda;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Kills a container that has its table store and its broker inside, again and again, while executions run and other
 * callers write to the store, every other time while it starts; then finds every write that was acknowledged, and every
 * execution done exactly once. The system property {@code store.kills} sets how often, {@code store.seed} decides when
 * and what is sent; the figures are in {@code target/store-kills.txt}.
 */
class StoreKillsIT {

    private static final int KILLS = Integer.getInteger("store.kills", 3);
    private static final long SEED = Long.getLong("store.seed", 1);
    private static final int CALLERS = 8;
    private static final int LONGEST_WRITING_MILLIS = 1_500;
    private static final int LONGEST_PAUSE_MILLIS = 300;
    private static final int LONGEST_SCAN_MILLIS = 2_000;

    /** MaxAttempts of CheckSafety's Retry, as shipped. */
    private static final int MAX_ATTEMPTS = 3;

    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration DRAIN = Duration.ofMinutes(10);

    private final ModerationNode node = new ModerationNode("store-kills");
    private final Aftermath aftermath = new Aftermath("store-kills", SEED);
    private final WrittenItems written = new WrittenItems();
    /** Whether the link is safe, by the name of the execution, which is its code as well. */
    private final Map<String, Boolean> sent = new ConcurrentSkipListMap<>();

    private int resent;

    @Test
    void shouldLoseNoAcknowledgedWriteAndNoExecutionWhenTheContainerIsKilled() throws InterruptedException {
        try (node) {
            node.links().tables().requireOwn("kills the table store");
            node.karaf().start();
            try (DynamoDbClient client = client()) {
                Client.createTable(client);
            }
            long begin = System.nanoTime();
            CountDownLatch end = new CountDownLatch(1);
            CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> sendUntil(end));
            try {
                Random random = new Random(SEED);
                for (int kill = 1; kill <= KILLS; kill++) {
                    if (kill % 2 == 1) {
                        node.karaf().awaitReady();
                    }
                    killAmidWrites("kill-" + kill, random.nextInt(LONGEST_WRITING_MILLIS));
                    node.karaf().launch();
                    node.karaf().await("the table store", START, () -> Ports.isOpen(dynamoDbPort()));
                }
                node.karaf().awaitReady();
            } finally {
                end.countDown();
            }
            long lastKill = System.nanoTime();
            sender.join();
            try (DynamoDbClient client = client()) {
                written.check(client);
            }
            Map<String, RecordedExecution> executions =
                    aftermath.awaitAllEnded(sent.keySet(), () -> RecordedExecution.all(node.links()), DRAIN);
            aftermath.awaitEmptyQueue(node.messages(), Messages.REQUESTS);
            String seconds = Aftermath.seconds(begin, lastKill, System.nanoTime());

            sent.forEach((name, isSafe) -> aftermath.check(() -> checkExecution(executions.get(name), name, isSafe)));
            aftermath.check(() -> assertThat(node.messages().browse(Messages.DEAD_LETTERS))
                    .as("dead letters")
                    .isEmpty());
            aftermath.check(() -> assertThat(RecordedExecution.count(node.links(), "moderation", "SUCCEEDED"))
                    .as("executions that the index by status has")
                    .isEqualTo(executions.size()));
            aftermath.conclude(Map.of("container", KILLS), figures(executions, seconds));
        }
    }

    /** Checks what is there of all rounds, then lets callers write and kills the container meanwhile. */
    private void killAmidWrites(String round, int afterMillis) throws InterruptedException {
        try (DynamoDbClient client = client()) {
            written.check(client);
            Callers callers = Callers.start(CALLERS, client, written, round);
            TimeUnit.MILLISECONDS.sleep(afterMillis);
            node.karaf().kill();
            callers.end();
        }
    }

    private void checkExecution(RecordedExecution execution, String name, boolean isSafe) {
        assertThat(execution).as("execution %s", name).isNotNull();
        execution.checkHistory(MAX_ATTEMPTS);
        execution.checkDecision(node.links(), name, isSafe);
    }

    /** Sends requests to the container's own broker; what it did not confirm is sent again. */
    private void sendUntil(CountDownLatch end) {
        Random random = new Random(SEED);
        try {
            for (int next = 1; !end.await(random.nextInt(LONGEST_PAUSE_MILLIS), TimeUnit.MILLISECONDS); next++) {
                String name = "killed-" + next;
                boolean isSafe = random.nextInt(3) > 0;
                node.lambda()
                        .script(
                                name,
                                Workload.takes(
                                        random.nextInt(LONGEST_SCAN_MILLIS),
                                        ScriptedLambda.returnsInputWith("safe", Boolean.toString(isSafe))));
                Kills.tryUntilDone(
                        "the table store takes link " + name,
                        () -> node.links().putPending(name, "https://example.com/" + name));
                sent.put(name, isSafe);
                resent += Kills.tryUntilDone(
                                "the broker takes request " + name,
                                () -> node.messages()
                                        .send(
                                                Messages.REQUESTS,
                                                "{\"code\":\"" + name + "\",\"url\":\"https://example.com/" + name
                                                        + "\"}",
                                                Map.of("ExecutionName", name, "RequestId", name)))
                        - 1;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    private Map<String, Object> figures(Map<String, RecordedExecution> executions, String seconds) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put(
                "writes",
                written.acknowledgedWrites() + " acknowledged, of "
                        + written.acknowledged().size() + " items");
        figures.put("requests", sent.size() + "; " + resent + " tries of sending failed");
        figures.put("executions", executions.size() + " " + Aftermath.statuses(executions));
        figures.put(
                "resumed",
                executions.values().stream()
                                .filter(execution -> execution.count("ExecutionResumed") > 0)
                                .count()
                        + " executions");
        figures.put("seconds", seconds);
        return figures;
    }

    /** One whose connections are all to the container that runs now. */
    private DynamoDbClient client() {
        return Client.of(dynamoDbPort());
    }

    private int dynamoDbPort() {
        return node.ports().get("dynamodb");
    }
}
