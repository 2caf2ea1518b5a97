package org.linkmoderation.local.dynamodb.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.linkmoderation.local.dynamodb.expression.Projection;
import org.linkmoderation.local.dynamodb.operation.ItemWrite.Kind;
import org.linkmoderation.local.dynamodb.operation.ItemWrite.Plan;
import org.linkmoderation.local.dynamodb.storage.Session;
import org.linkmoderation.local.dynamodb.storage.Tables;
import org.linkmoderation.local.dynamodb.storage.Transactions;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.ApiException.Reason;
import org.linkmoderation.local.dynamodb.value.KeyBytes;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.ValueJson;

/** PutItem, UpdateItem, DeleteItem, BatchWriteItem, TransactWriteItems. */
final class WriteOperations {

    private static final int MOST_IN_BATCH = 25;
    private static final int MOST_IN_TRANSACTION = 100;
    private static final int LARGEST_TRANSACTION = 4 * 1024 * 1024;
    private static final Map<String, Kind> ACTIONS =
            Map.of("Put", Kind.PUT, "Update", Kind.UPDATE, "Delete", Kind.DELETE, "ConditionCheck", Kind.CHECK);

    private final Tables tables;
    private final Transactions transactions;

    WriteOperations(Tables tables, Transactions transactions) {
        this.tables = tables;
        this.transactions = transactions;
    }

    private record Written(Plan plan, Capacity capacity) {}

    CompletionStage<Output> put(Input input) {
        return write(Kind.PUT, input, input.choice("ReturnValues", "NONE", "NONE", "ALL_OLD"));
    }

    CompletionStage<Output> delete(Input input) {
        return write(Kind.DELETE, input, input.choice("ReturnValues", "NONE", "NONE", "ALL_OLD"));
    }

    CompletionStage<Output> update(Input input) {
        return write(
                Kind.UPDATE,
                input,
                input.choice("ReturnValues", "NONE", "NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"));
    }

    private CompletionStage<Output> write(Kind kind, Input input, String returned) {
        var consumed = consumed(input);
        var metrics = metrics(input);
        var write = new ItemWrite(tables, kind, input);
        return transactions
                .write(session -> {
                    var plan = write.plan(session, transactions.current(write.table()));
                    var capacity = new Capacity(write.table());
                    plan.run(session, capacity, false);
                    return new Written(plan, capacity);
                })
                .thenApply(written -> json -> {
                    var attributes = returned(written.plan, returned);
                    if (!attributes.isEmpty()) {
                        json.writeFieldName("Attributes");
                        ValueJson.write(json, attributes);
                    }
                    written.capacity.write(json, consumed);
                    if (metrics && hasLocalIndex(write)) {
                        json.writeFieldName("ItemCollectionMetrics");
                        writeMetrics(json, write);
                    }
                });
    }

    static String consumed(Input input) {
        return input.choice("ReturnConsumedCapacity", "NONE", "INDEXES", "TOTAL", "NONE");
    }

    private static boolean metrics(Input input) {
        return input.choice("ReturnItemCollectionMetrics", "NONE", "SIZE", "NONE")
                .equals("SIZE");
    }

    private static boolean hasLocalIndex(ItemWrite write) {
        return write.table().indexes().stream().anyMatch(index -> index.local());
    }

    private static void writeMetrics(JsonGenerator json, ItemWrite write) throws IOException {
        var hash = write.table().key().hash().name();
        json.writeStartObject();
        json.writeFieldName("ItemCollectionKey");
        ValueJson.write(json, Map.of(hash, write.given().get(hash)));
        json.writeArrayFieldStart("SizeEstimateRangeGB");
        json.writeNumber(0);
        json.writeNumber(1);
        json.writeEndArray();
        json.writeEndObject();
    }

    private static Map<String, Value> returned(Plan plan, String returned) {
        return switch (returned) {
            case "ALL_OLD" -> plan.oldItem();
            case "ALL_NEW" -> plan.item();
            case "UPDATED_OLD" -> new Projection(plan.write().updatedPaths()).of(plan.oldItem());
            case "UPDATED_NEW" -> new Projection(plan.write().updatedPaths()).of(plan.item());
            default -> Map.of();
        };
    }

    CompletionStage<Output> batch(Input input) {
        input.required("RequestItems");
        var consumed = consumed(input);
        var metrics = metrics(input);
        var requests = input.object("RequestItems");
        Input.checkLength("RequestItems", requests, MOST_IN_BATCH);
        var writes = new ArrayList<ItemWrite>();
        for (var field : requests.properties()) {
            Input.checkLength("RequestItems." + field.getKey() + ".member", field.getValue(), MOST_IN_BATCH);
            for (var request : field.getValue()) {
                writes.add(batchWrite(field.getKey(), request));
            }
        }
        if (writes.size() > MOST_IN_BATCH) {
            throw ApiException.validation("Too many items requested for the BatchWriteItem call");
        }
        requireApart(writes, "Provided list of item keys contains duplicates");
        return transactions
                .write(session -> {
                    var capacities = new LinkedHashMap<String, Capacity>();
                    for (var write : writes) {
                        var plan = write.plan(session, transactions.current(write.table()));
                        plan.run(session, capacity(capacities, write), false);
                    }
                    return capacities;
                })
                .thenApply(capacities -> json -> {
                    json.writeObjectFieldStart("UnprocessedItems");
                    json.writeEndObject();
                    Capacity.writeAll(json, consumed, capacities.values(), false);
                    writeAllMetrics(json, metrics, writes);
                });
    }

    private ItemWrite batchWrite(String tableName, JsonNode request) {
        var input = new Input(request);
        boolean put = input.has("PutRequest");
        if (put == input.has("DeleteRequest")) {
            throw ApiException.validation(
                    put
                            ? "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the"
                                    + " supported datatypes"
                            : "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
        }
        var action = input.object(put ? "PutRequest" : "DeleteRequest").deepCopy();
        action.put("TableName", tableName);
        return new ItemWrite(tables, put ? Kind.PUT : Kind.DELETE, new Input(action));
    }

    private static Capacity capacity(Map<String, Capacity> capacities, ItemWrite write) {
        return capacities.computeIfAbsent(write.table().name(), name -> new Capacity(write.table()));
    }

    private static void requireApart(List<ItemWrite> writes, String message) {
        var keys = new TreeSet<byte[]>(Arrays::compareUnsigned);
        for (var write : writes) {
            if (!keys.add(KeyBytes.join((write.table().name() + "/").getBytes(UTF_8), write.key()))) {
                throw ApiException.validation(message);
            }
        }
    }

    private static void writeAllMetrics(JsonGenerator json, boolean wanted, List<ItemWrite> writes) throws IOException {
        if (!wanted) {
            return;
        }
        var byTable = new LinkedHashMap<String, List<ItemWrite>>();
        writes.stream()
                .filter(WriteOperations::hasLocalIndex)
                .forEach(write -> byTable.computeIfAbsent(write.table().name(), name -> new ArrayList<>())
                        .add(write));
        json.writeObjectFieldStart("ItemCollectionMetrics");
        for (var entry : byTable.entrySet()) {
            json.writeArrayFieldStart(entry.getKey());
            for (var write : entry.getValue()) {
                writeMetrics(json, write);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    CompletionStage<Output> transact(Input input) {
        var actions = input.list("TransactItems", MOST_IN_TRANSACTION);
        var consumed = consumed(input);
        var metrics = metrics(input);
        var token = input.text("ClientRequestToken");
        if (token != null && (token.isEmpty() || token.length() > 36)) {
            throw ApiException.constraint(
                    "'" + token + "'", "clientRequestToken", "Member must have length between 1 and 36");
        }
        var writes = new ArrayList<ItemWrite>();
        actions.forEach(action -> writes.add(transactWrite(action)));
        requireApart(writes, "Transaction request cannot include multiple operations on one item");
        if (writes.stream().mapToLong(ItemWrite::givenSize).sum() > LARGEST_TRANSACTION) {
            throw ApiException.validation("Collective size of items in transaction exceeded the maximum allowed size");
        }
        return transactions
                .writeOnce(token, actions.toString(), session -> {
                    var capacities = new LinkedHashMap<String, Capacity>();
                    for (var plan : plans(session, writes)) {
                        plan.run(session, capacity(capacities, plan.write()), true);
                    }
                    return capacities;
                })
                .thenApply(capacities -> json -> {
                    if (capacities != null) {
                        Capacity.writeAll(json, consumed, capacities.values(), true);
                    }
                    writeAllMetrics(json, metrics, writes);
                });
    }

    private ItemWrite transactWrite(JsonNode action) {
        var kinds = ACTIONS.keySet().stream().filter(action::hasNonNull).toList();
        if (kinds.size() != 1) {
            throw ApiException.validation("TransactItems can only contain one of Check, Put, Update or Delete");
        }
        var name = kinds.get(0);
        if (!(action.get(name) instanceof ObjectNode body)) {
            throw ApiException.serialization("Unexpected value type in payload: expected a structure");
        }
        if (name.equals("Update")) {
            new Input(body).required("UpdateExpression");
        }
        return new ItemWrite(tables, ACTIONS.get(name), new Input(body));
    }

    /** The plans of all writes, or the reasons of all that cannot be. */
    private List<Plan> plans(Session session, List<ItemWrite> writes) throws SQLException {
        var plans = new ArrayList<Plan>();
        var reasons = new ArrayList<Reason>();
        boolean failed = false;
        for (var write : writes) {
            var current = transactions.current(write.table());
            try {
                plans.add(write.plan(session, current));
                reasons.add(Reason.NONE);
            } catch (ApiException e) {
                failed = true;
                reasons.add(new Reason(
                        e.type().endsWith("ConditionalCheckFailedException")
                                ? "ConditionalCheckFailed"
                                : "ValidationError",
                        e.getMessage(),
                        e.item()));
            }
        }
        if (failed) {
            throw ApiException.transactionCanceled(reasons);
        }
        return plans;
    }
}
