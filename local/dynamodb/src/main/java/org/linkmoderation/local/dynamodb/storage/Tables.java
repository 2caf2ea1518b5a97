package org.linkmoderation.local.dynamodb.storage;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.ValueJson;

/** The tables of a database. */
public final class Tables {

    private static final String MISSING = "Requested resource not found";

    private final Database database;
    private final Function<JsonNode, Table> definition;
    private final ConcurrentSkipListMap<String, Table> byName = new ConcurrentSkipListMap<>();

    /** The size of a table. */
    public record Size(long items, long bytes) {}

    /**
     * @param database the database
     * @param definition makes a table of the request that it was created by
     */
    public Tables(Database database, Function<JsonNode, Table> definition) {
        this.database = database;
        this.definition = definition;
        for (var table : database.read(
                session -> session.all("SELECT id, request, created, uid, ttl FROM tables", this::table))) {
            byName.put(table.name(), table);
        }
    }

    private Table table(ResultSet row) throws SQLException {
        return definition
                .apply(ValueJson.parse(row.getBytes(2)))
                .stored(row.getLong(1), Instant.ofEpochMilli(row.getLong(3)), row.getString(4), row.getString(5));
    }

    /**
     * A table that a request on items names.
     *
     * @throws ApiException if there is none
     */
    public Table require(String name) {
        return require(name, "");
    }

    /**
     * A table that a request on tables names.
     *
     * @throws ApiException if there is none
     */
    public Table describe(String name) {
        return require(name, ": Table: " + name + " not found");
    }

    private Table require(String name, String more) {
        var table = byName.get(name);
        if (table == null) {
            throw ApiException.notFound(MISSING + more);
        }
        return table;
    }

    /** Requires that a table that a request began with is still there; returns it as it is now. */
    public Table requireSame(Table table) {
        var now = require(table.name());
        if (now.id() != table.id()) {
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
     * @param request the request
     * @return completes when it is there
     * @throws ApiException if there can be no such table
     */
    public CompletableFuture<Table> create(JsonNode request) {
        var defined = definition.apply(request);
        var name = defined.name();
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
            var table = defined.stored(id, created, uid, null);
            Rows.create(session, table);
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
            Rows.setExpiry(session, changed);
            session.afterCommit(() -> byName.put(table.name(), changed));
            return changed;
        });
    }
}
