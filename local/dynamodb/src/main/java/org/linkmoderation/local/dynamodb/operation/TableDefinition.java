package org.linkmoderation.local.dynamodb.operation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.linkmoderation.local.dynamodb.value.ApiException;

/** Checks a request for a new table. */
final class TableDefinition {

    private static final int SHORTEST_NAME = 3;
    private static final int MOST_GLOBAL_INDEXES = 20;
    private static final int MOST_LOCAL_INDEXES = 5;
    private static final int MOST_PROJECTED = 100;
    private static final String GLOBAL = "GlobalSecondaryIndexes";
    private static final String LOCAL = "LocalSecondaryIndexes";

    private final Set<String> defined = new LinkedHashSet<>();
    private final Set<String> used = new LinkedHashSet<>();
    private final Set<String> indexNames = new HashSet<>();

    private TableDefinition() {}

    /** The request, if a table can be made of it. */
    static JsonNode checked(Input input) {
        new TableDefinition().check(input);
        return input.json();
    }

    private void check(Input input) {
        if (input.tableName().length() < SHORTEST_NAME) {
            throw ApiException.validation(
                    "TableName must be at least 3 characters long and at most 255 characters long");
        }
        for (var node : input.list("AttributeDefinitions", 100)) {
            var attribute = new Input(node);
            attribute.required("AttributeType");
            attribute.choice("AttributeType", null, "B", "N", "S");
            attribute.required("AttributeName");
            if (!defined.add(attribute.text("AttributeName"))) {
                throw ApiException.invalid("Duplicate AttributeName: " + attribute.text("AttributeName"));
            }
        }
        var hash = checkKey(input);
        checkThroughput(input, input.choice("BillingMode", "PROVISIONED", "PROVISIONED", "PAY_PER_REQUEST"));
        checkIndexes(input, GLOBAL, MOST_GLOBAL_INDEXES, null);
        checkIndexes(input, LOCAL, MOST_LOCAL_INDEXES, hash);
        if (input.has("StreamSpecification") && new Input(input.get("StreamSpecification")).flag("StreamEnabled")) {
            throw ApiException.validation("The parameter StreamSpecification is not supported by this store");
        }
        if (!used.equals(defined)) {
            throw ApiException.invalid(
                    indexNames.isEmpty()
                            ? "Number of attributes in KeySchema does not exactly match number of attributes defined in"
                                    + " AttributeDefinitions"
                            : "Some AttributeDefinitions are not used. AttributeDefinitions: " + defined
                                    + ", keys used: " + used);
        }
    }

    /** Checks a key; returns its partition key. */
    private String checkKey(Input owner) {
        var names = new ArrayList<String>();
        for (var node : owner.list("KeySchema", 2)) {
            var element = new Input(node);
            element.required("AttributeName");
            element.required("KeyType");
            var expected = names.isEmpty() ? "HASH" : "RANGE";
            if (!element.choice("KeyType", null, "HASH", "RANGE").equals(expected)) {
                throw ApiException.invalid(
                        names.isEmpty()
                                ? "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
                                : "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
            }
            var name = element.text("AttributeName");
            if (names.contains(name)) {
                throw ApiException.validation(
                        "Both the Hash Key and the Range Key element in the KeySchema have the same name");
            }
            names.add(name);
        }
        if (!defined.containsAll(names)) {
            throw ApiException.invalid("Some index key attributes are not defined in AttributeDefinitions. Keys: "
                    + names + ", AttributeDefinitions: " + defined);
        }
        used.addAll(names);
        return names.get(0);
    }

    private static void checkThroughput(Input owner, String billing) {
        boolean given = owner.has("ProvisionedThroughput");
        if (billing.equals("PROVISIONED") != given) {
            throw ApiException.invalid(
                    given
                            ? "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is"
                                    + " PAY_PER_REQUEST"
                            : "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is"
                                    + " PROVISIONED");
        }
        if (given) {
            var throughput = new Input(owner.get("ProvisionedThroughput"));
            for (var units : List.of("ReadCapacityUnits", "WriteCapacityUnits")) {
                throughput.required(units);
                throughput.positive(units, 0);
            }
        }
    }

    private void checkIndexes(Input input, String parameter, int most, String hash) {
        if (!input.has(parameter)) {
            return;
        }
        if (input.array(parameter).isEmpty()) {
            throw ApiException.invalid("List of " + parameter + " is empty");
        }
        for (var node : input.list(parameter, most)) {
            var index = new Input(node);
            index.required("IndexName");
            var name = index.text("IndexName");
            if (!name.matches("[a-zA-Z0-9_.-]{3,255}")) {
                throw ApiException.constraint(
                        "'" + name + "'",
                        Input.member(parameter) + ".member.indexName",
                        "Member must have a length from 3 to 255 and satisfy regular expression pattern:"
                                + " [a-zA-Z0-9_.-]+");
            }
            if (!indexNames.add(name)) {
                throw ApiException.invalid("Duplicate index name: " + name);
            }
            var own = checkKey(index);
            if (hash != null && (!own.equals(hash) || index.array("KeySchema").size() < 2)) {
                throw ApiException.invalid("Index KeySchema of the local index " + name
                        + " must have the table's hash key and a range key");
            }
            checkProjection(new Input(index.required("Projection")));
        }
    }

    private static void checkProjection(Input projection) {
        var type = projection.choice("ProjectionType", null, "ALL", "KEYS_ONLY", "INCLUDE");
        if (type == null) {
            throw ApiException.invalid("Unknown ProjectionType: null");
        }
        var attributes = projection.array("NonKeyAttributes");
        if (type.equals("INCLUDE") != (attributes != null)) {
            throw ApiException.invalid(
                    attributes == null
                            ? "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"
                            : "ProjectionType is " + type + ", but NonKeyAttributes is specified");
        }
        if (attributes != null) {
            Input.checkLength("NonKeyAttributes", attributes, MOST_PROJECTED);
        }
    }
}
