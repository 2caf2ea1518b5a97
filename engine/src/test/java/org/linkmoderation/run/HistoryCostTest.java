package org.linkmoderation.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.linkmoderation.Execution;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.Waiting;
import org.linkmoderation.aws.AwsClients;
import org.linkmoderation.journal.DynamoDbJournal;
import org.linkmoderation.journal.JournalSettings;
import org.linkmoderation.local.dynamodb.DynamoDbEndpoint;
import org.linkmoderation.local.dynamodb.storage.Database.Acknowledge;
import org.linkmoderation.states.TaskKind;
import org.linkmoderation.testkit.DynamoDbMeter;
import org.linkmoderation.testkit.DynamoDbMeter.Consumed;
import org.linkmoderation.testkit.Requested;
import org.linkmoderation.testkit.SettableClock;

/** What executions with many retries, each of which is parked, consume of the executions table. */
class HistoryCostTest {
    private static final String TABLE = "executions";

    @TempDir
    private static Path directory;

    private static DynamoDbEndpoint store;
    private static DynamoDbMeter meter;
    private static AwsClients clients;
    private static DynamoDbJournal journal;

    private final SettableClock clock = new SettableClock();
    private final RunFactory runs = new RunFactory(journal, RunPolicy.of(Duration.ofDays(1)), clock, event -> {});

    @BeforeAll
    static void start() throws Exception {
        store = new DynamoDbEndpoint(0, directory, Acknowledge.PROCESS);
        meter = new DynamoDbMeter("http://127.0.0.1:" + store.port());
        clients = new AwsClients(Map.of(
                "dynamodb.endpoint",
                meter.url(),
                "access.key.id",
                "local",
                "secret.access.key",
                "local",
                "create.tables",
                "true"));
        journal = new DynamoDbJournal(clients, JournalSettings.of(Map.of("table", TABLE)));
        Awaitility.await("the table")
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> journal.check().question().call().contains("ACTIVE"));
    }

    @AfterAll
    static void stop() {
        journal.close();
        clients.close();
        meter.close();
        store.close();
    }

    @Test
    void shouldCostInProportionToTheHistory() throws Exception {
        String text = "\"" + "x".repeat(830) + "\"";

        Consumed of25 = retries(25, text);
        Consumed of100 = retries(100, text);

        assertThat(of100.write()).isLessThan(4.5 * of25.write());
    }

    @Test
    void shouldNotStoreAPayloadAgainWithEachRetry() throws Exception {
        Consumed of20 = retries(20, "\"" + "x".repeat(200_000) + "\"");

        assertThat(of20.write()).isLessThan(2 * 200 + 20 * 10);
    }

    /** As many attempts that fail, each parked for its retry, and what they consume. */
    private Consumed retries(int count, String input) throws Exception {
        meter.reset();
        StartRequest request = Requested.start("e" + count + "-" + input.length(), "id", input);
        RunningExecution run = runs.start(request);
        for (int i = 0; i < count; i++) {
            run.enter(HistoryEventType.TaskStateEntered, "CheckSafety", input);
            attempt(run, input);
            Instant due = clock.instant().plusSeconds(2);
            run.park(new Waiting(Waiting.Reason.RETRY, "CheckSafety", "CustomError", due));
            clock.advance(Duration.ofSeconds(2));
            Execution parked = journal.find(request.id()).orElseThrow();
            run = runs.wake(StartRequest.wake(parked, "wake " + i, Optional.empty()), parked);
        }
        run.enter(HistoryEventType.TaskStateEntered, "CheckSafety", input);
        run.end("{}");
        Consumed consumed = meter.consumed(TABLE);
        int events = journal.find(request.id()).orElseThrow().events().size();
        System.out.printf(
                "%d retries with an input of %,d bytes, %d events: %,.0f write units, %,.1f read units, %d requests%n",
                count, input.length(), events, consumed.write(), consumed.read(), consumed.requests());
        return consumed;
    }

    /** The attempt after those that are recorded. */
    private static void attempt(RunningExecution run, String input) throws Exception {
        String text = input.substring(0, Math.min(input.length(), 830));
        while (true) {
            try {
                run.attempt(TaskKind.LAMBDA_FUNCTION, Map.of("resource", text, "input", input), () -> {
                    throw new TaskFailedException("CustomError", text);
                });
            } catch (RecordedFailureException e) {
                continue;
            } catch (TaskFailedException e) {
                assertThat(e.error()).isEqualTo("CustomError");
                return;
            }
        }
    }
}
