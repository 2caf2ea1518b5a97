package org.linkmoderation.local.dynamodb.operation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.linkmoderation.local.dynamodb.expression.Placeholders;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.ValueJson;

/** The parameters of a request, or of a part of one, read with the checks of the API's model. */
final class Input {

    private static final Pattern TABLE_NAME = Pattern.compile("[a-zA-Z0-9_.-]+");
    private static final int LONGEST_NAME = 255;
    private static final String ARN_TABLE = ":table/";

    private final JsonNode node;

    Input(JsonNode node) {
        ValueJson.require(node.isObject(), node, "a structure");
        this.node = node;
    }

    /** Refuses parameters that nothing here understands: doing a part of what was asked is worse than an error. */
    void requireKnown(Set<String> known) {
        for (var field : node.properties()) {
            if (!known.contains(field.getKey()) && !field.getValue().isNull()) {
                throw ApiException.validation("The parameter " + field.getKey() + " is not supported by this store");
            }
        }
    }

    boolean has(String name) {
        return node.hasNonNull(name);
    }

    /** A parameter of any type; null if there is none. */
    JsonNode get(String name) {
        return has(name) ? node.get(name) : null;
    }

    JsonNode json() {
        return node;
    }

    static String member(String name) {
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    /** A text; null if there is none. */
    String text(String name) {
        return has(name) ? ValueJson.text(node.get(name)) : null;
    }

    /** One of some texts. */
    String choice(String name, String byDefault, String... choices) {
        var value = text(name);
        if (value == null) {
            return byDefault;
        }
        if (!List.of(choices).contains(value)) {
            throw ApiException.constraint(
                    "'" + value + "'",
                    member(name),
                    "Member must satisfy enum value set: [" + String.join(", ", choices) + "]");
        }
        return value;
    }

    boolean flag(String name) {
        return has(name) && ValueJson.bool(node.get(name));
    }

    /** A whole number of 1 or more; the default if there is none. */
    int positive(String name, int byDefault) {
        var value = get(name);
        if (value == null) {
            return byDefault;
        }
        ValueJson.require(value.canConvertToInt() && value.isIntegralNumber(), value, "Integer");
        if (value.intValue() < 1) {
            throw ApiException.constraint(
                    "'" + value.intValue() + "'", member(name), "Member must have value greater than or equal to 1");
        }
        return value.intValue();
    }

    JsonNode required(String name) {
        if (!has(name)) {
            throw ApiException.constraint("null", member(name), "Member must not be null");
        }
        return node.get(name);
    }

    ObjectNode object(String name) {
        var value = get(name);
        ValueJson.require(value == null || value.isObject(), value, "a map");
        return (ObjectNode) value;
    }

    ArrayNode array(String name) {
        var value = get(name);
        ValueJson.require(value == null || value.isArray(), value, "a list");
        return (ArrayNode) value;
    }

    /** A list of a length from 1 to the most. */
    ArrayNode list(String name, int most) {
        required(name);
        var list = array(name);
        checkLength(name, list, most);
        return list;
    }

    static void checkLength(String name, JsonNode list, int most) {
        if (list.isEmpty()) {
            throw ApiException.constraint(
                    list.isArray() ? "'[]'" : "'{}'",
                    member(name),
                    "Member must have length greater than or equal to 1");
        }
        if (list.size() > most) {
            throw ApiException.constraint(
                    "'[" + list.size() + " members]'",
                    member(name),
                    "Member must have length less than or equal to " + most);
        }
    }

    Map<String, Value> item(String name) {
        return ValueJson.item(required(name));
    }

    /** The name of the table, which an ARN may be given for. */
    String tableName() {
        required("TableName");
        return checkedTableName(text("TableName"));
    }

    static String checkedTableName(String given) {
        var name = given.startsWith("arn:") && given.contains(ARN_TABLE)
                ? given.substring(given.indexOf(ARN_TABLE) + ARN_TABLE.length())
                : given;
        String constraint = null;
        if (name.isEmpty()) {
            constraint = "Member must have length greater than or equal to 1";
        } else if (name.length() > LONGEST_NAME) {
            constraint = "Member must have length less than or equal to " + LONGEST_NAME;
        } else if (!TABLE_NAME.matcher(name).matches()) {
            constraint = "Member must satisfy regular expression pattern: " + TABLE_NAME.pattern();
        }
        if (constraint != null) {
            throw ApiException.constraint("'" + name + "'", "tableName", constraint);
        }
        return name;
    }

    /** The parts of a batch, by table, of which there are at most some. */
    ObjectNode requests(int most) {
        required("RequestItems");
        var requests = object("RequestItems");
        checkLength("RequestItems", requests, most);
        return requests;
    }

    String consumed() {
        return choice("ReturnConsumedCapacity", "NONE", "INDEXES", "TOTAL", "NONE");
    }

    boolean metrics() {
        return choice("ReturnItemCollectionMetrics", "NONE", "SIZE", "NONE").equals("SIZE");
    }

    Placeholders placeholders() {
        var given = object("ExpressionAttributeNames");
        var values = object("ExpressionAttributeValues");
        Map<String, String> names = given == null ? null : new LinkedHashMap<>();
        if (given != null) {
            given.properties()
                    .forEach(field -> names.put(field.getKey(), field.getValue().asText()));
        }
        return new Placeholders(names, values == null ? null : ValueJson.item(values));
    }

    /** Refuses a request with parameters of both kinds. */
    void requireOneKind(List<String> legacy, List<String> expressions) {
        var old = legacy.stream().filter(this::has).toList();
        var modern = expressions.stream().filter(this::has).toList();
        if (!old.isEmpty() && !modern.isEmpty()) {
            throw ApiException.validation("Can not use both expression and non-expression parameters in the same"
                    + " request: Non-expression parameters: {" + String.join(", ", old) + "} Expression parameters: {"
                    + String.join(", ", modern) + "}");
        }
    }
}
