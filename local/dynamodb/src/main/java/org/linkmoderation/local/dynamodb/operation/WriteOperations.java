package org.linkmoderation.local.dynamodb.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.linkmoderation.local.dynamodb.operation.ItemWrite.Kind;
import org.linkmoderation.local.dynamodb.operation.ItemWrite.Plan;
import org.linkmoderation.local.dynamodb.storage.Database;
import org.linkmoderation.local.dynamodb.storage.Session;
import org.linkmoderation.local.dynamodb.storage.Tables;
import org.linkmoderation.local.dynamodb.storage.Tokens;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.ApiException.Reason;
import org.linkmoderation.local.dynamodb.value.KeyBytes;
import org.linkmoderation.local.dynamodb.value.Value;

/** PutItem, UpdateItem, DeleteItem, BatchWriteItem, TransactWriteItems. */
final class WriteOperations {

    private static final int MOST_IN_BATCH = 25;
    private static final int MOST_IN_TRANSACTION = 100;
    private static final int LARGEST_TRANSACTION = 4 * 1024 * 1024;
    private static final Map<String, Kind> ACTIONS =
            Map.of("Put", Kind.PUT, "Update", Kind.UPDATE, "Delete", Kind.DELETE, "ConditionCheck", Kind.CHECK);

    private final Database database;
    private final Tables tables;

    WriteOperations(Database database, Tables tables) {
        this.database = database;
        this.tables = tables;
    }

    CompletionStage<Output> put(Input input) {
        return write(Kind.PUT, input, "NONE", "ALL_OLD");
    }

    CompletionStage<Output> delete(Input input) {
        return write(Kind.DELETE, input, "NONE", "ALL_OLD");
    }

    CompletionStage<Output> update(Input input) {
        return write(Kind.UPDATE, input, "NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW");
    }

    private CompletionStage<Output> write(Kind kind, Input input, String... returnable) {
        var returned = input.choice("ReturnValues", "NONE", returnable);
        var write = new ItemWrite(tables, kind, input);
        return database.write(session -> write.plan(session).run(session))
                .thenApply(plan -> new Output()
                        .with("Attributes", plan.returned(returned))
                        .with("ConsumedCapacity", Capacity.written(input, plan))
                        .with(
                                "ItemCollectionMetrics",
                                input.metrics() && hasLocalIndex(write) ? metrics(write) : null));
    }

    CompletionStage<Output> batch(Input input) {
        var requests = input.requests(MOST_IN_BATCH);
        var writes = new ArrayList<ItemWrite>();
        for (var field : requests.properties()) {
            Input.checkLength("RequestItems." + field.getKey() + ".member", field.getValue(), MOST_IN_BATCH);
            field.getValue().forEach(request -> writes.add(batchWrite(field.getKey(), request)));
        }
        if (writes.size() > MOST_IN_BATCH) {
            throw ApiException.validation("Too many items requested for the BatchWriteItem call");
        }
        requireApart(writes, "Provided list of item keys contains duplicates");
        return database.write(session -> {
                    var plans = new ArrayList<Plan>();
                    for (var write : writes) {
                        plans.add(write.plan(session).run(session));
                    }
                    return plans;
                })
                .thenApply(plans -> new Output()
                        .with("UnprocessedItems", Map.of())
                        .with("ConsumedCapacity", Capacity.written(input, plans, false))
                        .with("ItemCollectionMetrics", metrics(input, writes)));
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

    private static void requireApart(List<ItemWrite> writes, String message) {
        var keys = new TreeSet<byte[]>(Arrays::compareUnsigned);
        for (var write : writes) {
            if (!keys.add(KeyBytes.join((write.table().name() + "/").getBytes(UTF_8), write.key()))) {
                throw ApiException.validation(message);
            }
        }
    }

    private static boolean hasLocalIndex(ItemWrite write) {
        return write.table().indexes().stream().anyMatch(index -> index.local());
    }

    private static Output metrics(ItemWrite write) {
        var hash = write.table().key().hash().name();
        return new Output()
                .with("ItemCollectionKey", Map.of(hash, write.given().get(hash)))
                .with("SizeEstimateRangeGB", List.of(0, 1));
    }

    /** What {@code ReturnItemCollectionMetrics} asks for, by table; null for nothing. */
    private static Map<String, List<Output>> metrics(Input input, List<ItemWrite> writes) {
        return !input.metrics()
                ? null
                : writes.stream()
                        .filter(WriteOperations::hasLocalIndex)
                        .collect(Collectors.groupingBy(
                                write -> write.table().name(),
                                Collectors.mapping(WriteOperations::metrics, Collectors.toList())));
    }

    CompletionStage<Output> transact(Input input) {
        var actions = input.list("TransactItems", MOST_IN_TRANSACTION);
        var token = input.text("ClientRequestToken");
        if (token != null && (token.isEmpty() || token.length() > 36)) {
            throw ApiException.constraint(
                    "'" + token + "'", "clientRequestToken", "Member must have length between 1 and 36");
        }
        var writes = new ArrayList<ItemWrite>();
        actions.forEach(action -> writes.add(transactWrite(action)));
        requireApart(writes, "Transaction request cannot include multiple operations on one item");
        if (writes.stream().mapToLong(write -> Value.size(write.given())).sum() > LARGEST_TRANSACTION) {
            throw ApiException.validation("Collective size of items in transaction exceeded the maximum allowed size");
        }
        return database.write(
                        session -> Tokens.once(session, token, actions.toString(), work -> transact(work, writes)))
                .thenApply(plans -> new Output()
                        .with("ConsumedCapacity", plans == null ? null : Capacity.written(input, plans, true))
                        .with("ItemCollectionMetrics", metrics(input, writes)));
    }

    private ItemWrite transactWrite(JsonNode action) {
        var kinds = ACTIONS.keySet().stream().filter(action::hasNonNull).toList();
        if (kinds.size() != 1) {
            throw ApiException.validation("TransactItems can only contain one of Check, Put, Update or Delete");
        }
        var kind = ACTIONS.get(kinds.get(0));
        var body = new Input(action.get(kinds.get(0)));
        if (kind == Kind.UPDATE) {
            body.required("UpdateExpression");
        }
        return new ItemWrite(tables, kind, body);
    }

    /** Does all writes, or throws the reasons of all that cannot be. */
    private static List<Plan> transact(Session session, List<ItemWrite> writes) throws SQLException {
        var plans = new ArrayList<Plan>();
        var reasons = new ArrayList<Reason>();
        for (var write : writes) {
            try {
                plans.add(write.plan(session));
                reasons.add(Reason.NONE);
            } catch (ApiException e) {
                reasons.add(new Reason(
                        e.type().endsWith("ConditionalCheckFailedException")
                                ? "ConditionalCheckFailed"
                                : "ValidationError",
                        e.getMessage(),
                        e.item()));
            }
        }
        if (plans.size() < writes.size()) {
            throw ApiException.transactionCanceled(reasons);
        }
        for (var plan : plans) {
            plan.run(session);
        }
        return plans;
    }
}
