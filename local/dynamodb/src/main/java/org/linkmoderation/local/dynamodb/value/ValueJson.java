package org.linkmoderation.local.dynamodb.value;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.linkmoderation.local.dynamodb.value.Value.Type;

/** Values in the JSON of the API, which is what the database has too. */
public final class ValueJson {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DEEPEST = 32;
    private static final String EMPTY =
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";

    private ValueJson() {}

    /** The bytes of an item, or of anything else that has values in it. */
    public static byte[] encode(Object content) {
        try {
            return JSON.writeValueAsBytes(content);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The item of stored bytes; another with each call. */
    public static Map<String, Value> decode(byte[] bytes) {
        return item(parse(bytes));
    }

    /**
     * Reads an object.
     *
     * @throws ApiException if it is none
     */
    public static JsonNode parse(byte[] bytes) {
        try {
            var node = JSON.readTree(bytes);
            if (node == null || !node.isObject()) {
                throw ApiException.serialization("The request is no JSON object");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw ApiException.serialization("The request is no JSON that can be read: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads an item, a key or a map of values.
     *
     * @throws ApiException if it is none
     */
    public static Map<String, Value> item(JsonNode node) {
        return members(node, 1);
    }

    /**
     * Reads a value.
     *
     * @throws ApiException if it is none
     */
    public static Value value(JsonNode node) {
        return value(node, 1);
    }

    private static Map<String, Value> members(JsonNode node, int depth) {
        require(node.isObject(), node, "a map of attribute values");
        var members = new LinkedHashMap<String, Value>();
        node.properties().forEach(field -> members.put(field.getKey(), value(field.getValue(), depth)));
        return members;
    }

    private static Value value(JsonNode node, int depth) {
        require(node.isObject(), node, "an attribute value");
        if (depth > DEEPEST) {
            throw ApiException.validation("Nesting Levels have exceeded supported limits");
        }
        Value found = null;
        for (var field : node.properties()) {
            if (!field.getValue().isNull()) {
                if (found != null) {
                    throw ApiException.validation("Supplied AttributeValue has more than one datatypes set,"
                            + " must contain exactly one of the supported datatypes");
                }
                found = value(field.getKey(), field.getValue(), depth);
            }
        }
        if (found == null) {
            throw ApiException.validation(EMPTY);
        }
        return found;
    }

    private static Value value(String type, JsonNode node, int depth) {
        return switch (type) {
            case "S" -> Value.text(text(node));
            case "N" -> Numbers.parse(text(node));
            case "B" -> binary(node);
            case "BOOL" -> bool(node) ? Value.TRUE : Value.FALSE;
            case "NULL" -> {
                if (!bool(node)) {
                    throw ApiException.invalid("Null attribute value types must have the value of true");
                }
                yield new Value(Type.NULL, true);
            }
            case "M" -> new Value(Type.M, members(node, depth + 1));
            case "L" -> {
                var elements = new ArrayList<Value>();
                array(node).forEach(element -> elements.add(value(element, depth + 1)));
                yield new Value(Type.L, elements);
            }
            case "SS" -> set(Type.SS, node, "An string set  may not be empty");
            case "NS" -> set(Type.NS, node, "An number set  may not be empty");
            case "BS" -> set(Type.BS, node, "Binary sets should not be empty");
            default -> throw ApiException.validation(EMPTY);
        };
    }

    private static Value set(Type type, JsonNode node, String empty) {
        var elements = new LinkedHashSet<Value>();
        array(node).forEach(element -> elements.add(value(type.element().name(), element, 1)));
        if (elements.isEmpty()) {
            throw ApiException.invalid(empty);
        }
        if (elements.size() < node.size()) {
            List<String> shown = node.valueStream().map(JsonNode::asText).toList();
            throw ApiException.invalid(
                    "Input collection " + shown + (type == Type.BS ? "of type BS" : "") + " contains duplicates.");
        }
        return new Value(type, elements);
    }

    private static JsonNode array(JsonNode node) {
        require(node.isArray(), node, "a list");
        return node;
    }

    /**
     * Reads a text.
     *
     * @throws ApiException if it is none
     */
    public static String text(JsonNode node) {
        require(node.isTextual(), node, "String");
        return node.textValue();
    }

    /**
     * Reads a boolean.
     *
     * @throws ApiException if it is none
     */
    public static boolean bool(JsonNode node) {
        require(node.isBoolean(), node, "Boolean");
        return node.booleanValue();
    }

    private static Value binary(JsonNode node) {
        try {
            return Value.binary(Base64.getDecoder().decode(text(node)));
        } catch (IllegalArgumentException e) {
            throw ApiException.serialization("Base64 encoded value is invalid: " + e.getMessage());
        }
    }

    /**
     * Requires JSON of a type.
     *
     * @param expected the type: a scalar of the API's model, or a container with its article
     * @throws ApiException if it is of another
     */
    public static void require(boolean is, JsonNode node, String expected) {
        if (!is) {
            boolean scalar = Character.isUpperCase(expected.charAt(0));
            throw ApiException.serialization(
                    !scalar
                            ? "Unexpected value type in payload: expected " + expected
                            : node.isContainerNode()
                                    ? "Start of structure or map found where not expected."
                                    : node.getNodeType() + "_VALUE cannot be converted to " + expected);
        }
    }
}
