package org.linkmoderation.itests.domains;

import java.util.List;
import java.util.Map;
import org.linkmoderation.itests.TestTables;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The registry's side: what became of the domains. Each execution of the tests sells the domain of its own name. */
final class Domains {

    /** Who has a domain that was sold by hand. */
    static final String SOMEBODY_ELSE = "somebody else";

    private static final String KEY = "DOMAIN#";
    private static final String SUFFIX = ".example";

    private final String table;
    private final DynamoDbClient client;

    Domains(TestTables tables) {
        this.table = tables.domains();
        this.client = tables.client();
    }

    /** The table of domains. */
    String table() {
        return table;
    }

    /** The domain that an execution sells. */
    static String domain(String execution) {
        return execution + SUFFIX;
    }

    /** The execution that sells the domain of an item's key. */
    static String execution(String key) {
        return key.substring(KEY.length(), key.length() - SUFFIX.length());
    }

    /** Sells a domain before the execution can. */
    void take(String execution) {
        client.putItem(put -> put.tableName(table)
                .item(Map.of(
                        "PK", text(KEY + domain(execution)),
                        "SK", text("META"),
                        "status", text("confirmed"),
                        "owner", text(SOMEBODY_ELSE),
                        "soldBy", text("by hand"))));
    }

    /** A domain in words: {@code free}, or its status, its owner, and whether the execution sold it. */
    String state(String execution) {
        return state(client.getItem(get -> get.tableName(table)
                        .key(Map.of("PK", text(KEY + domain(execution)), "SK", text("META")))
                        .consistentRead(true))
                .item());
    }

    /** All domains that are not free, as they are stored. */
    List<Map<String, AttributeValue>> sold() {
        return client.scanPaginator(scan -> scan.tableName(table).consistentRead(true)).items().stream()
                .filter(item -> item.containsKey("status"))
                .toList();
    }

    private static String state(Map<String, AttributeValue> item) {
        if (!item.containsKey("status")) {
            return item.containsKey("owner") || item.containsKey("soldBy") ? "half free: " + item : "free";
        }
        return item.get("status").s() + " by " + item.get("owner").s();
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }
}
