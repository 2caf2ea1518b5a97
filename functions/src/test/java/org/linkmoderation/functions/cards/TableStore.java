package org.linkmoderation.functions.cards;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.linkmoderation.local.dynamodb.DynamoDbEndpoint;
import org.linkmoderation.local.dynamodb.storage.Database.Acknowledge;

/** The table store, started by the first test that needs it; it ends with the tests' JVM. */
public final class TableStore {

    /** Held, so that its level lasts: a line for each of thousands of charges helps nobody. */
    private static final Logger LEDGER_LOG = Logger.getLogger(CardLedger.class.getName());

    private static DynamoDbEndpoint store;

    private TableStore() {}

    /** Environment variables of a function whose ledger is a table that no other test has, with these sample cards. */
    public static Map<String, String> newLedger(String sampleCards) {
        return Map.of(
                "AWS_ENDPOINT_URL_DYNAMODB",
                endpoint(),
                "AWS_REGION",
                "us-east-1",
                "AWS_ACCESS_KEY_ID",
                "local",
                "AWS_SECRET_ACCESS_KEY",
                "local",
                "CARD_LEDGER_TABLE",
                "ledger-" + UUID.randomUUID(),
                "CARD_LEDGER_SAMPLE_CARDS",
                sampleCards);
    }

    /** Where it answers. */
    static synchronized String endpoint() {
        if (store == null) {
            LEDGER_LOG.setLevel(Level.WARNING);
            try {
                store = new DynamoDbEndpoint(0, Files.createTempDirectory("tables"), Acknowledge.PROCESS);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return "http://127.0.0.1:" + store.port();
    }
}
