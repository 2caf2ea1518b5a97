package org.linkmoderation.local.dynamodb.operation;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.linkmoderation.local.dynamodb.expression.DocumentPath;
import org.linkmoderation.local.dynamodb.expression.Projection;
import org.linkmoderation.local.dynamodb.storage.Database;
import org.linkmoderation.local.dynamodb.storage.Rows;
import org.linkmoderation.local.dynamodb.storage.Rows.Row;
import org.linkmoderation.local.dynamodb.storage.Table;
import org.linkmoderation.local.dynamodb.storage.Tables;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.ValueJson;

/** GetItem, BatchGetItem, TransactGetItems. */
final class ReadOperations {

    private static final int MOST_KEYS = 100;
    private static final int LARGEST_BATCH = 16 * 1024 * 1024;
    private static final int LARGEST_TRANSACTION = 4 * 1024 * 1024;
    private static final double CONSISTENT = 1;
    private static final double EVENTUAL = 0.5;
    private static final double TRANSACTION = 2;

    private final Database database;
    private final Tables tables;

    ReadOperations(Database database, Tables tables) {
        this.database = database;
        this.tables = tables;
    }

    static double factor(Input input) {
        return input.flag("ConsistentRead") ? CONSISTENT : EVENTUAL;
    }

    /** What a request wants of items; null for all. */
    static Projection projection(Input input) {
        input.requireOneKind(List.of("AttributesToGet"), List.of("ProjectionExpression"));
        var placeholders = input.placeholders();
        var projection = Projection.parse(input.text("ProjectionExpression"), placeholders);
        placeholders.requireAllUsed();
        return projection == null ? attributesToGet(input) : projection;
    }

    static Projection attributesToGet(Input input) {
        var attributes = input.array("AttributesToGet");
        if (attributes == null) {
            return null;
        }
        Input.checkLength("AttributesToGet", attributes, 255);
        var paths = new ArrayList<DocumentPath>();
        attributes.forEach(name -> paths.add(DocumentPath.ofAttribute(name.asText())));
        if (paths.stream().distinct().count() < paths.size()) {
            throw ApiException.invalid("Duplicate value in attribute name: "
                    + paths.get(paths.size() - 1).attribute());
        }
        return new Projection(paths);
    }

    private static void write(JsonGenerator json, Row row, Projection projection) throws IOException {
        ValueJson.write(json, projection == null ? row.item() : projection.of(row.item()));
    }

    Output get(Input input) {
        var table = tables.require(input.tableName());
        var consumed = WriteOperations.consumed(input);
        var key = input.item("Key");
        var projection = projection(input);
        byte[] stored = table.keyOf(key);
        var row = database.read(session -> Rows.find(session, table, stored));
        var capacity = new Capacity(table);
        capacity.read(null, row == null ? 0 : row.size(), factor(input));
        return json -> {
            if (row != null) {
                json.writeFieldName("Item");
                write(json, row, projection);
            }
            capacity.write(json, consumed);
        };
    }

    /** The keys that a batch reads of one table. */
    private record Keys(Table table, JsonNode keys, Projection projection, double factor, JsonNode request) {}

    Output batch(Input input) {
        input.required("RequestItems");
        var consumed = WriteOperations.consumed(input);
        var requests = input.object("RequestItems");
        Input.checkLength("RequestItems", requests, MOST_KEYS);
        var batch = new ArrayList<Keys>();
        int count = 0;
        for (var field : requests.properties()) {
            var part = new Input(field.getValue());
            var keys = part.list("Keys", MOST_KEYS);
            count += keys.size();
            batch.add(new Keys(
                    tables.require(Input.checkedTableName(field.getKey())),
                    keys,
                    projection(part),
                    factor(part),
                    field.getValue()));
        }
        if (count > MOST_KEYS) {
            throw ApiException.validation("Too many items requested for the BatchGetItem call");
        }
        var capacities = new ArrayList<Capacity>();
        var found = new LinkedHashMap<String, List<Row>>();
        var unprocessed = new LinkedHashMap<String, JsonNode>();
        long size = 0;
        for (var part : batch) {
            var capacity = new Capacity(part.table);
            capacities.add(capacity);
            var rows = found.computeIfAbsent(part.table.name(), name -> new ArrayList<>());
            var rest = new ArrayList<JsonNode>();
            var seen = new TreeSet<byte[]>(Arrays::compareUnsigned);
            for (var key : part.keys) {
                byte[] stored = part.table.keyOf(ValueJson.item(key));
                if (!seen.add(stored)) {
                    throw ApiException.validation("Provided list of item keys contains duplicates");
                }
                var row =
                        size > LARGEST_BATCH ? null : database.read(session -> Rows.find(session, part.table, stored));
                size += row == null ? 0 : row.size();
                if (size > LARGEST_BATCH) {
                    rest.add(key);
                } else {
                    capacity.read(null, row == null ? 0 : row.size(), part.factor);
                    if (row != null) {
                        rows.add(row);
                    }
                }
            }
            if (!rest.isEmpty()) {
                var again = ((ObjectNode) part.request).deepCopy();
                again.putArray("Keys").addAll(rest);
                unprocessed.put(part.table.name(), again);
            }
        }
        return json -> {
            json.writeObjectFieldStart("Responses");
            for (var part : batch) {
                json.writeArrayFieldStart(part.table.name());
                for (var row : found.get(part.table.name())) {
                    write(json, row, part.projection);
                }
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeObjectFieldStart("UnprocessedKeys");
            for (var entry : unprocessed.entrySet()) {
                json.writeFieldName(entry.getKey());
                json.writeTree(entry.getValue());
            }
            json.writeEndObject();
            Capacity.writeAll(json, consumed, capacities, false);
        };
    }

    private record Get(Table table, byte[] key, Projection projection) {}

    Output transact(Input input) {
        var consumed = WriteOperations.consumed(input);
        var gets = new ArrayList<Get>();
        for (var element : input.list("TransactItems", MOST_KEYS)) {
            var part = new Input(new Input(element).required("Get"));
            var table = tables.require(part.tableName());
            gets.add(new Get(table, table.keyOf(part.item("Key")), projection(part)));
        }
        var rows = database.read(session -> session.snapshot(() -> {
            var found = new ArrayList<Row>();
            for (var get : gets) {
                found.add(Rows.find(session, get.table, get.key));
            }
            return found;
        }));
        if (rows.stream().mapToLong(row -> row == null ? 0 : row.size()).sum() > LARGEST_TRANSACTION) {
            throw ApiException.validation("Collective size of items in transaction exceeded the maximum allowed size");
        }
        Map<String, Capacity> capacities = new LinkedHashMap<>();
        for (int i = 0; i < gets.size(); i++) {
            var table = gets.get(i).table;
            capacities
                    .computeIfAbsent(table.name(), name -> new Capacity(table))
                    .read(null, rows.get(i) == null ? 0 : rows.get(i).size(), TRANSACTION);
        }
        return json -> {
            json.writeArrayFieldStart("Responses");
            for (int i = 0; i < gets.size(); i++) {
                json.writeStartObject();
                if (rows.get(i) != null) {
                    json.writeFieldName("Item");
                    write(json, rows.get(i), gets.get(i).projection);
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            Capacity.writeAll(json, consumed, capacities.values(), true);
        };
    }

    static Map<String, Value> only(Map<String, Value> item, List<String> names) {
        var part = new LinkedHashMap<String, Value>();
        names.forEach(name -> part.put(name, item.get(name)));
        return part;
    }
}
