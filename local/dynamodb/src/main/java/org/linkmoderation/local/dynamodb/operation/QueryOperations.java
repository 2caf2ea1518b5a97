package org.linkmoderation.local.dynamodb.operation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.linkmoderation.local.dynamodb.expression.ConditionParser;
import org.linkmoderation.local.dynamodb.expression.Expression;
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
import org.linkmoderation.local.dynamodb.value.KeyBytes;
import org.linkmoderation.local.dynamodb.value.Value;

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
            Table table, Index index, Expression filter, Projection projection, boolean count, boolean whole) {

        /** The attributes of a key to start after. */
        Set<String> startKey() {
            var names = new LinkedHashSet<>(table.key().names());
            names.addAll(key(table, index).names());
            return names;
        }
    }

    private static Key key(Table table, Index index) {
        return index == null ? table.key() : index.key();
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
        var key = key(table, index);
        var keys = KeyCondition.of(condition, key);
        for (var name : key.names()) {
            if (placeholders.attributes(FILTER).contains(name)) {
                throw ApiException.validation("Filter Expression can only contain non-primary key attributes: Primary"
                        + " key attribute: " + name);
            }
        }
        var selection = selection(input, table, index, filter, projection);
        return page(input, selection, keys, input.has("ScanIndexForward") && !input.flag("ScanIndexForward"));
    }

    Output scan(Input input) {
        var table = tables.require(input.tableName());
        var index = index(table, input);
        input.requireOneKind(List.of("AttributesToGet"), List.of(FILTER, "ProjectionExpression"));
        var placeholders = input.placeholders();
        var filter = ConditionParser.parse(FILTER, input.text(FILTER), placeholders);
        var projection = Projection.parse(input.text("ProjectionExpression"), placeholders);
        placeholders.requireAllUsed();
        var selection = selection(input, table, index, filter, projection);
        return page(input, selection, new KeyCondition(Rows.FIRST, Rows.AFTER_ALL), false);
    }

    private static Index index(Table table, Input input) {
        var name = input.text("IndexName");
        var index = name == null ? null : table.index(name);
        if (index != null && !index.local() && input.flag("ConsistentRead")) {
            throw ApiException.validation("Consistent reads are not supported on global secondary indexes");
        }
        return index;
    }

    private static Selection selection(
            Input input, Table table, Index index, Expression filter, Projection expression) {
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
        private Map<String, Value> last;
        private boolean more;

        Page(Selection selection, int limit) {
            this.selection = selection;
            this.limit = limit;
        }

        @Override
        public boolean visit(Map<String, Value> item) {
            int next = Value.size(item);
            if (scanned > 0 && size + next > LARGEST_PAGE) {
                more = true;
                return false;
            }
            size += next;
            scanned++;
            last = item;
            if (selection.filter == null || selection.filter.test(item)) {
                count++;
                if (!selection.count) {
                    items.add(selection.projection == null ? item : selection.projection.of(item));
                }
            }
            more = scanned == limit;
            return !more;
        }

        Map<String, Value> lastKey() {
            return more ? only(last, selection.startKey()) : null;
        }
    }

    private Output page(Input input, Selection selection, KeyCondition keys, boolean backwards) {
        var page = new Page(selection, input.positive("Limit", Integer.MAX_VALUE));
        byte[] start = input.has("ExclusiveStartKey") ? startKey(selection, input.item("ExclusiveStartKey")) : null;
        if (start != null
                && input.has(KEY_CONDITION)
                && Arrays.compareUnsigned(start, KeyBytes.afterPrefix(keys.end())) > 0) {
            throw ApiException.validation(
                    "The provided starting key is outside query boundaries based on provided conditions");
        }
        byte[] low = start == null || backwards ? keys.low() : greater(keys.low(), KeyBytes.after(start));
        byte[] end = start == null || !backwards || greater(start, keys.end()) == start ? keys.end() : start;
        database.read(session -> {
            Rows.scan(session, selection.table, selection.index, selection.whole, low, end, backwards, page);
            return null;
        });
        var capacity = new Capacity(selection.table);
        capacity.read(selection.index, page.size, ReadOperations.readFactor(input));
        return new Output()
                .with("Items", selection.count ? null : page.items)
                .with("Count", page.count)
                .with("ScannedCount", page.scanned)
                .with("LastEvaluatedKey", page.lastKey())
                .with("ConsumedCapacity", capacity.shown(input));
    }

    private static byte[] greater(byte[] a, byte[] b) {
        return Arrays.compareUnsigned(a, b) < 0 ? b : a;
    }

    private static byte[] startKey(Selection selection, Map<String, Value> given) {
        var table = selection.table;
        if (!given.keySet().equals(selection.startKey())) {
            throw ApiException.validation("The provided starting key is invalid");
        }
        byte[] key = table.keyOf(only(given, table.key().names()));
        byte[] indexKey = selection.index == null ? key : table.indexKeyOf(selection.index, given);
        if (indexKey == null) {
            throw ApiException.validation("The provided starting key is invalid");
        }
        return indexKey;
    }

    private static Map<String, Value> only(Map<String, Value> item, Collection<String> names) {
        var part = new LinkedHashMap<String, Value>();
        names.forEach(name -> part.put(name, item.get(name)));
        return part;
    }
}
