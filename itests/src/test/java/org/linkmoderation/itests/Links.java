package org.linkmoderation.itests;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.linkmoderation.testkit.ConformanceCase;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** The URL shortener's side: puts links into its table and reads what became of them. */
public final class Links implements AutoCloseable {

    /** How many items DynamoDB writes in one request. */
    private static final int BATCH = 25;

    private final TestTables tables;
    private final DynamoDbClient client;

    /** The links of these tables. */
    public Links(TestTables tables) {
        this.tables = tables;
        this.client = tables.client();
    }

    /** The tables, for their names. */
    public TestTables tables() {
        return tables;
    }

    /** For requests beyond links, such as reading the journal's items. */
    public DynamoDbClient client() {
        return client;
    }

    /** Puts a link that waits for its moderation. */
    public void putPending(String code, String url) {
        put(code, url, "pending");
    }

    /** Puts a link in any status. */
    public void put(String code, String url, String status) {
        client.putItem(request -> request.tableName(tables.links()).item(item(code, url, status)));
    }

    /** Puts many links, as {@link #item} makes them. */
    public void putAll(List<Map<String, AttributeValue>> items) {
        for (int first = 0; first < items.size(); first += BATCH) {
            List<WriteRequest> batch = items.subList(first, Math.min(first + BATCH, items.size())).stream()
                    .map(item -> WriteRequest.builder()
                            .putRequest(put -> put.item(item))
                            .build())
                    .toList();
            client.batchWriteItem(request -> request.requestItems(Map.of(tables.links(), batch)));
        }
    }

    /** The item of a link. */
    public static Map<String, AttributeValue> item(String code, String url, String status) {
        Map<String, AttributeValue> item = new HashMap<>(key(code));
        item.put("code", AttributeValue.fromS(code));
        item.put("url", AttributeValue.fromS(url));
        item.put("status", AttributeValue.fromS(status));
        return item;
    }

    /** Deletes a link. */
    public void delete(String code) {
        client.deleteItem(request -> request.tableName(tables.links()).key(key(code)));
    }

    /** One link, for a conformance case to prepare. */
    public ConformanceCase.Link link(String code) {
        return new ConformanceCase.Link() {
            @Override
            public void put(String url, String status) {
                Links.this.put(code, url, status);
            }

            @Override
            public void set(String attribute, AttributeValue value) {
                client.updateItem(request -> request.tableName(tables.links())
                        .key(key(code))
                        .updateExpression("SET #attribute = :value")
                        .expressionAttributeNames(Map.of("#attribute", attribute))
                        .expressionAttributeValues(Map.of(":value", value)));
            }

            @Override
            public void delete() {
                Links.this.delete(code);
            }
        };
    }

    /** The link's item, read consistently; empty if there is none. */
    public Map<String, AttributeValue> item(String code) {
        return client.getItem(request ->
                        request.tableName(tables.links()).key(key(code)).consistentRead(true))
                .item();
    }

    /** A text attribute of the link's item; null if item or attribute are missing. */
    public String attribute(String code, String attribute) {
        AttributeValue value = item(code).get(attribute);
        return value == null ? null : value.s();
    }

    /** The link's status; null if there is no such link. */
    public String status(String code) {
        return attribute(code, "status");
    }

    @Override
    public void close() {
        tables.close();
    }

    private static Map<String, AttributeValue> key(String code) {
        return Map.of("PK", AttributeValue.fromS("LINK#" + code), "SK", AttributeValue.fromS("META"));
    }
}
