package org.linkmoderation.local.dynamodb.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.Value;

/** The tables of a database. */
public final class Tables {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MISSING = "Requested resource not found";

    private final Database database;
    private final ConcurrentSkipListMap<String, Table> byName = new ConcurrentSkipListMap<>();

    /** The size of a table. */
    public record Size(long items, long bytes) {}

    /** @param database the database */
    public Tables(Database database) {
        this.database = database;
        for (var table : database.read(
                session -> session.all("SELECT id, request, created, uid, ttl FROM tables", Tables::table))) {
            byName.put(table.name(), table);
        }
    }

    private static Table table(ResultSet row) throws SQLException {
        try {
            return Table.of(
                    row.getLong(1),
                    JSON.readTree(row.getString(2)),
                    Instant.ofEpochMilli(row.getLong(3)),
                    row.getString(4),
                    row.getString(5));
        } catch (JsonProcessingException e) {
            throw new SQLException("the definition of a table is no JSON", e);
        }
    }

    /**
     * A table that a request on items names.
     *
     * @throws ApiException if there is none
     */
    public Table require(String name) {
        var table = byName.get(name);
        if (table == null) {
            throw ApiException.notFound(MISSING);
        }
        return table;
    }

    /**
     * A table that a request on tables names.
     *
     * @throws ApiException if there is none
     */
    public Table describe(String name) {
        var table = byName.get(name);
        if (table == null) {
            throw ApiException.notFound(MISSING + ": Table: " + name + " not found");
        }
        return table;
    }

    /** Requires that a table that a request began with is still there; returns it as it is now. */
    Table requireSame(Table table) {
        var now = byName.get(table.name());
        if (now == null || now.id() != table.id()) {
            throw ApiException.notFound(MISSING);
        }
        return now;
    }

    /** The names after one, in their order; all if it is empty. */
    public List<String> namesAfter(String name) {
        return List.copyOf(byName.tailMap(name, false).keySet());
    }

    /** Those with a time to live. */
    List<Table> expiring() {
        return byName.values().stream().filter(table -> table.ttl() != null).toList();
    }

    /** The number and the size of the items of a table. */
    public Size size(Table table) {
        return database.read(session -> session.first(
                "SELECT count(*), coalesce(sum(length(item)), 0) FROM " + table.rows(),
                row -> new Size(row.getLong(1), row.getLong(2))));
    }

    /**
     * Creates a table.
     *
     * @param request the request, checked
     * @return completes when it is there
     */
    public CompletableFuture<Table> create(JsonNode request) {
        var name = request.path("TableName").asText();
        return database.write(session -> {
            if (session.first("SELECT 1 FROM tables WHERE name = ?", row -> true, name) != null) {
                throw ApiException.inUse("Table already exists: " + name);
            }
            var created = Instant.now();
            var uid = UUID.randomUUID().toString();
            long id = session.first(
                    "INSERT INTO tables (name, request, created, uid) VALUES (?, ?, ?, ?) RETURNING id",
                    row -> row.getLong(1),
                    name,
                    request.toString(),
                    created.toEpochMilli(),
                    uid);
            var table = Table.of(id, request, created, uid, null);
            session.execute("CREATE TABLE " + table.rows()
                    + " (row INTEGER PRIMARY KEY, k BLOB NOT NULL UNIQUE, expires INTEGER, item BLOB NOT NULL)");
            session.execute("CREATE INDEX " + table.rows() + "_expires ON " + table.rows()
                    + " (expires) WHERE expires IS NOT NULL");
            for (var index : table.indexes()) {
                session.execute("CREATE TABLE " + index.rows()
                        + " (k BLOB PRIMARY KEY, row INTEGER NOT NULL, item BLOB) WITHOUT ROWID");
            }
            session.afterCommit(() -> byName.put(name, table));
            return table;
        });
    }

    /** Deletes a table; completes with what it was when it is gone. */
    public CompletableFuture<Table> delete(Table table) {
        return database.write(session -> {
            requireSame(table);
            session.update("DELETE FROM tables WHERE id = ?", table.id());
            session.execute("DROP TABLE " + table.rows());
            for (var index : table.indexes()) {
                session.execute("DROP TABLE " + index.rows());
            }
            session.afterCommit(() -> byName.remove(table.name()));
            return table;
        });
    }

    /**
     * Sets the attribute of a table's time to live.
     *
     * @param attribute the attribute; null for none
     */
    public CompletableFuture<Table> setTtl(Table table, String attribute) {
        return database.write(session -> {
            var changed = requireSame(table).withTtl(attribute);
            session.update("UPDATE tables SET ttl = ? WHERE id = ?", attribute, table.id());
            session.update("UPDATE " + table.rows() + " SET expires = NULL WHERE expires IS NOT NULL");
            if (attribute != null) {
                for (var row : Rows.all(session, table)) {
                    var expires = Rows.expires(changed, row.item());
                    if (expires != null) {
                        session.update("UPDATE " + table.rows() + " SET expires = ? WHERE row = ?", expires, row.id());
                    }
                }
            }
            session.afterCommit(() -> byName.put(table.name(), changed));
            return changed;
        });
    }

    /** The value of an attribute as seconds since 1970; null if it is none. */
    static Long seconds(Value value) {
        return value instanceof Value.Num num
                        && num.number().signum() > 0
                        && num.number().precision() - num.number().scale() < 18
                ? Long.valueOf(num.number().longValue())
                : null;
    }
}
