package org.linkmoderation.local.dynamodb.operation;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.linkmoderation.local.dynamodb.storage.Database;
import org.linkmoderation.local.dynamodb.storage.Tables;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.ApiException.Reason;
import org.linkmoderation.local.dynamodb.value.ValueJson;

/** The operations of the API, by their names, from JSON to JSON. */
public final class Api {

    private static final String CONSUMED = "ReturnConsumedCapacity";
    private static final String METRICS = " ReturnConsumedCapacity ReturnItemCollectionMetrics";
    private static final String EXPRESSION = "TableName ExpressionAttributeNames ExpressionAttributeValues ";
    private static final String WRITE = EXPRESSION + "ConditionExpression Expected ConditionalOperator ReturnValues"
            + " ReturnValuesOnConditionCheckFailure" + METRICS;
    private static final String READ = EXPRESSION + "ConsistentRead ProjectionExpression AttributesToGet " + CONSUMED;
    private static final String PAGE = READ + " IndexName Select Limit ExclusiveStartKey FilterExpression";

    private final Map<String, Operation> operations = new HashMap<>();

    private record Operation(Set<String> parameters, Function<Input, CompletionStage<Output>> run) {}

    /** The operations on a database. */
    public Api(Database database, Tables tables) {
        var table = new TableOperations(tables);
        add("CreateTable", TableDefinition.PARAMETERS, table::create);
        add("DescribeTable", "TableName", now(table::describe));
        add("ListTables", "Limit ExclusiveStartTableName", now(table::list));
        add("DeleteTable", "TableName", table::delete);
        add("UpdateTimeToLive", "TableName TimeToLiveSpecification", table::updateTtl);
        add("DescribeTimeToLive", "TableName", now(table::describeTtl));
        var write = new WriteOperations(database, tables);
        add("PutItem", WRITE + " Item", write::put);
        add("UpdateItem", WRITE + " Key UpdateExpression AttributeUpdates", write::update);
        add("DeleteItem", WRITE + " Key", write::delete);
        add("BatchWriteItem", "RequestItems" + METRICS, write::batch);
        add("TransactWriteItems", "TransactItems ClientRequestToken" + METRICS, write::transact);
        var read = new ReadOperations(database, tables);
        add("GetItem", READ + " Key", now(read::get));
        add("BatchGetItem", "RequestItems " + CONSUMED, now(read::batch));
        add("TransactGetItems", "TransactItems " + CONSUMED, now(read::transact));
        var query = new QueryOperations(database, tables);
        add("Query", PAGE + " KeyConditionExpression KeyConditions ScanIndexForward", now(query::query));
        add("Scan", PAGE, now(query::scan));
    }

    private void add(String name, String parameters, Function<Input, CompletionStage<Output>> run) {
        operations.put(name, new Operation(Set.of(parameters.split(" ")), run));
    }

    private static Function<Input, CompletionStage<Output>> now(Function<Input, Output> operation) {
        return input -> CompletableFuture.completedFuture(operation.apply(input));
    }

    /**
     * Calls an operation.
     *
     * @param operation its name
     * @param request its parameters as JSON
     * @return completes with the response as JSON, or with an {@link ApiException}
     * @throws ApiException if the request can't be done
     */
    public CompletionStage<byte[]> call(String operation, byte[] request) {
        var known = operations.get(operation);
        if (known == null) {
            throw ApiException.unknownOperation("The operation " + operation + " is not supported by this store");
        }
        var input = new Input(ValueJson.parse(request));
        input.requireKnown(known.parameters);
        input.consumed();
        input.metrics();
        return known.run.apply(input).thenApply(ValueJson::encode);
    }

    /** The JSON of an error. */
    public static byte[] bytes(ApiException error) {
        return ValueJson.encode(new Output()
                .with("__type", error.type())
                .with(error.type().contains("coral.service") ? "Message" : "message", error.getMessage())
                .with("Item", error.item())
                .with(
                        "CancellationReasons",
                        error.reasons() == null
                                ? null
                                : error.reasons().stream().map(Api::shown).toList()));
    }

    private static Output shown(Reason reason) {
        return new Output()
                .with("Code", reason.code())
                .with("Message", reason.message())
                .with("Item", reason.item());
    }
}
