package org.linkmoderation.local.dynamodb.operation;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.linkmoderation.local.dynamodb.expression.Condition;
import org.linkmoderation.local.dynamodb.expression.ConditionParser;
import org.linkmoderation.local.dynamodb.expression.DocumentPath;
import org.linkmoderation.local.dynamodb.expression.LegacyParameters;
import org.linkmoderation.local.dynamodb.expression.Update;
import org.linkmoderation.local.dynamodb.expression.UpdateParser;
import org.linkmoderation.local.dynamodb.storage.Rows;
import org.linkmoderation.local.dynamodb.storage.Rows.Row;
import org.linkmoderation.local.dynamodb.storage.Session;
import org.linkmoderation.local.dynamodb.storage.Table;
import org.linkmoderation.local.dynamodb.storage.Tables;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.ItemSize;
import org.linkmoderation.local.dynamodb.value.Value;

/** One write of one item, or the check of one: read from a request first, then done in a transaction. */
final class ItemWrite {

    /** The kinds, by the names of their actions in a transaction. */
    enum Kind {
        PUT,
        UPDATE,
        DELETE,
        CHECK
    }

    private static final String CONDITION = "ConditionExpression";

    private final Kind kind;
    private final Table table;
    private final Map<String, Value> given;
    private final byte[] key;
    private final Condition condition;
    private final Update update;
    private final boolean returnsItemOnFailure;

    /**
     * A write that can be done.
     *
     * @param table the table as it is now
     * @param old the row as it was; null if there was none
     * @param item the item as it will be; null if there will be none
     * @param size its size
     */
    record Plan(ItemWrite write, Table table, Row old, Map<String, Value> item, int size) {

        Map<String, Value> oldItem() {
            return old == null ? Map.of() : old.item();
        }

        void run(Session session, Capacity capacity, boolean transaction) throws SQLException {
            capacity.wrote(Math.max(old == null ? 0 : old.size(), size), transaction);
            Rows.IndexWrites costs = (index, bytes) -> capacity.wroteIndex(index, bytes, transaction);
            if (write.kind == Kind.PUT || write.kind == Kind.UPDATE) {
                Rows.put(session, table, write.key, old, item, size, costs);
            } else if (write.kind == Kind.DELETE && old != null) {
                Rows.delete(session, table, old, costs);
            }
        }
    }

    ItemWrite(Tables tables, Kind kind, Input input) {
        this.kind = kind;
        table = tables.require(input.tableName());
        input.requireOneKind(
                List.of("AttributeUpdates", "Expected", "ConditionalOperator"), List.of("UpdateExpression", CONDITION));
        given = input.item(kind == Kind.PUT ? "Item" : "Key");
        var placeholders = input.placeholders();
        if (kind == Kind.CHECK) {
            input.required(CONDITION);
        }
        var parsed = kind == Kind.UPDATE ? UpdateParser.parse(input.text("UpdateExpression"), placeholders) : null;
        var expected = ConditionParser.parse(CONDITION, input.text(CONDITION), placeholders);
        placeholders.requireAllUsed();
        condition = expected == null
                ? LegacyParameters.conditions(
                        input.object("Expected"), input.choice("ConditionalOperator", "AND", "AND", "OR"))
                : expected;
        update = parsed == null && kind == Kind.UPDATE
                ? LegacyParameters.update(input.object("AttributeUpdates"))
                : parsed;
        returnsItemOnFailure = input.choice("ReturnValuesOnConditionCheckFailure", "NONE", "ALL_OLD", "NONE")
                .equals("ALL_OLD");
        key = kind == Kind.PUT ? table.keyOfItem(given) : table.keyOf(given);
        if (kind == Kind.PUT) {
            table.checkIndexKeys(given);
            checkedSize(given);
        } else if (kind == Kind.UPDATE) {
            checkKeyIsKept();
        }
    }

    private void checkKeyIsKept() {
        for (var attribute : table.key().attributes()) {
            if (update.paths().stream().anyMatch(path -> path.attribute().equals(attribute.name()))) {
                throw ApiException.invalid(
                        "Cannot update attribute " + attribute.name() + ". This attribute is part of the key");
            }
        }
    }

    private int checkedSize(Map<String, Value> item) {
        int size = ItemSize.of(item);
        if (size > ItemSize.GREATEST) {
            throw ApiException.validation(
                    kind == Kind.UPDATE
                            ? "Item size to update has exceeded the maximum allowed size"
                            : "Item size has exceeded the maximum allowed size");
        }
        return size;
    }

    Table table() {
        return table;
    }

    byte[] key() {
        return key;
    }

    Map<String, Value> given() {
        return given;
    }

    List<DocumentPath> updatedPaths() {
        return update.paths();
    }

    int givenSize() {
        return ItemSize.of(given);
    }

    /**
     * Reads the item, and makes what it will be.
     *
     * @param current the table as it is now
     * @throws ApiException if the condition does not hold, or the update does not fit
     */
    Plan plan(Session session, Table current) throws SQLException {
        var old = Rows.find(session, current, key);
        Map<String, Value> oldItem = old == null ? Map.of() : old.item();
        if (condition != null && !condition.test(oldItem)) {
            throw ApiException.conditionFailed(returnsItemOnFailure && old != null ? oldItem : null);
        }
        if (kind == Kind.PUT) {
            return new Plan(this, current, old, given, checkedSize(given));
        }
        if (kind != Kind.UPDATE) {
            return new Plan(this, current, old, kind == Kind.CHECK && old != null ? oldItem : null, 0);
        }
        var item = old == null ? new LinkedHashMap<>(given) : copy(oldItem);
        update.apply(oldItem, item);
        current.checkIndexKeys(item);
        return new Plan(this, current, old, item, checkedSize(item));
    }

    private static Map<String, Value> copy(Map<String, Value> item) {
        var copy = new LinkedHashMap<String, Value>();
        item.forEach((name, value) -> copy.put(name, Value.copy(value)));
        return copy;
    }
}
