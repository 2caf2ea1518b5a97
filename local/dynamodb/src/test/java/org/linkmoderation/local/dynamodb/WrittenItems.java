package org.linkmoderation.local.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.local.dynamodb.Client.BY_OWNER;
import static org.linkmoderation.local.dynamodb.Client.BY_STATUS;
import static org.linkmoderation.local.dynamodb.Client.TABLE;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The items that a test has written, by their ids: those of {@code -left} and {@code -right} by one transaction.
 *
 * @param acknowledged the greatest version of each that was acknowledged
 * @param asked the greatest version of each that was asked for
 */
record WrittenItems(Map<String, Integer> acknowledged, Map<String, Integer> asked) {

    WrittenItems() {
        this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    }

    /** Compares the table with what was acknowledged, and each index with the table. */
    void check(DynamoDbClient client) {
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

    static Map<String, Map<String, AttributeValue>> included(Map<String, Map<String, AttributeValue>> table) {
        return table.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> {
            var part = new HashMap<>(entry.getValue());
            part.keySet().retainAll(List.of("id", "status", "number", "note"));
            return part;
        }));
    }

    static Map<String, Map<String, AttributeValue>> read(DynamoDbClient client, String index) {
        var items = new HashMap<String, Map<String, AttributeValue>>();
        client.scanPaginator(scan -> scan.tableName(TABLE).indexName(index))
                .items()
                .forEach(item -> assertThat(items.put(item.get("id").s(), item)).isNull());
        return items;
    }
}
