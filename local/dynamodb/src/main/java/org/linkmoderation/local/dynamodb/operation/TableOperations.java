package org.linkmoderation.local.dynamodb.operation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.linkmoderation.local.dynamodb.storage.Table;
import org.linkmoderation.local.dynamodb.storage.Tables;
import org.linkmoderation.local.dynamodb.value.ApiException;

/** CreateTable, DescribeTable, ListTables, DeleteTable, UpdateTimeToLive, DescribeTimeToLive. */
final class TableOperations {

    /** Its region tells this store from AWS, whose regions have other names. */
    private static final String ARN = "arn:aws:dynamodb:local:000000000000:table/";

    private static final int MOST_NAMES = 100;

    private final Tables tables;

    TableOperations(Tables tables) {
        this.tables = tables;
    }

    CompletionStage<Output> create(Input input) {
        return tables.create(input.json())
                .thenApply(table -> new Output().with("TableDescription", description(table, "CREATING")));
    }

    Output describe(Input input) {
        return new Output().with("Table", description(tables.describe(input.tableName()), "ACTIVE"));
    }

    CompletionStage<Output> delete(Input input) {
        return tables.delete(tables.describe(input.tableName()))
                .thenApply(table -> new Output()
                        .with(
                                "TableDescription",
                                new Output()
                                        .with("TableName", table.name())
                                        .with("TableStatus", "DELETING")
                                        .with("TableArn", ARN + table.name())
                                        .with("TableId", table.uid())));
    }

    Output list(Input input) {
        int limit = input.positive("Limit", MOST_NAMES);
        if (limit > MOST_NAMES) {
            throw ApiException.constraint(
                    "'" + limit + "'", "limit", "Member must have value less than or equal to 100");
        }
        var start = input.text("ExclusiveStartTableName");
        var names = tables.namesAfter(start == null ? "" : start);
        boolean more = names.size() > limit;
        return new Output()
                .with("TableNames", more ? names.subList(0, limit) : names)
                .with("LastEvaluatedTableName", more ? names.get(limit - 1) : null);
    }

    CompletionStage<Output> updateTtl(Input input) {
        var name = input.tableName();
        var specification = new Input(input.required("TimeToLiveSpecification"));
        specification.required("Enabled");
        specification.required("AttributeName");
        boolean enabled = specification.flag("Enabled");
        var attribute = specification.text("AttributeName");
        if (attribute.isEmpty() || attribute.length() > 255) {
            throw ApiException.constraint(
                    "'" + attribute + "'",
                    "timeToLiveSpecification.attributeName",
                    "Member must have length between 1 and 255");
        }
        var table = tables.describe(name);
        if (enabled == (table.ttl() != null)) {
            throw ApiException.validation("TimeToLive is already " + (enabled ? "enabled" : "disabled"));
        }
        if (!enabled && !attribute.equals(table.ttl())) {
            throw ApiException.validation(
                    "TimeToLive is active on a different AttributeName: current AttributeName is " + table.ttl());
        }
        return tables.setTtl(table, enabled ? attribute : null)
                .thenApply(changed -> new Output().with("TimeToLiveSpecification", specification.json()));
    }

    Output describeTtl(Input input) {
        var ttl = tables.describe(input.tableName()).ttl();
        return new Output()
                .with(
                        "TimeToLiveDescription",
                        new Output()
                                .with("TimeToLiveStatus", ttl == null ? "DISABLED" : "ENABLED")
                                .with("AttributeName", ttl));
    }

    private Output description(Table table, String status) {
        var request = table.request();
        var size = status.equals("ACTIVE") ? tables.size(table) : new Tables.Size(0, 0);
        return new Output()
                .with("AttributeDefinitions", request.get("AttributeDefinitions"))
                .with("TableName", table.name())
                .with("KeySchema", request.get("KeySchema"))
                .with("TableStatus", status)
                .with("CreationDateTime", table.created().toEpochMilli() / 1000.0)
                .with("ProvisionedThroughput", throughput(request))
                .with("TableSizeBytes", size.bytes())
                .with("ItemCount", size.items())
                .with("TableArn", ARN + table.name())
                .with("TableId", table.uid())
                .with(
                        "BillingModeSummary",
                        isOnDemand(request) ? new Output().with("BillingMode", "PAY_PER_REQUEST") : null)
                .with("LocalSecondaryIndexes", indexes(table, "LocalSecondaryIndexes", size, null))
                .with("GlobalSecondaryIndexes", indexes(table, "GlobalSecondaryIndexes", size, status))
                .with("DeletionProtectionEnabled", false);
    }

    private static boolean isOnDemand(JsonNode request) {
        return request.path("BillingMode").asText().equals("PAY_PER_REQUEST");
    }

    private static Output throughput(JsonNode request) {
        var given = request.path("ProvisionedThroughput");
        return new Output()
                .with("NumberOfDecreasesToday", 0)
                .with("ReadCapacityUnits", given.path("ReadCapacityUnits").asLong())
                .with("WriteCapacityUnits", given.path("WriteCapacityUnits").asLong());
    }

    /** The indexes of a kind; null if there are none. */
    private static List<Output> indexes(Table table, String parameter, Tables.Size size, String status) {
        var given = table.request().path(parameter);
        return given.isEmpty()
                ? null
                : given.valueStream()
                        .map(index -> new Output()
                                .with("IndexName", index.get("IndexName"))
                                .with("KeySchema", index.get("KeySchema"))
                                .with("Projection", index.get("Projection"))
                                .with("IndexStatus", status)
                                .with("ProvisionedThroughput", status == null ? null : throughput(index))
                                .with("IndexSizeBytes", size.bytes())
                                .with("ItemCount", size.items())
                                .with(
                                        "IndexArn",
                                        ARN + table.name() + "/index/"
                                                + index.path("IndexName").asText()))
                        .toList();
    }
}
