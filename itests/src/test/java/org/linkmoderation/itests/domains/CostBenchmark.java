package org.linkmoderation.itests.domains;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.ModerationNode;
import org.linkmoderation.itests.Ports;
import org.linkmoderation.itests.TableStore;
import org.linkmoderation.testkit.DynamoDbMeter;
import org.linkmoderation.testkit.DynamoDbMeter.Consumed;

/**
 * What a moderation and the sale of a domain consume of DynamoDB, as the table store counts it, in a container of the
 * distribution. Not part of the build (its name does not end in IT); one command: {@code bench/cost}.
 */
class CostBenchmark {

    private static final int EXECUTIONS = Integer.getInteger("cost.executions", 20);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final String COORDINATOR = "http://127.0.0.1:" + Ports.free() + "/lra-coordinator";

    private final List<String> table = new ArrayList<>();

    @Test
    void shouldRunAndPrintTheUnits() throws Exception {
        table.add(String.format(
                "%-18s %-28s %12s %12s %12s", "per execution", "table", "write units", "read units", "requests"));
        try (TableStore dynamoDb = new TableStore("cost").start();
                DynamoDbMeter meter = new DynamoDbMeter(dynamoDb.endpoint());
                ModerationNode node = new ModerationNode("cost", dynamoDb)) {
            node.karaf()
                    .setting("org.linkmoderation.aws", "dynamodb.endpoint", meter.url())
                    .setting(
                            "org.linkmoderation.aws",
                            "lambda.endpoint",
                            "http://127.0.0.1:" + node.ports().get("lambda"))
                    .setting("org.linkmoderation.coordinator", "url", COORDINATOR)
                    .setting(
                            "org.linkmoderation.coordinator",
                            "secret",
                            UUID.randomUUID().toString())
                    .setting("org.linkmoderation.coordinator", "participant.url", "http://127.0.0.1:" + Ports.free())
                    .setting(
                            "org.linkmoderation.local.coordinator",
                            "listen.url",
                            COORDINATOR.replace("/lra-coordinator", ""))
                    .start();
            node.karaf()
                    .await(
                            "the sale of domains",
                            LONGEST,
                            () -> node.karaf().log().contains("State machine domains takes requests from queue"));
            node.karaf().awaitReady();
            Cards cards = new Cards(node.links().tables());
            cards.createTable();
            for (int i = 0; i < EXECUTIONS; i++) {
                node.links().putPending("link-" + i, "https://example.com/" + i);
                cards.issue("sale-" + i, 1_200);
            }
            run(
                    node,
                    meter,
                    "moderation",
                    "moderation.notices",
                    "url-shortener",
                    i -> node.messages().request("link-" + i, "link-" + i, "https://example.com/" + i));
            run(
                    node,
                    meter,
                    "sale",
                    "domain.notices",
                    "custom-domains",
                    i -> node.messages()
                            .send(
                                    "domain.requests",
                                    "{\"domain\":\"sale-" + i + ".example\",\"owner\":\"ann\",\"amount\":1200,"
                                            + "\"currency\":\"EUR\",\"card\":\"sale-" + i + "\"}",
                                    Map.of("ExecutionName", "sale-" + i)));
        }
        System.out.println("\n" + String.join("\n", table) + "\n");
        Files.write(KarafNode.MODULE.resolve("target/cost.txt"), table);
    }

    /** Executions one after the other, and what they consume of the journal and of another table. */
    private void run(
            ModerationNode node,
            DynamoDbMeter meter,
            String label,
            String notices,
            String otherTable,
            IntConsumer request)
            throws Exception {
        Set<String> ended = ConcurrentHashMap.newKeySet();
        try (AutoCloseable subscription = node.messages().subscribe(notices, notice -> {
            try {
                ended.add(notice.getStringProperty("ExecutionName") + " " + notice.getStringProperty("Status"));
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        })) {
            assertThat(subscription).isNotNull();
            meter.reset();
            for (int i = 0; i < EXECUTIONS; i++) {
                int count = i + 1;
                request.accept(i);
                node.karaf().await("the end of " + label + " " + i, LONGEST, () -> ended.size() == count);
            }
            assertThat(ended).allMatch(end -> end.endsWith(" SUCCEEDED"));
            print(label, "link-moderation-executions", meter);
            print(label, otherTable, meter);
        }
    }

    /** The reads of the sweep are among those of the journal. */
    private void print(String label, String tableName, DynamoDbMeter meter) {
        Consumed consumed = meter.consumed(tableName);
        table.add(String.format(
                Locale.ROOT,
                "%-18s %-28s %12.1f %12.1f %12.1f",
                label,
                tableName,
                consumed.write() / EXECUTIONS,
                consumed.read() / EXECUTIONS,
                consumed.requests() / (double) EXECUTIONS));
    }
}
