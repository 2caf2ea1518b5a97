package org.linkmoderation.local.dynamodb.operation;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.linkmoderation.local.dynamodb.storage.Table;
import org.linkmoderation.local.dynamodb.storage.Table.Index;

/**
 * The capacity that a request consumes of a table, as the service counts it: a write unit per kilobyte of the larger of
 * the old and the new item, and of each index entry that changes; a read unit per 4 kB read consistently; half of that
 * otherwise, and double in a transaction.
 */
final class Capacity {

    private final Table table;
    private double units;
    private double readUnits;
    private double writeUnits;
    private final Map<Index, Double> byIndex = new LinkedHashMap<>();

    Capacity(Table table) {
        this.table = table;
    }

    void wrote(int size, boolean transaction) {
        double cost = writeUnits(size) * (transaction ? 2 : 1);
        units += cost;
        writeUnits += cost;
    }

    void wroteIndex(Index index, int size, boolean transaction) {
        double cost = writeUnits(size) * (transaction ? 2 : 1);
        byIndex.merge(index, cost, Double::sum);
        writeUnits += cost;
    }

    /** @param factor 0.5 for an eventually consistent read, 1 for a consistent one, 2 for one in a transaction */
    void read(Index index, long size, double factor) {
        double cost = Math.max(1, (size + 4_095) / 4_096) * factor;
        readUnits += cost;
        if (index == null) {
            units += cost;
        } else {
            byIndex.merge(index, cost, Double::sum);
        }
    }

    private static double writeUnits(int size) {
        return Math.max(1, (size + 1_023) / 1_024);
    }

    /** Writes what {@code ReturnConsumedCapacity} asks for as a member of the response. */
    void write(JsonGenerator json, String wanted) throws IOException {
        if (!wanted.equals("NONE")) {
            json.writeFieldName("ConsumedCapacity");
            write(json, wanted, false);
        }
    }

    /** Writes the capacities of several tables as a list. */
    static void writeAll(JsonGenerator json, String wanted, Collection<Capacity> all, boolean transaction)
            throws IOException {
        if (!wanted.equals("NONE")) {
            json.writeArrayFieldStart("ConsumedCapacity");
            for (var capacity : all) {
                capacity.write(json, wanted, transaction);
            }
            json.writeEndArray();
        }
    }

    private void write(JsonGenerator json, String wanted, boolean transaction) throws IOException {
        json.writeStartObject();
        json.writeStringField("TableName", table.name());
        double indexUnits =
                byIndex.values().stream().mapToDouble(Double::doubleValue).sum();
        json.writeNumberField("CapacityUnits", units + indexUnits);
        if (transaction) {
            json.writeNumberField(
                    writeUnits > 0 ? "WriteCapacityUnits" : "ReadCapacityUnits",
                    writeUnits > 0 ? writeUnits : readUnits);
        }
        if (wanted.equals("INDEXES")) {
            json.writeObjectFieldStart("Table");
            json.writeNumberField("CapacityUnits", units);
            json.writeEndObject();
            writeIndexes(json, "GlobalSecondaryIndexes", false);
            writeIndexes(json, "LocalSecondaryIndexes", true);
        }
        json.writeEndObject();
    }

    private void writeIndexes(JsonGenerator json, String field, boolean local) throws IOException {
        boolean any = false;
        for (var entry : byIndex.entrySet()) {
            if (entry.getKey().local() == local) {
                if (!any) {
                    json.writeObjectFieldStart(field);
                    any = true;
                }
                json.writeObjectFieldStart(entry.getKey().name());
                json.writeNumberField("CapacityUnits", entry.getValue());
                json.writeEndObject();
            }
        }
        if (any) {
            json.writeEndObject();
        }
    }
}
