package org.linkmoderation.local.dynamodb.storage;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.linkmoderation.local.dynamodb.storage.Table.Index;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.ValueJson;

/**
 * The items of a table. An item is a row with its key, its keys in the indexes and, of those that have less than the
 * whole item, what they have; SQLite's own indexes do the rest, so that an index is never apart from its table.
 */
public final class Rows {

    /** The least key. */
    public static final byte[] FIRST = {0};
    /** The least key after all keys. */
    public static final byte[] AFTER_ALL = {(byte) 0xff};

    private Rows() {}

    /** Takes the items of a scan. */
    @FunctionalInterface
    public interface Visitor {

        /**
         * Takes an item.
         *
         * @param item the item, or what the index has of it
         * @return whether another is wanted
         */
        boolean visit(Map<String, Value> item);
    }

    static void create(Session session, Table table) throws SQLException {
        var columns = new StringBuilder("row INTEGER PRIMARY KEY, k BLOB NOT NULL UNIQUE, expires INTEGER");
        table.indexes()
                .forEach(index -> columns.append(", ")
                        .append(index.keyColumn())
                        .append(" BLOB")
                        .append(index.projected() == null ? "" : ", " + index.itemColumn() + " BLOB"));
        session.execute("CREATE TABLE " + table.rows() + " (" + columns + ", item BLOB NOT NULL)");
        createIndex(session, table, "expires");
        for (var index : table.indexes()) {
            createIndex(session, table, index.keyColumn());
        }
    }

    private static void createIndex(Session session, Table table, String column) throws SQLException {
        session.execute("CREATE INDEX " + table.rows() + "_" + column + " ON " + table.rows() + " (" + column
                + ") WHERE " + column + " IS NOT NULL");
    }

    /** The bytes of the item of a key, for {@link ValueJson#decode}; null if there is none. */
    public static byte[] find(Session session, Table table, byte[] key) throws SQLException {
        return session.first("SELECT item FROM " + table.rows() + " WHERE k = ?", row -> row.getBytes(1), key);
    }

    /** Deletes those whose time is between two, at most some; returns how many. */
    static int deleteExpired(Session session, Table table, long from, long to, int most) throws SQLException {
        return session.update(
                "DELETE FROM " + table.rows() + " WHERE row IN (SELECT row FROM " + table.rows()
                        + " WHERE expires BETWEEN ? AND ? LIMIT ?)",
                from,
                to,
                most);
    }

    /** Reads again from all items when they expire. */
    static void setExpiry(Session session, Table table) throws SQLException {
        session.update("UPDATE " + table.rows() + " SET expires = NULL WHERE expires IS NOT NULL");
        if (table.ttl() != null) {
            var expiring = new ArrayList<List<Long>>();
            session.each("SELECT row, item FROM " + table.rows(), row -> {
                var expires = expires(table, ValueJson.decode(row.getBytes(2)));
                return expires == null || expiring.add(List.of(expires, row.getLong(1)));
            });
            for (var row : expiring) {
                session.update("UPDATE " + table.rows() + " SET expires = ? WHERE row = ?", row.toArray());
            }
        }
    }

    /** When an item expires, in seconds since 1970; null for never. */
    private static Long expires(Table table, Map<String, Value> item) {
        var value = table.ttl() == null ? null : item.get(table.ttl());
        if (value == null || value.type() != Value.Type.N) {
            return null;
        }
        var number = value.number();
        return number.signum() > 0 && number.precision() - number.scale() < 18 ? number.longValue() : null;
    }

    /** Puts an item, in the place of another if there is one with its key. */
    public static void put(Session session, Table table, byte[] key, Map<String, Value> item) throws SQLException {
        var columns = new ArrayList<>(List.of("k", "item", "expires"));
        var values = new ArrayList<Object>(List.of(key, ValueJson.encode(item)));
        values.add(expires(table, item));
        for (var index : table.indexes()) {
            byte[] indexKey = table.indexKeyOf(index, item);
            columns.add(index.keyColumn());
            values.add(indexKey);
            if (index.projected() != null) {
                columns.add(index.itemColumn());
                values.add(indexKey == null ? null : ValueJson.encode(index.project(item)));
            }
        }
        session.update(
                "INSERT INTO " + table.rows() + " (" + String.join(", ", columns) + ") VALUES (?"
                        + ", ?".repeat(columns.size() - 1) + ") ON CONFLICT (k) DO UPDATE SET "
                        + columns.stream()
                                .skip(1)
                                .map(column -> column + " = excluded." + column)
                                .collect(Collectors.joining(", ")),
                values.toArray());
    }

    /** Deletes the item of a key. */
    public static void delete(Session session, Table table, byte[] key) throws SQLException {
        session.update("DELETE FROM " + table.rows() + " WHERE k = ?", key);
    }

    /**
     * Reads items in the order of their keys.
     *
     * @param index the index to read; null for the table
     * @param whole whether whole items are wanted, where the index has less
     * @param low the least key
     * @param end the least key after those wanted
     * @param backwards whether the greatest comes first
     */
    public static void scan(
            Session session,
            Table table,
            Index index,
            boolean whole,
            byte[] low,
            byte[] end,
            boolean backwards,
            Visitor visitor)
            throws SQLException {
        var key = index == null ? "k" : index.keyColumn();
        var item = index == null || index.projected() == null || whole ? "item" : index.itemColumn();
        session.each(
                "SELECT " + item + " FROM " + table.rows() + " WHERE " + key + " >= ? AND " + key + " < ? ORDER BY "
                        + key + (backwards ? " DESC" : ""),
                row -> visitor.visit(ValueJson.decode(row.getBytes(1))),
                low,
                end);
    }
}
