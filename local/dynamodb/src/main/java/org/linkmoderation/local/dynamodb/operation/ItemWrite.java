package org.linkmoderation.local.dynamodb.operation;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.linkmoderation.local.dynamodb.expression.ConditionParser;
import org.linkmoderation.local.dynamodb.expression.Expression;
import org.linkmoderation.local.dynamodb.expression.LegacyParameters;
import org.linkmoderation.local.dynamodb.expression.Projection;
import org.linkmoderation.local.dynamodb.expression.Update;
import org.linkmoderation.local.dynamodb.expression.UpdateParser;
import org.linkmoderation.local.dynamodb.storage.Rows;
import org.linkmoderation.local.dynamodb.storage.Session;
import org.linkmoderation.local.dynamodb.storage.Table;
import org.linkmoderation.local.dynamodb.storage.Tables;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.ValueJson;

/** One write of one item, or the check of one: read from a request first, then done in a transaction. */
final class ItemWrite {

    /** The kinds of writes. */
    enum Kind {
        PUT,
        UPDATE,
        DELETE,
        CHECK
    }

    private static final String CONDITION = "ConditionExpression";
    private static final int LARGEST_ITEM = 400 * 1024;

    private final Tables tables;
    private final Kind kind;
    private final Table table;
    private final Map<String, Value> given;
    private final byte[] key;
    private final Expression condition;
    private final Update update;
    private final boolean returnsItemOnFailure;

    /**
     * A write that can be done.
     *
     * @param table the table as it is now
     * @param oldItem the item as it was; empty if there was none
     * @param item the item as it will be; empty if there will be none
     */
    record Plan(ItemWrite write, Table table, Map<String, Value> oldItem, Map<String, Value> item) {

        /** Does the write; returns the plan. */
        Plan run(Session session) throws SQLException {
            if (write.kind == Kind.DELETE) {
                Rows.delete(session, table, write.key);
            } else if (write.kind != Kind.CHECK) {
                Rows.put(session, table, write.key, item);
            }
            return this;
        }

        /** The attributes that a value of {@code ReturnValues} asks for; null for none. */
        Map<String, Value> returned(String wanted) {
            var of = wanted.endsWith("OLD") ? oldItem : wanted.endsWith("NEW") ? item : Map.<String, Value>of();
            var attributes = wanted.startsWith("UPDATED") ? new Projection(write.update.paths()).of(of) : of;
            return attributes.isEmpty() ? null : attributes;
        }
    }

    ItemWrite(Tables tables, Kind kind, Input input) {
        this.tables = tables;
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
            checked(table, given);
        } else if (kind == Kind.UPDATE) {
            checkKeyIsKept();
        }
    }

    private void checkKeyIsKept() {
        for (var path : update.paths()) {
            if (table.key().names().contains(path.attribute())) {
                throw ApiException.invalid(
                        "Cannot update attribute " + path.attribute() + ". This attribute is part of the key");
            }
        }
    }

    private Map<String, Value> checked(Table current, Map<String, Value> item) {
        current.checkIndexKeys(item);
        if (Value.size(item) > LARGEST_ITEM) {
            throw ApiException.validation(
                    "Item size " + (kind == Kind.UPDATE ? "to update " : "") + "has exceeded the maximum allowed size");
        }
        return item;
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

    /**
     * Reads the item, and makes what it will be.
     *
     * @throws ApiException if the condition does not hold, or the update does not fit
     */
    Plan plan(Session session) throws SQLException {
        var current = tables.requireSame(table);
        byte[] old = Rows.find(session, current, key);
        var oldItem = old == null ? Map.<String, Value>of() : ValueJson.decode(old);
        if (condition != null && !condition.test(oldItem)) {
            throw ApiException.conditionFailed(returnsItemOnFailure && old != null ? oldItem : null);
        }
        var item = switch (kind) {
            case PUT -> checked(current, given);
            case UPDATE -> {
                var updated = old == null ? new LinkedHashMap<>(given) : ValueJson.decode(old);
                update.apply(oldItem, updated);
                yield checked(current, updated);
            }
            case DELETE -> Map.<String, Value>of();
            case CHECK -> oldItem;
        };
        return new Plan(this, current, oldItem, item);
    }
}
