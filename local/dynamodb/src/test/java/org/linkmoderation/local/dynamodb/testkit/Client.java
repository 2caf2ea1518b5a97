package org.linkmoderation.local.dynamodb.testkit;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** AWS's own client of a table store, and the table that the tests use. */
public final class Client {

    /** The table. */
    public static final String TABLE = "things";
    /** Its index by {@code status} and {@code number}, which includes {@code note}. */
    public static final String BY_STATUS = "by-status";
    /** Its index by {@code owner}, of all attributes. */
    public static final String BY_OWNER = "by-owner";

    /** Long enough for a machine that has little time for the store. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private Client() {}

    /** A client of the store on this port of 127.0.0.1 that never asks twice; it waits two minutes for an answer. */
    public static DynamoDbClient of(int port) {
        return DynamoDbClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + port))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .overrideConfiguration(configuration -> configuration
                        .retryStrategy(AwsRetryStrategy.doNotRetry())
                        .apiCallTimeout(TIMEOUT))
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(64).socketTimeout(TIMEOUT))
                .build();
    }

    /** A table with an index that includes {@code note}, by status and number, and one of all, by owner. */
    public static void createTable(DynamoDbClient client) {
        client.createTable(CreateTableRequest.builder()
                .tableName(TABLE)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                        attribute("id", ScalarAttributeType.S),
                        attribute("status", ScalarAttributeType.S),
                        attribute("number", ScalarAttributeType.N),
                        attribute("owner", ScalarAttributeType.S))
                .keySchema(key("id", KeyType.HASH))
                .globalSecondaryIndexes(
                        GlobalSecondaryIndex.builder()
                                .indexName(BY_STATUS)
                                .keySchema(key("status", KeyType.HASH), key("number", KeyType.RANGE))
                                .projection(Projection.builder()
                                        .projectionType(ProjectionType.INCLUDE)
                                        .nonKeyAttributes("note")
                                        .build())
                                .build(),
                        GlobalSecondaryIndex.builder()
                                .indexName(BY_OWNER)
                                .keySchema(key("owner", KeyType.HASH))
                                .projection(Projection.builder()
                                        .projectionType(ProjectionType.ALL)
                                        .build())
                                .build())
                .build());
    }

    private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(type)
                .build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    /** A text. */
    public static AttributeValue s(String text) {
        return AttributeValue.fromS(text);
    }

    /** A number. */
    public static AttributeValue n(long number) {
        return AttributeValue.fromN(Long.toString(number));
    }

    /** The key of an item. */
    public static Map<String, AttributeValue> key(String id) {
        return Map.of("id", s(id));
    }

    /**
     * An item.
     *
     * @param id its key
     * @param members names and values in turn; a value is a text, a number or a value of the API
     */
    public static Map<String, AttributeValue> item(String id, Object... members) {
        var item = new HashMap<String, AttributeValue>();
        item.put("id", s(id));
        for (int i = 0; i < members.length; i += 2) {
            item.put(
                    (String) members[i],
                    members[i + 1] instanceof AttributeValue value
                            ? value
                            : members[i + 1] instanceof String text
                                    ? s(text)
                                    : n(((Number) members[i + 1]).longValue()));
        }
        return item;
    }
}
