package org.linkmoderation.local.dynamodb.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.linkmoderation.local.dynamodb.expression.Condition.Operator;
import org.linkmoderation.local.dynamodb.expression.Operand.Literal;
import org.linkmoderation.local.dynamodb.expression.Operand.Path;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.Value.Type;
import org.linkmoderation.local.dynamodb.value.ValueJson;

/**
 * The parameters from before expressions, which Camel's DynamoDB component still sends: {@code Expected},
 * {@code KeyConditions}, {@code AttributeUpdates}. Their keys are names of attributes, never paths.
 */
public final class LegacyParameters {

    private LegacyParameters() {}

    /**
     * Reads conditions.
     *
     * @param conditions the conditions by attribute; null if the request has none
     * @param conditionalOperator {@code AND} or {@code OR}
     * @return the condition; null if there is none
     */
    public static Condition conditions(JsonNode conditions, String conditionalOperator) {
        Condition all = null;
        if (conditions != null) {
            for (var field : conditions.properties()) {
                var condition = condition(field.getKey(), field.getValue());
                if (all == null) {
                    all = condition;
                } else {
                    all = conditionalOperator.equals("OR")
                            ? new Condition.Or(all, condition)
                            : new Condition.And(all, condition);
                }
            }
        }
        return all;
    }

    private static Condition condition(String attribute, JsonNode node) {
        var path = DocumentPath.ofAttribute(attribute);
        var operator = node.path("ComparisonOperator");
        if (operator.isTextual()) {
            if (node.has("Exists") || node.has("Value") && node.has("AttributeValueList")) {
                throw ApiException.invalid("Exists and Value cannot be used with ComparisonOperator and"
                        + " AttributeValueList for Attribute: " + attribute);
            }
            var arguments = new ArrayList<Value>();
            node.path("AttributeValueList").forEach(value -> arguments.add(ValueJson.value(value)));
            if (node.has("Value")) {
                arguments.add(ValueJson.value(node.get("Value")));
            }
            return condition(attribute, operator.textValue(), path, arguments);
        }
        boolean exists = node.path("Exists").asBoolean(true);
        if (exists != node.has("Value")) {
            throw ApiException.invalid(
                    exists
                            ? "Value must be provided when Exists is " + (node.has("Exists") ? "true" : "null")
                                    + " for Attribute: " + attribute
                            : "Value cannot be used when Exists is false for Attribute: " + attribute);
        }
        return exists
                ? new Condition.Comparison(Operator.EQ, new Path(path), new Literal(ValueJson.value(node.get("Value"))))
                : new Condition.Not(new Condition.Exists(path));
    }

    private static Condition condition(String attribute, String operator, DocumentPath path, List<Value> arguments) {
        var operand = new Path(path);
        return switch (operator) {
            case "EQ", "NE", "LT", "LE", "GT", "GE" -> {
                requireCount(operator, arguments, 1);
                if (!operator.equals("EQ") && !operator.equals("NE")) {
                    requireOrdered(operator, arguments);
                }
                yield new Condition.Comparison(Operator.valueOf(operator), operand, new Literal(arguments.get(0)));
            }
            case "NULL", "NOT_NULL" -> {
                requireCount(operator, arguments, 0);
                var exists = new Condition.Exists(path);
                yield operator.equals("NULL") ? new Condition.Not(exists) : exists;
            }
            case "BEGINS_WITH" -> {
                requireCount(operator, arguments, 1);
                requireTypes(operator, arguments, Set.of(Type.S, Type.B));
                yield new Condition.BeginsWith(operand, new Literal(arguments.get(0)));
            }
            case "CONTAINS", "NOT_CONTAINS" -> {
                requireCount(operator, arguments, 1);
                var contains = new Condition.Contains(operand, new Literal(arguments.get(0)));
                yield operator.equals("CONTAINS")
                        ? contains
                        : new Condition.And(new Condition.Exists(path), new Condition.Not(contains));
            }
            case "BETWEEN" -> {
                requireCount(operator, arguments, 2);
                requireOrdered(operator, arguments);
                yield new Condition.Between(operand, new Literal(arguments.get(0)), new Literal(arguments.get(1)));
            }
            case "IN" -> {
                if (arguments.isEmpty()) {
                    throw wrongCount(operator);
                }
                yield new Condition.In(
                        operand, arguments.stream().<Operand>map(Literal::new).toList());
            }
            default ->
                throw ApiException.constraint(
                        "'" + operator + "'",
                        attribute + ".member.comparisonOperator",
                        "Member must satisfy enum value set: [IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE,"
                                + " LE, BEGINS_WITH, GE, CONTAINS]");
        };
    }

    private static void requireCount(String operator, List<Value> arguments, int count) {
        if (arguments.size() != count) {
            throw wrongCount(operator);
        }
    }

    private static ApiException wrongCount(String operator) {
        return ApiException.invalid("Invalid number of argument(s) for the " + operator + " ComparisonOperator");
    }

    private static void requireOrdered(String operator, List<Value> arguments) {
        requireTypes(operator, arguments, Set.of(Type.S, Type.N, Type.B));
    }

    private static void requireTypes(String operator, List<Value> arguments, Set<Type> types) {
        for (var argument : arguments) {
            if (!types.contains(argument.type())) {
                throw ApiException.invalid("ComparisonOperator " + operator + " is not valid for " + argument.type()
                        + " AttributeValue type");
            }
        }
    }

    /**
     * Reads changes of attributes.
     *
     * @param updates the changes by attribute; null if the request has none
     */
    public static Update update(JsonNode updates) {
        var actions = new ArrayList<Update.Action>();
        if (updates != null) {
            for (var field : updates.properties()) {
                actions.add(action(field.getKey(), field.getValue()));
            }
        }
        return new Update(actions);
    }

    private static Update.Action action(String attribute, JsonNode node) {
        var path = DocumentPath.ofAttribute(attribute);
        var action = node.path("Action").asText("PUT");
        var value = node.has("Value") ? ValueJson.value(node.get("Value")) : null;
        if (value == null && !action.equals("DELETE")) {
            throw ApiException.invalid("Only DELETE action is allowed when no attribute value is specified");
        }
        return switch (action) {
            case "PUT" -> new Update.SetValue(path, new Update.Plain(new Literal(value)));
            case "ADD" -> {
                if (!Set.of(Type.N, Type.SS, Type.NS, Type.BS, Type.L).contains(value.type())) {
                    throw ApiException.invalid("ADD action is not supported for the type " + typeName(value.type()));
                }
                yield new Update.AddOrAppend(path, value);
            }
            case "DELETE" -> {
                if (value == null) {
                    yield new Update.Remove(path);
                }
                if (!Set.of(Type.SS, Type.NS, Type.BS).contains(value.type())) {
                    throw ApiException.invalid(
                            "DELETE action with value is not supported for the type " + typeName(value.type()));
                }
                yield new Update.Delete(path, value);
            }
            default ->
                throw ApiException.constraint(
                        "'" + action + "'",
                        "attributeUpdates." + attribute + ".member.action",
                        "Member must satisfy enum value set: [ADD, DELETE, PUT]");
        };
    }

    private static String typeName(Type type) {
        return switch (type) {
            case S -> "STRING";
            case N -> "NUMBER";
            case B -> "BINARY";
            case BOOL -> "BOOLEAN";
            case M -> "MAP";
            case L -> "LIST";
            default -> type.name();
        };
    }
}
