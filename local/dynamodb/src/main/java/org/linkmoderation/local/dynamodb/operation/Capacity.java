package org.linkmoderation.local.dynamodb.operation;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.linkmoderation.local.dynamodb.operation.ItemWrite.Plan;
import org.linkmoderation.local.dynamodb.storage.Table;
import org.linkmoderation.local.dynamodb.storage.Table.Index;
import org.linkmoderation.local.dynamodb.value.Value;

/**
 * The capacity that a request consumes of a table, as the service counts it: a write unit per kilobyte of the larger of
 * the old and the new item, and of each index entry that changes; a read unit per 4 kB read consistently; half of that
 * otherwise, and double in a transaction.
 */
final class Capacity {

    /** An eventually consistent read. */
    static final double EVENTUAL = 0.5;
    /** A write, or a consistent read. */
    static final double ALONE = 1;
    /** A write or a read in a transaction. */
    static final double TRANSACTION = 2;

    private final Table table;
    private double units;
    private double readUnits;
    private double writeUnits;
    private final Map<Index, Double> byIndex = new LinkedHashMap<>();

    Capacity(Table table) {
        this.table = table;
    }

    /** What a write has consumed, if the request asks for it; else null. */
    static Output written(Input input, Plan plan) {
        var capacity = new Capacity(plan.table());
        capacity.wrote(plan, ALONE);
        return capacity.shown(input);
    }

    /** What writes have consumed, by table, if the request asks for it; else null. */
    static List<Output> written(Input input, List<Plan> plans, boolean transaction) {
        var byTable = new LinkedHashMap<String, Capacity>();
        for (var plan : plans) {
            byTable.computeIfAbsent(plan.table().name(), name -> new Capacity(plan.table()))
                    .wrote(plan, transaction ? TRANSACTION : ALONE);
        }
        return shown(input, byTable.values(), transaction);
    }

    private void wrote(Plan plan, double factor) {
        wrote(null, Math.max(Value.size(plan.oldItem()), Value.size(plan.item())), factor);
        for (var index : table.indexes()) {
            byte[] before = table.indexKeyOf(index, plan.oldItem());
            byte[] after = table.indexKeyOf(index, plan.item());
            var old = before == null ? Map.<String, Value>of() : index.project(plan.oldItem());
            var item = after == null ? Map.<String, Value>of() : index.project(plan.item());
            if (before != null && Arrays.equals(before, after)) {
                if (!old.equals(item)) {
                    wrote(index, Math.max(Value.size(old), Value.size(item)), factor);
                }
                continue;
            }
            if (before != null) {
                wrote(index, Value.size(old), factor);
            }
            if (after != null) {
                wrote(index, Value.size(item), factor);
            }
        }
    }

    private void wrote(Index index, int size, double factor) {
        double cost = Math.max(1, (size + 1_023) / 1_024) * factor;
        writeUnits += cost;
        add(index, cost);
    }

    void read(Index index, long size, double factor) {
        double cost = Math.max(1, (size + 4_095) / 4_096) * factor;
        readUnits += cost;
        add(index, cost);
    }

    private void add(Index index, double cost) {
        if (index == null) {
            units += cost;
        } else {
            byIndex.merge(index, cost, Double::sum);
        }
    }

    /** It, if the request asks for it; else null. */
    Output shown(Input input) {
        return input.consumed().equals("NONE") ? null : shown(input.consumed(), false);
    }

    /** The capacities of several tables, if the request asks for them; else null. */
    static List<Output> shown(Input input, Collection<Capacity> all, boolean transaction) {
        return input.consumed().equals("NONE")
                ? null
                : all.stream()
                        .map(capacity -> capacity.shown(input.consumed(), transaction))
                        .toList();
    }

    private Output shown(String wanted, boolean transaction) {
        double indexUnits =
                byIndex.values().stream().mapToDouble(Double::doubleValue).sum();
        boolean indexes = wanted.equals("INDEXES");
        return new Output()
                .with("TableName", table.name())
                .with("CapacityUnits", units + indexUnits)
                .with("WriteCapacityUnits", transaction && writeUnits > 0 ? writeUnits : null)
                .with("ReadCapacityUnits", transaction && writeUnits == 0 ? readUnits : null)
                .with("Table", indexes ? Map.of("CapacityUnits", units) : null)
                .with("GlobalSecondaryIndexes", indexes ? shownIndexes(false) : null)
                .with("LocalSecondaryIndexes", indexes ? shownIndexes(true) : null);
    }

    private Output shownIndexes(boolean local) {
        var shown = new Output();
        byIndex.forEach((index, cost) -> {
            if (index.local() == local) {
                shown.put(index.name(), Map.of("CapacityUnits", cost));
            }
        });
        return shown.isEmpty() ? null : shown;
    }
}
