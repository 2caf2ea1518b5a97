package org.linkmoderation.local.dynamodb.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.local.dynamodb.testkit.Client.BY_OWNER;
import static org.linkmoderation.local.dynamodb.testkit.Client.BY_STATUS;
import static org.linkmoderation.local.dynamodb.testkit.Client.TABLE;
import static org.linkmoderation.local.dynamodb.testkit.Client.item;
import static org.linkmoderation.local.dynamodb.testkit.Client.key;
import static org.linkmoderation.local.dynamodb.testkit.Client.n;
import static org.linkmoderation.local.dynamodb.testkit.Client.s;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * The items that a test has written, by their ids: those of {@code -left} and {@code -right} by one transaction.
 *
 * @param acknowledged the greatest version of each that was acknowledged
 * @param asked the greatest version of each that was asked for
 */
public record WrittenItems(Map<String, Integer> acknowledged, Map<String, Integer> asked) {

    /** No items yet; several callers may write them. */
    public WrittenItems() {
        this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    }

    /**
     * Writes three versions of one item, and two items of a transaction.
     *
     * @param id the key of the one; that of the two begins with it
     */
    public void write(DynamoDbClient client, String id) {
        asked.put(id, 1);
        client.putItem(put -> put.tableName(TABLE)
                .item(item(id, "version", 1, "status", "new", "number", 1, "owner", "a", "note", "x".repeat(300))));
        acknowledged.put(id, 1);
        for (int version = 2; version <= 3; version++) {
            int next = version;
            asked.put(id, next);
            client.updateItem(update -> update.tableName(TABLE)
                    .key(key(id))
                    .updateExpression("SET #version = :next, #status = :status, #number = :next")
                    .conditionExpression("#version = :before")
                    .expressionAttributeNames(Map.of("#version", "version", "#status", "status", "#number", "number"))
                    .expressionAttributeValues(Map.of(
                            ":next", n(next), ":before", n(next - 1), ":status", s(next == 2 ? "open" : "done"))));
            acknowledged.put(id, next);
        }
        var pair = List.of(id + "-left", id + "-right");
        pair.forEach(half -> asked.put(half, 1));
        client.transactWriteItems(write -> write.transactItems(pair.stream()
                .map(half -> TransactWriteItem.builder()
                        .put(put -> put.tableName(TABLE)
                                .item(item(half, "version", 1, "status", "pair", "number", 1, "owner", "b")))
                        .build())
                .toList()));
        pair.forEach(half -> acknowledged.put(half, 1));
    }

    /** How many writes were acknowledged: the versions of all items. */
    public int acknowledgedWrites() {
        return acknowledged.values().stream().mapToInt(Integer::intValue).sum();
    }

    /**
     * Compares the table with what was acknowledged, the halves of each transaction, and each index with the table.
     *
     * @throws AssertionError if a write is lost, or half there
     */
    public void check(DynamoDbClient client) {
        var table = read(client, null);
        acknowledged.forEach((id, version) -> assertThat(table)
                .as("the item %s, acknowledged with version %s", id, version)
                .containsKey(id)
                .hasEntrySatisfying(
                        id,
                        item -> assertThat(Integer.parseInt(item.get("version").n()))
                                .isBetween(version, asked.get(id))));
        table.keySet().forEach(id -> {
            if (id.endsWith("-left") || id.endsWith("-right")) {
                assertThat(table)
                        .containsKey(
                                id.endsWith("-left") ? id.replace("-left", "-right") : id.replace("-right", "-left"));
            }
        });
        assertThat(read(client, BY_OWNER)).isEqualTo(table);
        assertThat(read(client, BY_STATUS)).isEqualTo(included(table));
    }

    /** What the index by status has of a table. */
    public static Map<String, Map<String, AttributeValue>> included(Map<String, Map<String, AttributeValue>> table) {
        return table.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> {
            var part = new HashMap<>(entry.getValue());
            part.keySet().retainAll(List.of("id", "status", "number", "note"));
            return part;
        }));
    }

    /**
     * All items by their keys.
     *
     * @param index an index of the table; null for the table
     */
    public static Map<String, Map<String, AttributeValue>> read(DynamoDbClient client, String index) {
        var items = new HashMap<String, Map<String, AttributeValue>>();
        client.scanPaginator(scan -> scan.tableName(TABLE).indexName(index))
                .items()
                .forEach(item -> assertThat(items.put(item.get("id").s(), item)).isNull());
        return items;
    }
}
