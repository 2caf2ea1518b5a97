package org.linkmoderation.local.dynamodb.operation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.SQLException;
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
import org.linkmoderation.local.dynamodb.storage.Session;
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

    private final Database database;
    private final Tables tables;

    ReadOperations(Database database, Tables tables) {
        this.database = database;
        this.tables = tables;
    }

    /** What a read request wants of a table. */
    private record Wanted(Table table, Projection projection, double factor) {

        Wanted(Table table, Input input) {
            this(table, projectionOf(input), readFactor(input));
        }

        /** The item of a key; null if there is none. */
        Map<String, Value> find(Session session, byte[] key, Capacity capacity) throws SQLException {
            byte[] found = Rows.find(session, table, key);
            var item = found == null ? null : ValueJson.decode(found);
            capacity.read(null, item == null ? 0 : Value.size(item), factor);
            return item;
        }

        Map<String, Value> projected(Map<String, Value> item) {
            return item == null || projection == null ? item : projection.of(item);
        }
    }

    static double readFactor(Input input) {
        return input.flag("ConsistentRead") ? Capacity.ALONE : Capacity.EVENTUAL;
    }

    /** What a request wants of items; null for all. */
    private static Projection projectionOf(Input input) {
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
        var paths = attributes
                .valueStream()
                .map(name -> DocumentPath.ofAttribute(name.asText()))
                .toList();
        if (paths.stream().distinct().count() < paths.size()) {
            throw ApiException.invalid("Duplicate value in attribute name: "
                    + paths.get(paths.size() - 1).attribute());
        }
        return new Projection(paths);
    }

    Output get(Input input) {
        var table = tables.require(input.tableName());
        var key = input.item("Key");
        var wanted = new Wanted(table, input);
        byte[] stored = table.keyOf(key);
        var capacity = new Capacity(table);
        var item = database.read(session -> wanted.find(session, stored, capacity));
        return new Output().with("Item", wanted.projected(item)).with("ConsumedCapacity", capacity.shown(input));
    }

    Output batch(Input input) {
        var requests = input.requests(MOST_KEYS);
        var parts = new LinkedHashMap<String, Wanted>();
        int count = 0;
        for (var field : requests.properties()) {
            var part = new Input(field.getValue());
            count += part.list("Keys", MOST_KEYS).size();
            parts.put(field.getKey(), new Wanted(tables.require(Input.checkedTableName(field.getKey())), part));
        }
        if (count > MOST_KEYS) {
            throw ApiException.validation("Too many items requested for the BatchGetItem call");
        }
        var responses = new LinkedHashMap<String, List<Map<String, Value>>>();
        var unprocessed = new LinkedHashMap<String, JsonNode>();
        var capacities = new ArrayList<Capacity>();
        long size = 0;
        for (var part : parts.entrySet()) {
            var wanted = part.getValue();
            ObjectNode request = requests.get(part.getKey()).deepCopy();
            var capacity = new Capacity(wanted.table);
            var found = new ArrayList<Map<String, Value>>();
            var rest = new ArrayList<JsonNode>();
            var seen = new TreeSet<byte[]>(Arrays::compareUnsigned);
            for (var key : request.get("Keys")) {
                byte[] stored = wanted.table.keyOf(ValueJson.item(key));
                if (!seen.add(stored)) {
                    throw ApiException.validation("Provided list of item keys contains duplicates");
                }
                var item =
                        size > LARGEST_BATCH ? null : database.read(session -> wanted.find(session, stored, capacity));
                size += item == null ? 0 : Value.size(item);
                if (size > LARGEST_BATCH) {
                    rest.add(key);
                } else if (item != null) {
                    found.add(wanted.projected(item));
                }
            }
            responses.put(wanted.table.name(), found);
            capacities.add(capacity);
            if (!rest.isEmpty()) {
                request.putArray("Keys").addAll(rest);
                unprocessed.put(part.getKey(), request);
            }
        }
        return new Output()
                .with("Responses", responses)
                .with("UnprocessedKeys", unprocessed)
                .with("ConsumedCapacity", Capacity.shown(input, capacities, false));
    }

    private record Get(Wanted wanted, byte[] key) {}

    Output transact(Input input) {
        var gets = new ArrayList<Get>();
        for (var element : input.list("TransactItems", MOST_KEYS)) {
            var part = new Input(new Input(element).required("Get"));
            var table = tables.require(part.tableName());
            byte[] key = table.keyOf(part.item("Key"));
            gets.add(new Get(new Wanted(table, projectionOf(part), Capacity.TRANSACTION), key));
        }
        var capacities = new LinkedHashMap<String, Capacity>();
        var items = database.read(session -> session.snapshot(snapshot -> {
            var found = new ArrayList<Map<String, Value>>();
            for (var get : gets) {
                var table = get.wanted.table;
                var capacity = capacities.computeIfAbsent(table.name(), name -> new Capacity(table));
                found.add(get.wanted.find(snapshot, get.key, capacity));
            }
            return found;
        }));
        if (items.stream()
                        .mapToLong(item -> item == null ? 0 : Value.size(item))
                        .sum()
                > LARGEST_TRANSACTION) {
            throw ApiException.validation("Collective size of items in transaction exceeded the maximum allowed size");
        }
        var responses = new ArrayList<Output>();
        for (int i = 0; i < gets.size(); i++) {
            responses.add(new Output().with("Item", gets.get(i).wanted.projected(items.get(i))));
        }
        return new Output()
                .with("Responses", responses)
                .with("ConsumedCapacity", Capacity.shown(input, capacities.values(), true));
    }
}
