package org.linkmoderation.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.StartRequest;
import org.linkmoderation.aws.AwsClients;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.TableStore;
import org.linkmoderation.itests.crash.DynamoDbGate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * How long {@code moderation:list} takes, and how many requests to DynamoDB, with few records and with many. The
 * records are made by the journal's own shapes, some 3 KB each with a full history, one started each second. Run by
 * {@code bench/list}; not part of the build (its name does not end in IT).
 */
class ListBenchmark {

    private static final Logger LOG = LoggerFactory.getLogger(ListBenchmark.class);

    private static final int FEW = 1_000;
    private static final int MANY = Integer.getInteger("bench.records", 200_000);
    private static final int TIMES = Integer.getInteger("bench.times", 100);

    private static final String STATE_MACHINE = "moderation";
    /** Not longer ago than records are kept: the table store deletes what has expired. */
    private static final Instant FIRST =
            Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(MANY);

    private static final int DYNAMODB_BATCH = 25;

    private final TableStore dynamoDb = new TableStore("list-benchmark").forMeasurement();

    /** What is measured of one query. */
    private record Figures(double median, double slowest, double requests, int found) {}

    @Test
    void measure() throws Exception {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%d processors, the table store, each list %d times%n%-44s %27s %27s%n%-44s %9s %8s %8s %9s %8s %8s%n",
                Runtime.getRuntime().availableProcessors(),
                TIMES,
                "",
                FEW + " records",
                MANY + " records",
                "",
                "p50 ms",
                "p99 ms",
                "requests",
                "p50 ms",
                "p99 ms",
                "requests"));
        dynamoDb.start();
        try (DynamoDbGate gate = new DynamoDbGate(dynamoDb.endpoint());
                AwsClients direct = clients(dynamoDb.endpoint());
                AwsClients counted = clients(gate.url())) {
            Map<String, Figures> few = measure(direct, counted, gate, "few", FEW);
            Map<String, Figures> many = measure(direct, counted, gate, "many", MANY);
            few.forEach((what, figures) -> {
                Figures others = many.get(what);
                table.append(String.format(
                        Locale.ROOT,
                        "%-44s %9.1f %8.1f %8.0f %9.1f %8.1f %8.0f%n",
                        what,
                        figures.median,
                        figures.slowest,
                        figures.requests,
                        others.median,
                        others.slowest,
                        others.requests));
            });
        } finally {
            dynamoDb.close();
        }
        LOG.info("Lists\n{}", table);
        Files.writeString(KarafNode.MODULE.resolve("target/list-benchmark.txt"), table);
    }

    private static Map<String, Figures> measure(
            AwsClients direct, AwsClients counted, DynamoDbGate gate, String table, int records) throws Exception {
        try (DynamoDbJournal journal = new DynamoDbJournal(direct, JournalSettings.of(Map.of("table", table)));
                DynamoDbJournal other = new DynamoDbJournal(counted, JournalSettings.of(Map.of("table", table)))) {
            awaitTable(direct.journal(), table);
            long begin = System.nanoTime();
            fill(direct.journal(), table, records);
            LOG.info("{} records written in {} s", records, (System.nanoTime() - begin) / 1_000_000_000);
            Map<String, Figures> figures = new LinkedHashMap<>();
            queries(journal, records).forEach((what, query) -> figures.put(what, measure(journal, other, gate, query)));
            return figures;
        }
    }

    private static Figures measure(Journal journal, Journal counted, DynamoDbGate gate, ExecutionQuery query) {
        int found = journal.list(query).executions().size();
        double[] millis = IntStream.range(0, TIMES)
                .mapToDouble(i -> {
                    long start = System.nanoTime();
                    assertThat(journal.list(query).executions()).hasSize(found);
                    return (System.nanoTime() - start) / 1e6;
                })
                .sorted()
                .toArray();
        long before = gate.requests();
        counted.list(query);
        return new Figures(millis[TIMES / 2], millis[TIMES * 99 / 100], gate.requests() - before, found);
    }

    private static Map<String, ExecutionQuery> queries(Journal journal, int records) throws Exception {
        ExecutionQuery all = ExecutionQuery.all(STATE_MACHINE, 20);
        ExecutionPage first = journal.list(all);
        Instant middle = start(records / 2);
        Map<String, ExecutionQuery> queries = new LinkedHashMap<>();
        queries.put("the newest 20", all);
        queries.put("the next page", all.page(first.nextToken()));
        queries.put("20 in status FAILED (1 of 100)", all.in(Set.of(ExecutionStatus.FAILED)));
        queries.put("20 in status RUNNING (1 of 500)", all.in(Set.of(ExecutionStatus.RUNNING)));
        queries.put(
                "20 of five minutes in the middle",
                all.between(Optional.of(middle), Optional.of(middle.plusSeconds(300))));
        queries.put("20 whose name starts with link-0000", all.named("link-0000"));
        queries.put("the same in status FAILED", all.named("link-0000").in(Set.of(ExecutionStatus.FAILED)));
        queries.put("the newest 1000", ExecutionQuery.all(STATE_MACHINE, 1_000));
        return queries;
    }

    private static AwsClients clients(String url) {
        return new AwsClients(Map.of(
                "dynamodb.endpoint", url,
                "lambda.endpoint", url,
                "access.key.id", "local",
                "secret.access.key", "local",
                "create.tables", "true"));
    }

    private static void awaitTable(DynamoDbClient client, String table) {
        Awaitility.await("table " + table)
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> client.describeTable(request -> request.tableName(table))
                        .table()
                        .tableStatusAsString()
                        .equals("ACTIVE"));
    }

    private static void fill(DynamoDbClient client, String name, int records) {
        IntStream.rangeClosed(0, (records - 1) / DYNAMODB_BATCH).parallel().forEach(batch -> {
            List<WriteRequest> puts = IntStream.range(
                            batch * DYNAMODB_BATCH, Math.min(records, (batch + 1) * DYNAMODB_BATCH))
                    .mapToObj(i -> WriteRequest.builder()
                            .putRequest(put -> put.item(record(i)))
                            .build())
                    .toList();
            client.batchWriteItem(request -> request.requestItems(Map.of(name, puts)));
        });
    }

    private static Instant start(int number) {
        return FIRST.plusSeconds(number);
    }

    /** The record as the journal leaves it. */
    private static Map<String, AttributeValue> record(int number) {
        String name = String.format(Locale.ROOT, "link-%07d", number);
        String input = "{\"code\":\"" + name + "\",\"url\":\"https://example.org/a/page/of/the/site/" + number + "\"}";
        StartRequest request = new StartRequest(
                STATE_MACHINE, name, "request-" + name, "ID:" + name, ExecutionType.STANDARD, false, input);
        ExecutionStatus status = number % 500 == 0
                ? ExecutionStatus.RUNNING
                : number % 100 == 1 ? ExecutionStatus.FAILED : ExecutionStatus.SUCCEEDED;
        List<HistoryEvent> events = new ArrayList<>();
        for (HistoryEventType type : List.of(
                HistoryEventType.ExecutionStarted,
                HistoryEventType.TaskStateEntered,
                HistoryEventType.LambdaFunctionScheduled,
                HistoryEventType.LambdaFunctionStarted,
                HistoryEventType.LambdaFunctionSucceeded,
                HistoryEventType.TaskStateExited,
                HistoryEventType.ChoiceStateEntered,
                HistoryEventType.ChoiceStateExited,
                HistoryEventType.TaskStateEntered,
                HistoryEventType.TaskScheduled,
                HistoryEventType.TaskStarted,
                HistoryEventType.TaskSucceeded,
                HistoryEventType.TaskStateExited)) {
            events.add(
                    new HistoryEvent(events.size() + 1L, start(number), type, Map.of("input", input, "output", input)));
        }
        Execution started = Execution.started(
                request, "definition", start(number), start(number).plusSeconds(300));
        if (status == ExecutionStatus.RUNNING) {
            return RecordItem.of(started.with(started.run(), events));
        }
        events.add(new HistoryEvent(
                events.size() + 1L,
                start(number).plusSeconds(1),
                status == ExecutionStatus.FAILED
                        ? HistoryEventType.ExecutionFailed
                        : HistoryEventType.ExecutionSucceeded,
                Map.of("output", input)));
        return RecordItem.of(started.with(started.run().ended(status), events));
    }
}
