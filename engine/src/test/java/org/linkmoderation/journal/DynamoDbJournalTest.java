package org.linkmoderation.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.aws.AwsClients;
import org.linkmoderation.local.dynamodb.DynamoDbEndpoint;
import org.linkmoderation.local.dynamodb.storage.Database.Acknowledge;
import org.linkmoderation.testkit.DynamoDbMeter;
import org.linkmoderation.testkit.JournalContract;
import org.linkmoderation.testkit.Recorded;
import org.linkmoderation.testkit.Requested;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The journal in DynamoDB, over the table store of machines without AWS. */
class DynamoDbJournalTest extends JournalContract {
    private static final String TABLE = "executions";
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    @TempDir
    private static Path directory;

    private static DynamoDbEndpoint store;
    private static AwsClients clients;
    private static DynamoDbJournal journal;
    private static DynamoDbJournal another;
    private static DynamoDbMeter meter;
    private static AwsClients throughMeter;
    private static DynamoDbJournal metered;

    @BeforeAll
    static void start() throws Exception {
        store = new DynamoDbEndpoint(0, directory, Acknowledge.PROCESS);
        clients = clients("http://127.0.0.1:" + store.port());
        meter = new DynamoDbMeter("http://127.0.0.1:" + store.port());
        throughMeter = clients(meter.url());
        journal = new DynamoDbJournal(clients, JournalSettings.of(Map.of("table", TABLE)));
        another = new DynamoDbJournal(clients, JournalSettings.of(Map.of("table", TABLE)));
        metered = new DynamoDbJournal(throughMeter, JournalSettings.of(Map.of("table", TABLE)));
        Awaitility.await("the table")
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> journal.check().question().call().contains("ACTIVE"));
    }

    private static AwsClients clients(String endpoint) {
        return new AwsClients(Map.of(
                "dynamodb.endpoint", endpoint,
                "access.key.id", "local",
                "secret.access.key", "local",
                "create.tables", "true"));
    }

    @AfterAll
    static void stop() {
        journal.close();
        another.close();
        metered.close();
        clients.close();
        throughMeter.close();
        meter.close();
        store.close();
    }

    @Override
    protected Journal journal() {
        return journal;
    }

    @Override
    protected Journal another() {
        return another;
    }

    /** Of the two requests of a write that moves the earlier events into a chunk. */
    @ParameterizedTest
    @CsvSource({"0, false, false", "1, true, false", "1, false, false", "2, true, true"})
    void shouldBeAsBeforeOrAsAfterAWriteWhereverItIsCutOff(int requests, boolean losesLastAnswer, boolean isWritten) {
        Execution full = full(metered, "cut-off-" + requests + losesLastAnswer);
        Execution expected = appended(full, 5);

        meter.cutOffAfter(requests, losesLastAnswer);
        assertThatThrownBy(() -> append(metered, full, 5)).isInstanceOf(JournalUnavailableException.class);
        meter.reset();

        assertThat(items(full, "HISTORY#"))
                .hasSize(requests == 0 ? 0 : 1)
                .allSatisfy(chunk -> assertThat(chunk).containsKey("expiresAt"));
        Execution found = another.find(full.id()).orElseThrow();
        assertThat(found).isEqualTo(isWritten ? expected : full);
        Execution next = isWritten ? append(another, expected, 6) : append(another, full, 5);
        assertThat(metered.find(full.id())).contains(next);
        for (int i = next.events().size() + 1; i < 15; i++) {
            next = append(metered, next, i);
        }
        assertThat(journal.find(full.id())).contains(next);
        journal.delete(ended(next));
        assertThat(items(full, "")).as("what is left").hasSize(1);
    }

    @Test
    void shouldReadNothingOfWhatAFencedRunHasLeft() {
        Execution full = full(journal, "fenced");
        append(another, full, 5);

        assertThatThrownBy(() -> append(journal, full, 5)).isInstanceOf(ExecutionFencedException.class);

        assertThat(items(full, "HISTORY#"))
                .hasSize(2)
                .allSatisfy(chunk -> assertThat(chunk).containsKey("expiresAt"));
        Execution next = append(journal, appended(full, 5), 6);
        assertThat(another.find(full.id())).contains(next);
    }

    @Test
    void shouldAppendWithoutKnowingTheRecord() {
        Execution full = full(journal, "unknown");

        meter.reset();
        Execution next = append(metered, full, 5);

        assertThat(meter.consumed(TABLE).requests()).as("read, chunk, record").isEqualTo(3);
        assertThat(another.find(full.id())).contains(next);
        meter.reset();
        append(metered, next, 6);
        assertThat(meter.consumed(TABLE).requests()).isOne();
    }

    /** Before histories had chunks, and indexes several partitions. */
    @Test
    void shouldReadListAndGoOnWithARecordOfAnEarlierVersion() {
        Execution execution = full(journal, "earlier");
        for (int i = 5; i <= 30; i++) {
            execution = appended(execution, i);
        }
        Map<String, AttributeValue> record = new HashMap<>(RecordItem.of(execution));
        record.put("statusKey", AttributeValue.fromS("moderation#RUNNING"));
        record.put("stateMachine", AttributeValue.fromS("moderation"));
        clients.journal().putItem(put -> put.tableName(TABLE).item(record));

        assertThat(another.find(execution.id())).contains(execution);
        assertThat(another.list(ExecutionQuery.all("moderation", 100)).executions())
                .contains(Recorded.summary(execution));
        assertThat(another.list(ExecutionQuery.all("moderation", 100).named("earlier"))
                        .executions())
                .containsExactly(Recorded.summary(execution));

        execution = append(metered, execution, 31);
        meter.reset();
        Execution ended = ended(append(metered, execution, 32));
        assertThat(meter.consumed(TABLE).write()).isLessThan(15);
        assertThat(another.find(execution.id())).contains(ended);
        assertThat(another.list(ExecutionQuery.all("moderation", 100).named("earlier"))
                        .executions())
                .containsExactly(Recorded.summary(ended));
    }

    @Test
    void shouldKeepAllPartsOfAnExecutionThatRunsAgain() {
        Execution failed = ended(append(journal, full(journal, "redriven"), 5));
        Instant later = START.plus(Duration.ofDays(80));

        journal.write(new Transition(
                failed.id(),
                failed.incarnation(),
                failed.events().size(),
                failed.run(),
                failed.run().redriven("message", later),
                List.of(new HistoryEvent(7, later, HistoryEventType.ExecutionRedriven, Map.of())),
                Optional.of("request")));

        assertThat(items(failed, "HISTORY#"))
                .hasSize(1)
                .allSatisfy(chunk -> assertThat(expiry(chunk)).isAfter(later.plus(Duration.ofDays(365 + 90))));
    }

    @Test
    void shouldKeepARestoredExecutionAsLongAsAnotherAndItsPartsLonger() {
        Execution recorded = ended(append(journal, full(journal, "elsewhere"), 5));
        Execution ended = new Execution(
                "restored",
                recorded.name(),
                recorded.incarnation(),
                recorded.requestIds(),
                recorded.definition(),
                recorded.run(),
                recorded.input(),
                START,
                recorded.events());

        journal.restore(ended);

        Instant expiry = ended.stopDate().orElseThrow().plus(Duration.ofDays(90));
        assertThat(items(ended, "EXECUTION"))
                .singleElement()
                .satisfies(record -> assertThat(expiry(record)).isEqualTo(expiry));
        assertThat(items(ended, "HISTORY#"))
                .hasSize(1)
                .allSatisfy(chunk -> assertThat(expiry(chunk)).isAfter(expiry.plus(Duration.ofDays(365))));
        journal.delete(ended);
        assertThatThrownBy(() -> journal.restore(ended)).isInstanceOf(ExecutionDeletedException.class);
        assertThat(items(ended, "")).as("what is left").hasSize(1);
    }

    @Test
    void shouldMakeNoTableForAJournalThatIsOnlyRead() {
        try (DynamoDbJournal reader =
                DynamoDbJournal.forReading(clients, JournalSettings.of(Map.of("table", "none")))) {
            assertThatThrownBy(() -> reader.inFlight("moderation", 1))
                    .isInstanceOf(JournalUnavailableException.class)
                    .hasMessageStartingWith("DynamoDB has no table 'none'");
        }
    }

    private static Instant expiry(Map<String, AttributeValue> item) {
        return Instant.ofEpochSecond(Long.parseLong(item.get("expiresAt").n()));
    }

    /** An execution whose record has room for no event more. */
    private static Execution full(Journal journal, String name) {
        Execution execution = Recorded.create(
                journal,
                Requested.start(name, "id", Requested.INPUT),
                START,
                new HistoryEvent(1, START, HistoryEventType.ExecutionStarted, Map.of("input", Requested.INPUT)));
        for (int i = 2; i <= 4; i++) {
            execution = append(journal, execution, i);
        }
        return execution;
    }

    private static Execution append(Journal journal, Execution execution, int number) {
        Recorded.append(journal, execution, event(number));
        return appended(execution, number);
    }

    private static Execution appended(Execution execution, int number) {
        List<HistoryEvent> events = new ArrayList<>(execution.events());
        events.add(event(number));
        return execution.with(execution.run(), events);
    }

    private static HistoryEvent event(int number) {
        return new HistoryEvent(
                number,
                START.plusSeconds(number),
                HistoryEventType.LambdaFunctionFailed,
                Map.of("error", "E", "cause", "c".repeat(1_000)));
    }

    private static Execution ended(Execution execution) {
        HistoryEvent last = event(execution.events().size() + 1);
        Recorded.end(journal, execution, last, ExecutionStatus.FAILED);
        return journal.find(execution.id()).orElseThrow();
    }

    /** What the table has of an execution, by the starts of its sort keys. */
    private static List<Map<String, AttributeValue>> items(Execution execution, String sortKey) {
        return clients
                .journal()
                .query(query -> query.tableName(TABLE)
                        .consistentRead(true)
                        .keyConditionExpression("PK = :pk")
                        .expressionAttributeValues(
                                Map.of(":pk", AttributeValue.fromS(execution.stateMachine() + "#" + execution.name()))))
                .items()
                .stream()
                .filter(item -> item.get("SK").s().startsWith(sortKey))
                .toList();
    }
}
