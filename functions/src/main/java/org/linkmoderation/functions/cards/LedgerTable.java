package org.linkmoderation.functions.cards;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * The table of the ledger. A card is {@code CARD#<token>} with {@code balance} and {@code currency}, an entry
 * {@code CHARGE#<key>}. An entry and the balance change in one transaction or not at all.
 */
final class LedgerTable {

    private static final String PK = "PK";
    private static final String STATUS = "status";
    private static final String FAILED_CONDITION = "ConditionalCheckFailed";
    private static final String NEW = "attribute_not_exists(PK)";

    private final DynamoDbClient client;
    private final String name;

    /**
     * @param client asks DynamoDB
     * @param name the table's name
     */
    LedgerTable(DynamoDbClient client, String name) {
        this.client = client;
        this.name = name;
    }

    /**
     * Writes an entry, and takes its amount from its card.
     *
     * @return the entry that the key has already; empty if this one was written
     * @throws Refusal if the card cannot be charged; nothing is written then
     */
    Optional<Entry> take(Entry entry) {
        var request = entry.request().orElseThrow();
        try {
            transact(
                    TransactWriteItem.builder()
                            .put(put -> put.tableName(name)
                                    .item(item(entry))
                                    .conditionExpression(NEW)
                                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                            .build(),
                    TransactWriteItem.builder()
                            .update(update -> update.tableName(name)
                                    .key(card(request.card()))
                                    .updateExpression("SET balance = balance - :amount")
                                    .conditionExpression("currency = :currency AND balance >= :amount")
                                    .expressionAttributeValues(Map.of(
                                            ":amount", number(request.amount()), ":currency", text(request.currency())))
                                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                            .build());
            return Optional.empty();
        } catch (TransactionCanceledException e) {
            var entryReason = e.cancellationReasons().get(0);
            var cardReason = e.cancellationReasons().get(1);
            if (FAILED_CONDITION.equals(entryReason.code())) {
                return Optional.of(entry(entryReason.item()));
            }
            if (FAILED_CONDITION.equals(cardReason.code())) {
                throw refusal(request, cardReason);
            }
            throw unavailable(e);
        }
    }

    private static Refusal refusal(ChargeRequest request, CancellationReason reason) {
        if (!reason.hasItem() || reason.item().isEmpty()) {
            return new UnknownCard("There is no such card.");
        }
        if (!reason.item().get("currency").s().equals(request.currency())) {
            return new CurrencyMismatch("The card is not held in " + request.currency() + ".");
        }
        return new InsufficientFunds("The card's funds are below the amount.");
    }

    /**
     * Writes an entry that moves no money.
     *
     * @return the entry that the key has already; empty if this one was written
     */
    Optional<Entry> note(Entry entry) {
        try {
            ask(() -> client.putItem(put -> put.tableName(name)
                    .item(item(entry))
                    .conditionExpression(NEW)
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)));
            return Optional.empty();
        } catch (ConditionalCheckFailedException e) {
            return Optional.of(entry(e.item()));
        }
    }

    /**
     * Gives the amount of a charged entry back to its card, and makes the entry a refunded one.
     *
     * @return whether this was done now; false if it had been done before
     * @throws UnknownCard if the card is no longer there
     */
    boolean giveBack(Entry entry) {
        var request = entry.request().orElseThrow();
        try {
            transact(
                    TransactWriteItem.builder()
                            .update(update -> update.tableName(name)
                                    .key(charge(entry.key()))
                                    .updateExpression("SET #status = :refunded, refundedAt = :now")
                                    .conditionExpression("#status = :charged")
                                    .expressionAttributeNames(Map.of("#status", STATUS))
                                    .expressionAttributeValues(Map.of(
                                            ":charged", text(Entry.Status.CHARGED.name()),
                                            ":refunded", text(Entry.Status.REFUNDED.name()),
                                            ":now", now())))
                            .build(),
                    TransactWriteItem.builder()
                            .update(update -> update.tableName(name)
                                    .key(card(request.card()))
                                    .updateExpression("SET balance = balance + :amount")
                                    .conditionExpression("attribute_exists(PK)")
                                    .expressionAttributeValues(Map.of(":amount", number(request.amount()))))
                            .build());
            return true;
        } catch (TransactionCanceledException e) {
            if (FAILED_CONDITION.equals(e.cancellationReasons().get(0).code())) {
                return false;
            }
            if (FAILED_CONDITION.equals(e.cancellationReasons().get(1).code())) {
                throw new UnknownCard("The card that was charged is no longer in the ledger.");
            }
            throw unavailable(e);
        }
    }

    /** Creates the table if there is none, and waits until it can be used. */
    void create() {
        try {
            ask(() -> client.createTable(create -> create.tableName(name)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .keySchema(KeySchemaElement.builder()
                            .attributeName(PK)
                            .keyType(KeyType.HASH)
                            .build())
                    .attributeDefinitions(AttributeDefinition.builder()
                            .attributeName(PK)
                            .attributeType(ScalarAttributeType.S)
                            .build())));
        } catch (ResourceInUseException e) {
            // It is there, or another instance of the function is creating it
        }
        try (var waiter = client.waiter()) {
            ask(() -> waiter.waitUntilTableExists(table -> table.tableName(name)));
        }
    }

    /** Adds a card if there is none with its token. */
    void add(SampleCard card) {
        var item = new HashMap<>(card(card.token()));
        item.put("balance", number(card.balance()));
        item.put("currency", text(card.currency()));
        try {
            ask(() -> client.putItem(put -> put.tableName(name).item(item).conditionExpression(NEW)));
        } catch (ConditionalCheckFailedException e) {
            // It was added before, and may have been charged since
        }
    }

    private void transact(TransactWriteItem... writes) {
        ask(() -> client.transactWriteItems(transaction -> transaction.transactItems(List.of(writes))));
    }

    /** What a failed condition throws is an answer; all else means that there was none. */
    private <T> T ask(Supplier<T> request) {
        try {
            return request.get();
        } catch (ConditionalCheckFailedException | TransactionCanceledException | ResourceInUseException e) {
            throw e;
        } catch (SdkException e) {
            throw unavailable(e);
        }
    }

    private LedgerUnavailable unavailable(SdkException e) {
        return new LedgerUnavailable("The ledger's table " + name + " did not answer: " + e.getMessage(), e);
    }

    private static Map<String, AttributeValue> item(Entry entry) {
        var item = new HashMap<>(charge(entry.key()));
        item.put(STATUS, text(entry.status().name()));
        item.put("createdAt", now());
        entry.request().ifPresent(request -> {
            item.put("owner", text(request.owner()));
            item.put("amount", number(request.amount()));
            item.put("currency", text(request.currency()));
            item.put("card", text(request.card()));
        });
        entry.chargeId().ifPresent(chargeId -> item.put("chargeId", text(chargeId)));
        entry.refusal().ifPresent(refusal -> {
            item.put("refusal", text(refusal.code()));
            item.put("cause", text(refusal.getMessage()));
        });
        return item;
    }

    private static Entry entry(Map<String, AttributeValue> item) {
        var key = item.get(PK).s().substring("CHARGE#".length());
        return new Entry(
                key,
                Entry.Status.valueOf(item.get(STATUS).s()),
                Optional.ofNullable(item.get("card"))
                        .map(card -> new ChargeRequest(
                                key,
                                item.get("owner").s(),
                                Long.parseLong(item.get("amount").n()),
                                item.get("currency").s(),
                                card.s())),
                Optional.ofNullable(item.get("chargeId")).map(AttributeValue::s),
                Optional.ofNullable(item.get("refusal"))
                        .map(refusal ->
                                Refusal.of(refusal.s(), item.get("cause").s())));
    }

    private static Map<String, AttributeValue> charge(String key) {
        return Map.of(PK, text("CHARGE#" + key));
    }

    private static Map<String, AttributeValue> card(String token) {
        return Map.of(PK, text("CARD#" + token));
    }

    private static AttributeValue now() {
        return text(Instant.now().toString());
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }
}
