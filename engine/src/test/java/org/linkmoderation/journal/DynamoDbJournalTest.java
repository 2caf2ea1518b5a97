package org.linkmoderation.journal;

import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.linkmoderation.aws.AwsClients;
import org.linkmoderation.local.dynamodb.DynamoDbEndpoint;
import org.linkmoderation.local.dynamodb.storage.Database.Acknowledge;
import org.linkmoderation.testkit.JournalContract;

/** The journal in DynamoDB, over the table store of machines without AWS. */
class DynamoDbJournalTest extends JournalContract {
    private static final String TABLE = "executions";

    @TempDir
    private static Path directory;

    private static DynamoDbEndpoint store;
    private static AwsClients clients;
    private static DynamoDbJournal journal;
    private static DynamoDbJournal another;

    @BeforeAll
    static void start() throws Exception {
        store = new DynamoDbEndpoint(0, directory, Acknowledge.PROCESS);
        clients = new AwsClients(Map.of(
                "dynamodb.endpoint", "http://127.0.0.1:" + store.port(),
                "access.key.id", "local",
                "secret.access.key", "local",
                "create.tables", "true"));
        journal = new DynamoDbJournal(clients, JournalSettings.of(Map.of("table", TABLE)));
        another = new DynamoDbJournal(clients, JournalSettings.of(Map.of("table", TABLE)));
        Awaitility.await("the table")
                .ignoreExceptions()
                .until(() -> journal.check().question().call().contains("ACTIVE"));
    }

    @AfterAll
    static void stop() {
        journal.close();
        another.close();
        clients.close();
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
}
