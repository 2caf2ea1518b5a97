package org.linkmoderation.local.dynamodb.operation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
        return tables.create(TableDefinition.checked(input))
                .thenApply(table -> output("TableDescription", description(table, "CREATING")));
    }

    Output describe(Input input) {
        return output("Table", description(tables.describe(input.tableName()), "ACTIVE"));
    }

    CompletionStage<Output> delete(Input input) {
        return tables.delete(tables.describe(input.tableName()))
                .thenApply(table -> output(
                        "TableDescription",
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("TableName", table.name())
                                .put("TableStatus", "DELETING")
                                .put("TableArn", ARN + table.name())
                                .put("TableId", table.uid())));
    }

    Output list(Input input) {
        int limit = input.positive("Limit", MOST_NAMES);
        if (limit > MOST_NAMES) {
            throw ApiException.constraint(
                    "'" + limit + "'", "limit", "Member must have value less than or equal to 100");
        }
        var start = input.text("ExclusiveStartTableName");
        var names = tables.namesAfter(start == null ? "" : start);
        return json -> {
            json.writeArrayFieldStart("TableNames");
            for (var name : names.subList(0, Math.min(limit, names.size()))) {
                json.writeString(name);
            }
            json.writeEndArray();
            if (names.size() > limit) {
                json.writeStringField("LastEvaluatedTableName", names.get(limit - 1));
            }
        };
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
                .thenApply(changed -> output("TimeToLiveSpecification", specification.json()));
    }

    Output describeTtl(Input input) {
        var table = tables.describe(input.tableName());
        var description = JsonNodeFactory.instance.objectNode();
        description.put("TimeToLiveStatus", table.ttl() == null ? "DISABLED" : "ENABLED");
        if (table.ttl() != null) {
            description.put("AttributeName", table.ttl());
        }
        return output("TimeToLiveDescription", description);
    }

    private static Output output(String member, JsonNode node) {
        return json -> {
            json.writeFieldName(member);
            json.writeTree(node);
        };
    }

    private ObjectNode description(Table table, String status) {
        var request = table.request();
        var size = status.equals("ACTIVE") ? tables.size(table) : new Tables.Size(0, 0);
        var description = JsonNodeFactory.instance.objectNode();
        description.set("AttributeDefinitions", request.get("AttributeDefinitions"));
        description.put("TableName", table.name());
        description.set("KeySchema", request.get("KeySchema"));
        description.put("TableStatus", status);
        description.put("CreationDateTime", table.created().toEpochMilli() / 1000.0);
        description.set("ProvisionedThroughput", throughput(request));
        description.put("TableSizeBytes", size.bytes());
        description.put("ItemCount", size.items());
        description.put("TableArn", ARN + table.name());
        description.put("TableId", table.uid());
        if (isOnDemand(request)) {
            description.putObject("BillingModeSummary").put("BillingMode", "PAY_PER_REQUEST");
        }
        describeIndexes(description, table, "LocalSecondaryIndexes", status, size);
        describeIndexes(description, table, "GlobalSecondaryIndexes", status, size);
        description.put("DeletionProtectionEnabled", false);
        return description;
    }

    private static boolean isOnDemand(JsonNode request) {
        return request.path("BillingMode").asText().equals("PAY_PER_REQUEST");
    }

    private static ObjectNode throughput(JsonNode request) {
        var given = request.path("ProvisionedThroughput");
        return JsonNodeFactory.instance
                .objectNode()
                .put("NumberOfDecreasesToday", 0)
                .put("ReadCapacityUnits", given.path("ReadCapacityUnits").asLong())
                .put("WriteCapacityUnits", given.path("WriteCapacityUnits").asLong());
    }

    private static void describeIndexes(
            ObjectNode description, Table table, String parameter, String status, Tables.Size size) {
        var given = table.request().path(parameter);
        if (given.isEmpty()) {
            return;
        }
        var indexes = description.putArray(parameter);
        for (var index : given) {
            ObjectNode each = index.deepCopy();
            if (parameter.startsWith("Global")) {
                each.put("IndexStatus", status);
                each.set("ProvisionedThroughput", throughput(index));
            }
            each.put("IndexSizeBytes", size.bytes());
            each.put("ItemCount", size.items());
            each.put(
                    "IndexArn",
                    ARN + table.name() + "/index/" + index.path("IndexName").asText());
            indexes.add(each);
        }
    }
}
