package org.linkmoderation.local.dynamodb.operation;

import static java.util.Map.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.linkmoderation.local.dynamodb.storage.Database;
import org.linkmoderation.local.dynamodb.storage.Tables;
import org.linkmoderation.local.dynamodb.storage.Transactions;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.ValueJson;

/** The operations of the API, by their names, from JSON to JSON. */
public final class Api {

    private static final List<String> EXPRESSION =
            List.of("ExpressionAttributeNames", "ExpressionAttributeValues", "ReturnConsumedCapacity");
    private static final List<String> WRITE = join(
            EXPRESSION,
            "TableName ConditionExpression ReturnValues ReturnValuesOnConditionCheckFailure"
                    + " ReturnItemCollectionMetrics Expected ConditionalOperator");
    private static final List<String> READ =
            join(EXPRESSION, "TableName ConsistentRead ProjectionExpression AttributesToGet");
    private static final List<String> PAGE = join(READ, "IndexName Select Limit ExclusiveStartKey FilterExpression");

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, Operation> operations;

    private record Operation(List<String> parameters, Function<Input, CompletionStage<Output>> run) {}

    /** The operations on a database. */
    public Api(Database database, Tables tables) {
        var table = new TableOperations(tables);
        var write = new WriteOperations(tables, new Transactions(database, tables));
        var read = new ReadOperations(database, tables);
        var query = new QueryOperations(database, tables);
        var name = List.of("TableName");
        var batch = List.of("RequestItems", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics");
        operations = Map.ofEntries(
                entry(
                        "CreateTable",
                        new Operation(
                                join(
                                        name,
                                        "AttributeDefinitions KeySchema LocalSecondaryIndexes GlobalSecondaryIndexes"
                                                + " BillingMode ProvisionedThroughput StreamSpecification Tags"
                                                + " TableClass DeletionProtectionEnabled"),
                                table::create)),
                entry("DescribeTable", new Operation(name, now(table::describe))),
                entry("ListTables", new Operation(join(List.of(), "Limit ExclusiveStartTableName"), now(table::list))),
                entry("DeleteTable", new Operation(name, table::delete)),
                entry("UpdateTimeToLive", new Operation(join(name, "TimeToLiveSpecification"), table::updateTtl)),
                entry("DescribeTimeToLive", new Operation(name, now(table::describeTtl))),
                entry("PutItem", new Operation(join(WRITE, "Item"), write::put)),
                entry("UpdateItem", new Operation(join(WRITE, "Key UpdateExpression AttributeUpdates"), write::update)),
                entry("DeleteItem", new Operation(join(WRITE, "Key"), write::delete)),
                entry("BatchWriteItem", new Operation(batch, write::batch)),
                entry(
                        "TransactWriteItems",
                        new Operation(
                                List.of(
                                        "TransactItems",
                                        "ClientRequestToken",
                                        "ReturnConsumedCapacity",
                                        "ReturnItemCollectionMetrics"),
                                write::transact)),
                entry("GetItem", new Operation(join(READ, "Key"), now(read::get))),
                entry("BatchGetItem", new Operation(batch, now(read::batch))),
                entry(
                        "TransactGetItems",
                        new Operation(List.of("TransactItems", "ReturnConsumedCapacity"), now(read::transact))),
                entry(
                        "Query",
                        new Operation(
                                join(PAGE, "KeyConditionExpression KeyConditions ScanIndexForward"),
                                now(query::query))),
                entry("Scan", new Operation(PAGE, now(query::scan))));
    }

    private static List<String> join(List<String> some, String more) {
        var all = new ArrayList<>(some);
        all.addAll(List.of(more.split(" ")));
        return List.copyOf(all);
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
        var input = new Input(parse(request));
        input.requireKnown(known.parameters);
        return known.run.apply(input).thenApply(this::bytes);
    }

    private JsonNode parse(byte[] request) {
        try {
            var node = json.readTree(request);
            if (node == null || !node.isObject()) {
                throw ApiException.serialization("The request is no JSON object");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw ApiException.serialization("The request is no JSON that can be read: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The JSON of an error. */
    public byte[] bytes(ApiException error) {
        return bytes(out -> {
            out.writeStringField("__type", error.type());
            out.writeStringField(error.type().contains("coral.service") ? "Message" : "message", error.getMessage());
            if (error.item() != null) {
                out.writeFieldName("Item");
                ValueJson.write(out, error.item());
            }
            if (!error.reasons().isEmpty()) {
                out.writeArrayFieldStart("CancellationReasons");
                for (var reason : error.reasons()) {
                    out.writeStartObject();
                    out.writeStringField("Code", reason.code());
                    if (reason.message() != null) {
                        out.writeStringField("Message", reason.message());
                    }
                    if (reason.item() != null) {
                        out.writeFieldName("Item");
                        ValueJson.write(out, reason.item());
                    }
                    out.writeEndObject();
                }
                out.writeEndArray();
            }
        });
    }

    private byte[] bytes(Output output) {
        try (var buffer = new ByteArrayBuilder();
                var generator = json.createGenerator(buffer)) {
            generator.writeStartObject();
            output.write(generator);
            generator.writeEndObject();
            generator.flush();
            return buffer.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
