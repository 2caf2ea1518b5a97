package org.linkmoderation.local.dynamodb.storage;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.linkmoderation.local.dynamodb.storage.Table.Index;
import org.linkmoderation.local.dynamodb.value.ItemBytes;
import org.linkmoderation.local.dynamodb.value.ItemSize;
import org.linkmoderation.local.dynamodb.value.KeyBytes;
import org.linkmoderation.local.dynamodb.value.Value;

/**
 * The items of a table, and its indexes, which change with them. An item is a row with its key; an index has a row per
 * item in it, with the number of the item's row, and what it projects unless that is the whole item.
 */
public final class Rows {

    private Rows() {}

    /** An item as stored. */
    public record Row(long id, Map<String, Value> item, int size) {}

    /** Is told what a write costs an index. */
    @FunctionalInterface
    public interface IndexWrites {

        /** One write of an entry of a size in bytes. */
        void write(Index index, int size);
    }

    /** Takes the items of a scan. */
    @FunctionalInterface
    public interface Visitor {

        /**
         * Takes an item.
         *
         * @param item the bytes of the item, or of what the index projects
         * @return whether another is wanted
         */
        boolean visit(byte[] item);
    }

    /** The item of a key; null if there is none. */
    public static Row find(Session session, Table table, byte[] key) throws SQLException {
        return session.first(
                "SELECT row, item FROM " + table.rows() + " WHERE k = ?",
                row -> row(row.getLong(1), row.getBytes(2)),
                key);
    }

    private static Row row(long id, byte[] item) {
        return new Row(id, ItemBytes.decode(item), ItemBytes.size(item));
    }

    static List<Row> all(Session session, Table table) throws SQLException {
        return session.all("SELECT row, item FROM " + table.rows(), row -> row(row.getLong(1), row.getBytes(2)));
    }

    /** Those whose time is between two; at most some. */
    static List<Row> expired(Session session, Table table, long from, long to, int most) throws SQLException {
        return session.all(
                "SELECT row, item FROM " + table.rows() + " WHERE expires BETWEEN ? AND ? LIMIT ?",
                row -> row(row.getLong(1), row.getBytes(2)),
                from,
                to,
                most);
    }

    static Long expires(Table table, Map<String, Value> item) {
        return table.ttl() == null ? null : Tables.seconds(item.get(table.ttl()));
    }

    /**
     * Puts an item in the place of another.
     *
     * @param key its key
     * @param old what is in its place; null for nothing
     * @param item the item
     * @param size its size
     * @param costs is told of the indexes' writes
     */
    public static void put(
            Session session, Table table, byte[] key, Row old, Map<String, Value> item, int size, IndexWrites costs)
            throws SQLException {
        byte[] bytes = ItemBytes.encode(item, size);
        long id;
        if (old == null) {
            id = session.first(
                    "INSERT INTO " + table.rows() + " (k, expires, item) VALUES (?, ?, ?) RETURNING row",
                    row -> row.getLong(1),
                    key,
                    expires(table, item),
                    bytes);
        } else {
            id = old.id;
            session.update(
                    "UPDATE " + table.rows() + " SET expires = ?, item = ? WHERE row = ?",
                    expires(table, item),
                    bytes,
                    id);
        }
        for (var index : table.indexes()) {
            index(session, table, index, id, old == null ? null : old.item, item, costs);
        }
    }

    /** Deletes an item. */
    public static void delete(Session session, Table table, Row old, IndexWrites costs) throws SQLException {
        session.update("DELETE FROM " + table.rows() + " WHERE row = ?", old.id);
        for (var index : table.indexes()) {
            index(session, table, index, old.id, old.item, null, costs);
        }
    }

    private static void index(
            Session session,
            Table table,
            Index index,
            long id,
            Map<String, Value> old,
            Map<String, Value> item,
            IndexWrites costs)
            throws SQLException {
        byte[] before = old == null ? null : table.indexKeyOf(index, old);
        byte[] after = item == null ? null : table.indexKeyOf(index, item);
        int oldSize = before == null ? 0 : ItemSize.of(index.project(old));
        int size = after == null ? 0 : ItemSize.of(index.project(item));
        if (before != null && after != null && Arrays.equals(before, after)) {
            if (!index.project(old).equals(index.project(item))) {
                costs.write(index, Math.max(oldSize, size));
                if (index.projected() != null) {
                    session.update(
                            "UPDATE " + index.rows() + " SET item = ? WHERE k = ?",
                            projection(index, item, size),
                            after);
                }
            }
            return;
        }
        if (before != null) {
            costs.write(index, oldSize);
            session.update("DELETE FROM " + index.rows() + " WHERE k = ?", before);
        }
        if (after != null) {
            costs.write(index, size);
            session.update(
                    "INSERT INTO " + index.rows() + " (k, row, item) VALUES (?, ?, ?)",
                    after,
                    id,
                    projection(index, item, size));
        }
    }

    private static byte[] projection(Index index, Map<String, Value> item, int size) {
        return index.projected() == null ? null : ItemBytes.encode(index.project(item), size);
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
        String from;
        if (index == null) {
            from = "SELECT i.item FROM " + table.rows() + " i";
        } else if (index.projected() != null && !whole) {
            from = "SELECT i.item FROM " + index.rows() + " i";
        } else {
            from = "SELECT t.item FROM " + index.rows() + " i CROSS JOIN " + table.rows() + " t ON t.row = i.row";
        }
        session.each(
                from + " WHERE i.k >= ? AND i.k < ? ORDER BY i.k" + (backwards ? " DESC" : ""),
                row -> visitor.visit(row.getBytes(1)),
                low,
                end);
    }

    /** The least key after all keys. */
    public static byte[] afterAll() {
        return new byte[] {(byte) 0xff};
    }

    /** The least key. */
    public static byte[] first() {
        return KeyBytes.after(new byte[0]);
    }
}
