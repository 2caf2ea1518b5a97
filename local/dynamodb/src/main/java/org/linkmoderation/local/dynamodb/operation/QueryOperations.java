package org.linkmoderation.local.dynamodb.operation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.linkmoderation.local.dynamodb.expression.Condition;
import org.linkmoderation.local.dynamodb.expression.ConditionParser;
import org.linkmoderation.local.dynamodb.expression.KeyCondition;
import org.linkmoderation.local.dynamodb.expression.LegacyParameters;
import org.linkmoderation.local.dynamodb.expression.Projection;
import org.linkmoderation.local.dynamodb.storage.Database;
import org.linkmoderation.local.dynamodb.storage.Rows;
import org.linkmoderation.local.dynamodb.storage.Table;
import org.linkmoderation.local.dynamodb.storage.Table.Index;
import org.linkmoderation.local.dynamodb.storage.Table.Key;
import org.linkmoderation.local.dynamodb.storage.Tables;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.ItemBytes;
import org.linkmoderation.local.dynamodb.value.KeyBytes;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.ValueJson;

/** Query and Scan. */
final class QueryOperations {

    private static final int LARGEST_PAGE = 1024 * 1024;
    private static final String KEY_CONDITION = "KeyConditionExpression";
    private static final String FILTER = "FilterExpression";

    private final Database database;
    private final Tables tables;

    QueryOperations(Database database, Tables tables) {
        this.database = database;
        this.tables = tables;
    }

    /** What a request reads, and what it wants of it. */
    private record Selection(
            Table table, Index index, Condition filter, Projection projection, boolean count, boolean whole) {

        Key key() {
            return index == null ? table.key() : index.key();
        }
    }

    Output query(Input input) {
        var table = tables.require(input.tableName());
        var index = index(table, input);
        input.requireOneKind(
                List.of("KeyConditions", "AttributesToGet"), List.of(KEY_CONDITION, FILTER, "ProjectionExpression"));
        if (!input.has(KEY_CONDITION) && !input.has("KeyConditions")) {
            throw ApiException.validation(
                    "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
        }
        var placeholders = input.placeholders();
        var parsed = ConditionParser.parse(KEY_CONDITION, input.text(KEY_CONDITION), placeholders);
        var condition = parsed == null ? LegacyParameters.conditions(input.object("KeyConditions"), "AND") : parsed;
        if (condition == null) {
            throw ApiException.validation("The KeyConditions parameter must not be empty");
        }
        var filter = ConditionParser.parse(FILTER, input.text(FILTER), placeholders);
        var projection = Projection.parse(input.text("ProjectionExpression"), placeholders);
        placeholders.requireAllUsed();
        var key = index == null ? table.key() : index.key();
        var keys = keys(condition, key);
        for (var attribute : key.attributes()) {
            if (placeholders.attributes(FILTER).contains(attribute.name())) {
                throw ApiException.validation("Filter Expression can only contain non-primary key attributes: Primary"
                        + " key attribute: " + attribute.name());
            }
        }
        var selection = selection(input, table, index, filter, projection);
        return page(input, selection, keys, input.has("ScanIndexForward") && !input.flag("ScanIndexForward"));
    }

    private static KeyCondition keys(Condition condition, Key key) {
        var keys = KeyCondition.of(
                condition,
                key.hash().name(),
                key.range() == null ? null : key.range().name());
        KeyCondition.valuesByAttribute(condition).forEach((name, values) -> {
            var type = name.equals(key.hash().name())
                    ? key.hash().type()
                    : key.range().type();
            if (values.stream().anyMatch(value -> value.type() != type)) {
                throw ApiException.invalid("Condition parameter type does not match schema type");
            }
            if (values.contains(new Value.Text(""))) {
                throw ApiException.validation("One or more parameter values are not valid. The AttributeValue for a key"
                        + " attribute cannot contain an empty string value. Key: " + name);
            }
        });
        return keys;
    }

    Output scan(Input input) {
        var table = tables.require(input.tableName());
        var index = index(table, input);
        input.requireOneKind(List.of("AttributesToGet"), List.of(FILTER, "ProjectionExpression"));
        var placeholders = input.placeholders();
        var filter = ConditionParser.parse(FILTER, input.text(FILTER), placeholders);
        var projection = Projection.parse(input.text("ProjectionExpression"), placeholders);
        placeholders.requireAllUsed();
        return page(
                input,
                selection(input, table, index, filter, projection),
                new KeyCondition(Rows.first(), Rows.afterAll()),
                false);
    }

    private static Index index(Table table, Input input) {
        var name = input.text("IndexName");
        var index = name == null ? null : table.index(name);
        if (index != null && !index.local() && input.flag("ConsistentRead")) {
            throw ApiException.validation("Consistent reads are not supported on global secondary indexes");
        }
        return index;
    }

    private static Selection selection(Input input, Table table, Index index, Condition filter, Projection expression) {
        var projection = expression == null ? ReadOperations.attributesToGet(input) : expression;
        var select = input.choice(
                "Select",
                projection != null
                        ? "SPECIFIC_ATTRIBUTES"
                        : index == null ? "ALL_ATTRIBUTES" : "ALL_PROJECTED_ATTRIBUTES",
                "SPECIFIC_ATTRIBUTES",
                "COUNT",
                "ALL_ATTRIBUTES",
                "ALL_PROJECTED_ATTRIBUTES");
        if (select.equals("SPECIFIC_ATTRIBUTES") == (projection == null)) {
            throw ApiException.validation(
                    projection == null
                            ? "Must specify the AttributesToGet or ProjectionExpression when choosing to get"
                                    + " SPECIFIC_ATTRIBUTES"
                            : "Cannot specify the "
                                    + (expression == null ? "AttributesToGet" : "ProjectionExpression")
                                    + " when choosing to get " + select);
        }
        if (select.equals("ALL_PROJECTED_ATTRIBUTES") && index == null) {
            throw ApiException.invalid("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
        }
        boolean whole = select.equals("ALL_ATTRIBUTES");
        if (index != null && index.projected() != null) {
            if (whole && !index.local()) {
                throw ApiException.invalid("Select type ALL_ATTRIBUTES is not supported for global secondary index "
                        + index.name() + " because its projection type is not ALL");
            }
            if (projection != null) {
                var others = new LinkedHashSet<>(projection.attributes());
                others.removeAll(index.projected());
                if (!others.isEmpty() && !index.local()) {
                    throw ApiException.invalid(
                            "Global secondary index " + index.name() + " does not project " + others);
                }
                whole = !others.isEmpty();
            }
        }
        return new Selection(table, index, filter, projection, select.equals("COUNT"), whole);
    }

    /** Collects a page: at most a number of items, and at most 1 MB of what is read. */
    private static final class Page implements Rows.Visitor {

        private final Selection selection;
        private final int limit;
        private final List<Map<String, Value>> items = new ArrayList<>();
        private int count;
        private int scanned;
        private long size;
        private byte[] last;
        private boolean more;

        Page(Selection selection, int limit) {
            this.selection = selection;
            this.limit = limit;
        }

        @Override
        public boolean visit(byte[] bytes) {
            int next = ItemBytes.size(bytes);
            if (scanned > 0 && size + next > LARGEST_PAGE) {
                more = true;
                return false;
            }
            size += next;
            scanned++;
            last = bytes;
            if (!selection.count || selection.filter != null) {
                var item = ItemBytes.decode(bytes);
                if (selection.filter == null || selection.filter.test(item)) {
                    count++;
                    if (!selection.count) {
                        items.add(selection.projection == null ? item : selection.projection.of(item));
                    }
                }
            } else {
                count++;
            }
            more = scanned == limit;
            return !more;
        }
    }

    private Output page(Input input, Selection selection, KeyCondition keys, boolean backwards) {
        var consumed = WriteOperations.consumed(input);
        int limit = input.positive("Limit", Integer.MAX_VALUE);
        var page = new Page(selection, limit);
        byte[] low = keys.low();
        byte[] end = keys.end();
        if (input.has("ExclusiveStartKey")) {
            byte[] start = startKey(selection, input.item("ExclusiveStartKey"));
            if (input.has(KEY_CONDITION) && (Arrays.compareUnsigned(start, KeyBytes.afterPrefix(end)) > 0)) {
                throw ApiException.validation(
                        "The provided starting key is outside query boundaries based on provided" + " conditions");
            }
            if (backwards) {
                end = Arrays.compareUnsigned(start, end) < 0 ? start : end;
            } else {
                byte[] after = KeyBytes.after(start);
                low = Arrays.compareUnsigned(after, low) > 0 ? after : low;
            }
        }
        byte[] from = low;
        byte[] to = end;
        database.read(session -> {
            Rows.scan(session, selection.table, selection.index, selection.whole, from, to, backwards, page);
            return null;
        });
        var capacity = new Capacity(selection.table);
        capacity.read(selection.index, page.size, ReadOperations.factor(input));
        return json -> {
            if (!selection.count) {
                json.writeArrayFieldStart("Items");
                for (var item : page.items) {
                    ValueJson.write(json, item);
                }
                json.writeEndArray();
            }
            json.writeNumberField("Count", page.count);
            json.writeNumberField("ScannedCount", page.scanned);
            if (page.more) {
                json.writeFieldName("LastEvaluatedKey");
                ValueJson.write(json, ReadOperations.only(ItemBytes.decode(page.last), keyNames(selection)));
            }
            capacity.write(json, consumed);
        };
    }

    private static List<String> keyNames(Selection selection) {
        var names = new LinkedHashSet<String>();
        selection.table.key().attributes().forEach(attribute -> names.add(attribute.name()));
        selection.key().attributes().forEach(attribute -> names.add(attribute.name()));
        return List.copyOf(names);
    }

    private static byte[] startKey(Selection selection, Map<String, Value> given) {
        var names = keyNames(selection);
        if (!given.keySet().equals(new LinkedHashSet<>(names))) {
            throw ApiException.validation("The provided starting key is invalid");
        }
        byte[] key = selection.table.keyOf(ReadOperations.only(
                given,
                selection.table.key().attributes().stream()
                        .map(Table.Attribute::name)
                        .toList()));
        if (selection.index != null) {
            key = selection.table.indexKeyOf(selection.index, given);
        }
        if (key == null) {
            throw ApiException.validation("The provided starting key is invalid");
        }
        return key;
    }
}
