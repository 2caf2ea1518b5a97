package org.linkmoderation.local.dynamodb.value;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.stream.Collectors;
import org.linkmoderation.local.dynamodb.value.Value.Binary;
import org.linkmoderation.local.dynamodb.value.Value.Bool;
import org.linkmoderation.local.dynamodb.value.Value.Document;
import org.linkmoderation.local.dynamodb.value.Value.Elements;
import org.linkmoderation.local.dynamodb.value.Value.Null;
import org.linkmoderation.local.dynamodb.value.Value.Num;
import org.linkmoderation.local.dynamodb.value.Value.Sequence;
import org.linkmoderation.local.dynamodb.value.Value.Text;
import org.linkmoderation.local.dynamodb.value.Value.Type;

/** Values in the JSON of the API. */
public final class ValueJson {

    private static final int DEEPEST = 32;
    private static final String NO_STRUCTURE = "Start of structure or map found where not expected.";

    private ValueJson() {}

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
        if (!node.isObject()) {
            throw ApiException.serialization("Unexpected value type in payload: expected a map of attribute values");
        }
        var members = new LinkedHashMap<String, Value>();
        for (var field : node.properties()) {
            members.put(field.getKey(), value(field.getValue(), depth));
        }
        return members;
    }

    private static Value value(JsonNode node, int depth) {
        if (!node.isObject()) {
            throw ApiException.serialization("Unexpected value type in payload: expected an attribute value");
        }
        if (depth > DEEPEST) {
            throw ApiException.validation("Nesting Levels have exceeded supported limits");
        }
        Value found = null;
        for (var field : node.properties()) {
            if (field.getValue().isNull()) {
                continue;
            }
            if (found != null) {
                throw ApiException.validation("Supplied AttributeValue has more than one datatypes set,"
                        + " must contain exactly one of the supported datatypes");
            }
            found = value(field.getKey(), field.getValue(), depth);
        }
        if (found == null) {
            throw ApiException.validation(
                    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
        }
        return found;
    }

    private static Value value(String type, JsonNode node, int depth) {
        return switch (type) {
            case "S" -> new Text(text(node));
            case "N" -> Numbers.parse(text(node));
            case "B" -> binary(node);
            case "BOOL" -> new Bool(bool(node));
            case "NULL" -> {
                if (!bool(node)) {
                    throw ApiException.invalid("Null attribute value types must have the value of true");
                }
                yield new Null();
            }
            case "M" -> new Document(members(node, depth + 1));
            case "L" -> {
                var elements = new ArrayList<Value>();
                array(node).forEach(element -> elements.add(value(element, depth + 1)));
                yield new Sequence(elements);
            }
            case "SS" -> set(Type.SS, "S", node, "An string set  may not be empty");
            case "NS" -> set(Type.NS, "N", node, "An number set  may not be empty");
            case "BS" -> set(Type.BS, "B", node, "Binary sets should not be empty");
            default ->
                throw ApiException.validation(
                        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
        };
    }

    private static Value set(Type type, String elementType, JsonNode node, String empty) {
        var elements = new LinkedHashSet<Value>();
        array(node).forEach(element -> elements.add(value(elementType, element, 1)));
        if (elements.isEmpty()) {
            throw ApiException.invalid(empty);
        }
        if (elements.size() < node.size()) {
            var shown = new ArrayList<String>();
            node.forEach(element -> shown.add(element.asText()));
            throw ApiException.invalid("Input collection " + shown.stream().collect(Collectors.joining(", ", "[", "]"))
                    + (type == Type.BS ? "of type BS" : "") + " contains duplicates.");
        }
        return new Elements(type, elements);
    }

    private static JsonNode array(JsonNode node) {
        if (!node.isArray()) {
            throw ApiException.serialization(node.isObject() ? NO_STRUCTURE : "Unexpected field type: expected a list");
        }
        return node;
    }

    private static String text(JsonNode node) {
        if (node.isTextual()) {
            return node.textValue();
        }
        throw ApiException.serialization(
                node.isContainerNode() ? NO_STRUCTURE : node.getNodeType() + "_VALUE cannot be converted to String");
    }

    private static boolean bool(JsonNode node) {
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        throw ApiException.serialization(
                node.isContainerNode() ? NO_STRUCTURE : node.getNodeType() + "_VALUE cannot be converted to Boolean");
    }

    private static Binary binary(JsonNode node) {
        try {
            return new Binary(Base64.getDecoder().decode(text(node)));
        } catch (IllegalArgumentException e) {
            throw ApiException.serialization("Base64 encoded value is invalid: " + e.getMessage());
        }
    }

    /** Writes an item. */
    public static void write(JsonGenerator json, Map<String, Value> item) throws IOException {
        json.writeStartObject();
        for (var member : item.entrySet()) {
            json.writeFieldName(member.getKey());
            write(json, member.getValue());
        }
        json.writeEndObject();
    }

    /** Writes a value. */
    public static void write(JsonGenerator json, Value value) throws IOException {
        json.writeStartObject();
        json.writeFieldName(value.type().name());
        if (value instanceof Bool bool) {
            json.writeBoolean(bool.value());
        } else if (value instanceof Null) {
            json.writeBoolean(true);
        } else if (value instanceof Document document) {
            write(json, document.members());
        } else if (value instanceof Sequence sequence) {
            json.writeStartArray();
            for (var element : sequence.elements()) {
                write(json, element);
            }
            json.writeEndArray();
        } else if (value instanceof Elements set) {
            json.writeStartArray();
            for (var element : set.elements()) {
                writeScalar(json, element);
            }
            json.writeEndArray();
        } else {
            writeScalar(json, value);
        }
        json.writeEndObject();
    }

    private static void writeScalar(JsonGenerator json, Value value) throws IOException {
        if (value instanceof Text text) {
            json.writeString(text.text());
        } else if (value instanceof Num num) {
            json.writeString(num.digits());
        } else {
            json.writeString(Base64.getEncoder().encodeToString(((Binary) value).bytes()));
        }
    }
}
