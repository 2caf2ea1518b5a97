package org.linkmoderation.aws;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * Sees to it that a table is there: creates it where the settings say so, and else says that it is missing. While
 * DynamoDB does not answer it asks again, less and less often; nothing waits for it meanwhile.
 */
public final class TableSetup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TableSetup.class);
    private static final long FIRST_DELAY_SECONDS = 1;
    private static final long LONGEST_DELAY_SECONDS = 60;

    private final AwsClients clients;
    private final DynamoDbClient dynamoDb;
    private final CreateTableRequest table;
    private final Optional<String> timeToLive;
    private final ScheduledExecutorService executor;

    /**
     * @param clients the clients of the AWS services
     * @param table the table as it is to be created
     * @param timeToLive the attribute that holds the time when an item expires, if there is one
     */
    public TableSetup(AwsClients clients, CreateTableRequest table, Optional<String> timeToLive) {
        this.clients = clients;
        this.dynamoDb = clients.journal();
        this.table = table;
        this.timeToLive = timeToLive;
        this.executor = Executors.newSingleThreadScheduledExecutor(runnable -> {
            Thread thread = new Thread(runnable, "link-moderation table " + table.tableName());
            thread.setDaemon(true);
            return thread;
        });
        executor.execute(() -> attempt(FIRST_DELAY_SECONDS));
    }

    /**
     * The start of a table that is paid by the request.
     *
     * @param table its name
     * @param hashKey the partition key, a text
     * @param rangeKey the sort key, a text
     * @param indexKeys the keys of its indexes, texts
     */
    public static CreateTableRequest.Builder table(String table, String hashKey, String rangeKey, String... indexKeys) {
        return CreateTableRequest.builder()
                .tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(keySchema(hashKey, rangeKey))
                .attributeDefinitions(Stream.concat(Stream.of(hashKey, rangeKey), Stream.of(indexKeys))
                        .map(name -> AttributeDefinition.builder()
                                .attributeName(name)
                                .attributeType(ScalarAttributeType.S)
                                .build())
                        .toList());
    }

    /** A key of two parts. */
    public static List<KeySchemaElement> keySchema(String hashKey, String rangeKey) {
        return List.of(
                KeySchemaElement.builder()
                        .attributeName(hashKey)
                        .keyType(KeyType.HASH)
                        .build(),
                KeySchemaElement.builder()
                        .attributeName(rangeKey)
                        .keyType(KeyType.RANGE)
                        .build());
    }

    private void attempt(long delaySeconds) {
        try {
            if (isThere()) {
                executor.shutdown();
                return;
            }
        } catch (SdkException e) {
            LOG.warn(
                    "DynamoDB can't be asked for table '{}' ({}); next try in {} s: {}",
                    table.tableName(),
                    clients,
                    delaySeconds,
                    e.getMessage());
        }
        if (!executor.isShutdown()) {
            executor.schedule(
                    () -> attempt(Math.min(delaySeconds * 2, LONGEST_DELAY_SECONDS)), delaySeconds, TimeUnit.SECONDS);
        }
    }

    private boolean isThere() {
        try {
            dynamoDb.describeTable(request -> request.tableName(table.tableName()));
            LOG.info("Table '{}' is there", table.tableName());
            return true;
        } catch (ResourceNotFoundException e) {
            if (clients.createTables()) {
                create();
                return true;
            }
            LOG.error(
                    "DynamoDB has no table '{}' ({}): create it, or set create.tables = true in"
                            + " etc/org.linkmoderation.aws.cfg",
                    table.tableName(),
                    clients);
            return false;
        }
    }

    private void create() {
        try {
            dynamoDb.createTable(table);
        } catch (ResourceInUseException e) {
            LOG.info("Table '{}' is being created by another node", table.tableName());
        }
        dynamoDb.waiter().waitUntilTableExists(request -> request.tableName(table.tableName()));
        timeToLive.ifPresent(attribute -> dynamoDb.updateTimeToLive(request -> request.tableName(table.tableName())
                .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName(attribute))));
        LOG.info("Table '{}' created", table.tableName());
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
