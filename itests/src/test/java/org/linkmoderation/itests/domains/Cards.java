package org.linkmoderation.itests.domains;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.linkmoderation.itests.TestTables;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** The issuer's side of the ledger: gives out cards, and reads what was charged to them. */
final class Cards {

    private final String table;
    private final DynamoDbClient client;

    Cards(TestTables tables) {
        this.table = tables.ledger();
        this.client = tables.client();
    }

    /** The ledger's table. */
    String table() {
        return table;
    }

    /** Creates the ledger's table, and waits until it can be used. */
    void createTable() {
        client.createTable(create -> create.tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(KeySchemaElement.builder()
                        .attributeName("PK")
                        .keyType(KeyType.HASH)
                        .build())
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName("PK")
                        .attributeType(ScalarAttributeType.S)
                        .build()));
        client.waiter().waitUntilTableExists(describe -> describe.tableName(table));
    }

    /** Gives out a card with a balance in minor units of EUR. */
    void issue(String card, long balance) {
        Map<String, AttributeValue> item = new HashMap<>(key(card));
        item.put("balance", AttributeValue.fromN(Long.toString(balance)));
        item.put("currency", AttributeValue.fromS("EUR"));
        client.putItem(put -> put.tableName(table).item(item));
    }

    /** A card's balance in minor units. */
    long balance(String card) {
        return find(card).orElseThrow();
    }

    /** The balance of a card that may not be there. */
    OptionalLong find(String card) {
        Map<String, AttributeValue> item = client.getItem(
                        get -> get.tableName(table).key(key(card)).consistentRead(true))
                .item();
        return item.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(item.get("balance").n()));
    }

    /** All entries of the ledger, as they are stored. */
    List<Map<String, AttributeValue>> entries() {
        return client.scanPaginator(scan -> scan.tableName(table).consistentRead(true)).items().stream()
                .filter(item -> item.get("PK").s().startsWith("CHARGE#"))
                .toList();
    }

    private static Map<String, AttributeValue> key(String card) {
        return Map.of("PK", AttributeValue.fromS("CARD#" + card));
    }
}
