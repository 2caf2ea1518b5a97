package org.linkmoderation.bench.store;

import java.net.URI;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** The requests by AWS's own client, set up as the container has it. */
final class SdkRequests implements Requests {

    static final String TABLE = "things";
    static final String INDEX = "by-owner";
    static final int QUERIED = 20;
    static final String NOTE = "x".repeat(300);

    private final DynamoDbClient client;

    SdkRequests(URI endpoint) {
        client = DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("bench", "bench")))
                .httpClient(ApacheHttpClient.builder().maxConnections(64).build())
                .build();
    }

    /** A table with one index, and in it what is read and what is changed. */
    void createTable(int callers) {
        client.createTable(create -> create.tableName(TABLE)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                        Stream.of("id", "owner").map(SdkRequests::attribute).toList())
                .keySchema(hash("id"))
                .globalSecondaryIndexes(GlobalSecondaryIndex.builder()
                        .indexName(INDEX)
                        .keySchema(hash("owner"))
                        .projection(projection -> projection.projectionType(ProjectionType.ALL))
                        .build()));
        for (int caller = 0; caller < callers; caller++) {
            put("changed-" + caller, "nobody");
        }
        for (int i = 0; i < QUERIED; i++) {
            put("queried-" + i, "queried");
        }
    }

    private static AttributeDefinition attribute(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static KeySchemaElement hash(String name) {
        return KeySchemaElement.builder()
                .attributeName(name)
                .keyType(KeyType.HASH)
                .build();
    }

    @Override
    public void make(Operation operation, int caller, long number) {
        switch (operation) {
            case PUT_ITEM -> put("put-" + caller + "-" + number, "owner-" + number % 100);
            case UPDATE_ITEM ->
                client.updateItem(update -> update.tableName(TABLE)
                        .key(Map.of("id", AttributeValue.fromS("changed-" + caller)))
                        .updateExpression("SET #status = :new")
                        .conditionExpression("#status = :old OR #status = :new")
                        .expressionAttributeNames(Map.of("#status", "status"))
                        .expressionAttributeValues(Map.of(":old", status(number + 1), ":new", status(number))));
            case TRANSACT_WRITE ->
                client.transactWriteItems(transaction -> transaction.transactItems(Stream.of("left", "right")
                        .map(half -> TransactWriteItem.builder()
                                .put(put -> put.tableName(TABLE)
                                        .item(item(half + "-" + caller + "-" + number, "owner-" + number % 100)))
                                .build())
                        .toList()));
            case QUERY -> {
                int found = client.query(query -> query.tableName(TABLE)
                                .indexName(INDEX)
                                .keyConditionExpression("#owner = :owner")
                                .expressionAttributeNames(Map.of("#owner", "owner"))
                                .expressionAttributeValues(Map.of(":owner", AttributeValue.fromS("queried"))))
                        .count();
                if (found != QUERIED) {
                    throw new IllegalStateException("Found " + found + " items instead of " + QUERIED);
                }
            }
        }
    }

    private void put(String id, String owner) {
        client.putItem(put -> put.tableName(TABLE).item(item(id, owner)));
    }

    private static AttributeValue status(long number) {
        return AttributeValue.fromS(number % 2 == 0 ? "even" : "odd");
    }

    private static Map<String, AttributeValue> item(String id, String owner) {
        return Map.of(
                "id", AttributeValue.fromS(id),
                "owner", AttributeValue.fromS(owner),
                "status", AttributeValue.fromS("odd"),
                "note", AttributeValue.fromS(NOTE));
    }

    @Override
    public void close() {
        client.close();
    }
}
