package org.linkmoderation.local.dynamodb.operation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.linkmoderation.local.dynamodb.storage.Table;
import org.linkmoderation.local.dynamodb.storage.Table.Attribute;
import org.linkmoderation.local.dynamodb.storage.Table.Index;
import org.linkmoderation.local.dynamodb.storage.Table.Key;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.Value.Type;

/** Makes a table of a request for one, and checks the request. */
public final class TableDefinition {

    /** The parameters of CreateTable. */
    static final String PARAMETERS = "TableName AttributeDefinitions KeySchema LocalSecondaryIndexes"
            + " GlobalSecondaryIndexes BillingMode ProvisionedThroughput StreamSpecification Tags TableClass"
            + " DeletionProtectionEnabled";

    private static final int SHORTEST_NAME = 3;
    private static final int MOST_GLOBAL_INDEXES = 20;
    private static final int MOST_LOCAL_INDEXES = 5;
    private static final int MOST_PROJECTED = 100;
    private static final String GLOBAL = "GlobalSecondaryIndexes";
    private static final String LOCAL = "LocalSecondaryIndexes";

    private final Map<String, Type> defined = new LinkedHashMap<>();
    private final Set<String> used = new LinkedHashSet<>();
    private final List<Index> indexes = new ArrayList<>();

    private TableDefinition() {}

    /**
     * The table of a request.
     *
     * @throws ApiException if there can be no such table
     */
    public static Table of(JsonNode request) {
        return new TableDefinition().table(new Input(request));
    }

    private Table table(Input input) {
        if (input.tableName().length() < SHORTEST_NAME) {
            throw ApiException.validation(
                    "TableName must be at least 3 characters long and at most 255 characters long");
        }
        for (var node : input.list("AttributeDefinitions", 100)) {
            var attribute = new Input(node);
            attribute.required("AttributeType");
            var type = Type.valueOf(attribute.choice("AttributeType", null, "B", "N", "S"));
            attribute.required("AttributeName");
            if (defined.put(attribute.text("AttributeName"), type) != null) {
                throw ApiException.invalid("Duplicate AttributeName: " + attribute.text("AttributeName"));
            }
        }
        var key = key(input);
        checkThroughput(input, input.choice("BillingMode", "PROVISIONED", "PROVISIONED", "PAY_PER_REQUEST"));
        readIndexes(input, GLOBAL, MOST_GLOBAL_INDEXES, key);
        readIndexes(input, LOCAL, MOST_LOCAL_INDEXES, key);
        if (input.has("StreamSpecification") && new Input(input.get("StreamSpecification")).flag("StreamEnabled")) {
            throw ApiException.validation("The parameter StreamSpecification is not supported by this store");
        }
        if (!used.equals(defined.keySet())) {
            throw ApiException.invalid(
                    indexes.isEmpty()
                            ? "Number of attributes in KeySchema does not exactly match number of attributes defined in"
                                    + " AttributeDefinitions"
                            : "Some AttributeDefinitions are not used. AttributeDefinitions: " + defined.keySet()
                                    + ", keys used: " + used);
        }
        return new Table(0, input.json(), null, null, null, input.tableName(), key, List.copyOf(indexes));
    }

    private Key key(Input owner) {
        var names = new ArrayList<String>();
        for (var node : owner.list("KeySchema", 2)) {
            var element = new Input(node);
            element.required("AttributeName");
            element.required("KeyType");
            if (!element.choice("KeyType", null, "HASH", "RANGE").equals(names.isEmpty() ? "HASH" : "RANGE")) {
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
        if (!defined.keySet().containsAll(names)) {
            throw ApiException.invalid("Some index key attributes are not defined in AttributeDefinitions. Keys: "
                    + names + ", AttributeDefinitions: " + defined.keySet());
        }
        used.addAll(names);
        return new Key(attribute(names.get(0)), names.size() < 2 ? null : attribute(names.get(1)));
    }

    private Attribute attribute(String name) {
        return new Attribute(name, defined.get(name));
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

    private void readIndexes(Input input, String parameter, int most, Key key) {
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
            if (indexes.stream().anyMatch(other -> other.name().equals(name))) {
                throw ApiException.invalid("Duplicate index name: " + name);
            }
            var own = key(index);
            boolean local = parameter.equals(LOCAL);
            if (local && (!own.hash().equals(key.hash()) || own.range() == null)) {
                throw ApiException.invalid("Index KeySchema of the local index " + name
                        + " must have the table's hash key and a range key");
            }
            var projected = projected(new Input(index.required("Projection")), key, own);
            indexes.add(new Index(name, local, own, projected, indexes.size()));
        }
    }

    /** The attributes that an index has; null for all. */
    private static Set<String> projected(Input projection, Key key, Key own) {
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
        var names = new LinkedHashSet<>(key.names());
        names.addAll(own.names());
        if (attributes != null) {
            Input.checkLength("NonKeyAttributes", attributes, MOST_PROJECTED);
            attributes.forEach(name -> names.add(name.asText()));
        }
        return type.equals("ALL") ? null : names;
    }
}
