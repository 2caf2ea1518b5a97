package org.linkmoderation.local.dynamodb.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.linkmoderation.local.dynamodb.expression.Expression.Call;
import org.linkmoderation.local.dynamodb.expression.Expression.Literal;
import org.linkmoderation.local.dynamodb.expression.Update.Action;
import org.linkmoderation.local.dynamodb.expression.Update.Section;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.Value.Type;
import org.linkmoderation.local.dynamodb.value.ValueJson;

/**
 * The parameters from before expressions, which Camel's DynamoDB component still sends: {@code Expected},
 * {@code KeyConditions}, {@code AttributeUpdates}. They become what the expressions become; their keys are names of
 * attributes, never paths.
 */
public final class LegacyParameters {

    private static final List<String> OPERATORS =
            List.of("IN NULL BETWEEN LT NOT_CONTAINS EQ GT NOT_NULL NE LE BEGINS_WITH GE CONTAINS".split(" "));
    private static final Set<Type> ADDABLE = EnumSet.of(Type.N, Type.SS, Type.NS, Type.BS, Type.L);

    private LegacyParameters() {}

    /**
     * Reads conditions.
     *
     * @param conditions the conditions by attribute; null if the request has none
     * @param conditionalOperator {@code AND} or {@code OR}
     * @return the condition; null if there is none
     */
    public static Expression conditions(JsonNode conditions, String conditionalOperator) {
        return conditions == null
                ? null
                : conditions
                        .propertyStream()
                        .map(field -> condition(field.getKey(), field.getValue()))
                        .reduce((left, right) -> new Call(Operator.of(conditionalOperator), left, right))
                        .orElse(null);
    }

    private static Expression condition(String attribute, JsonNode node) {
        var path = DocumentPath.ofAttribute(attribute);
        var operator = node.path("ComparisonOperator");
        if (operator.isTextual()) {
            if (node.has("Exists") || node.has("Value") && node.has("AttributeValueList")) {
                throw ApiException.invalid("Exists and Value cannot be used with ComparisonOperator and"
                        + " AttributeValueList for Attribute: " + attribute);
            }
            var operands = new ArrayList<Expression>(List.of(path));
            node.path("AttributeValueList").forEach(value -> operands.add(new Literal(ValueJson.value(value))));
            if (node.has("Value")) {
                operands.add(new Literal(ValueJson.value(node.get("Value"))));
            }
            return condition(attribute, operator.textValue(), operands);
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
                ? new Call(Operator.EQ, path, new Literal(ValueJson.value(node.get("Value"))))
                : new Call(Operator.ATTRIBUTE_NOT_EXISTS, path);
    }

    private static Expression condition(String attribute, String name, List<Expression> operands) {
        requireKnown(name, OPERATORS, attribute + ".member.comparisonOperator");
        var operator = switch (name) {
            case "NULL" -> Operator.ATTRIBUTE_NOT_EXISTS;
            case "NOT_NULL" -> Operator.ATTRIBUTE_EXISTS;
            case "NOT_CONTAINS" -> Operator.CONTAINS;
            default -> Operator.valueOf(name);
        };
        if (operator == Operator.IN ? operands.size() < 2 : operands.size() != operator.operands()) {
            throw ApiException.invalid("Invalid number of argument(s) for the " + name + " ComparisonOperator");
        }
        for (var operand : operands) {
            if (operand instanceof Literal literal
                    && !operator.types().contains(literal.value().type())) {
                throw ApiException.invalid("ComparisonOperator " + name + " is not valid for "
                        + literal.value().type() + " AttributeValue type");
            }
        }
        var condition = new Call(operator, operands);
        return name.equals("NOT_CONTAINS")
                ? new Call(
                        Operator.AND,
                        new Call(Operator.ATTRIBUTE_EXISTS, operands.get(0)),
                        new Call(Operator.NOT, condition))
                : condition;
    }

    private static void requireKnown(String name, List<String> names, String member) {
        if (!names.contains(name)) {
            throw ApiException.constraint("'" + name + "'", member, "Member must satisfy enum value set: " + names);
        }
    }

    /**
     * Reads changes of attributes.
     *
     * @param updates the changes by attribute; null if the request has none
     */
    public static Update update(JsonNode updates) {
        return new Update(
                updates == null
                        ? List.of()
                        : updates.propertyStream()
                                .map(field -> action(field.getKey(), field.getValue()))
                                .toList());
    }

    private static Action action(String attribute, JsonNode node) {
        var path = DocumentPath.ofAttribute(attribute);
        var action = node.path("Action").asText("PUT");
        requireKnown(action, List.of("ADD", "DELETE", "PUT"), "attributeUpdates." + attribute + ".member.action");
        var value = node.has("Value") ? ValueJson.value(node.get("Value")) : null;
        if (value == null) {
            if (!action.equals("DELETE")) {
                throw ApiException.invalid("Only DELETE action is allowed when no attribute value is specified");
            }
            return Action.remove(path);
        }
        if (action.equals("PUT")) {
            return Action.set(path, new Literal(value));
        }
        boolean add = action.equals("ADD");
        requireType(add ? ADDABLE : Type.SETS, value, add ? "ADD action" : "DELETE action with value");
        return Action.change(Section.valueOf(action), path, value);
    }

    private static void requireType(Set<Type> types, Value value, String action) {
        if (!types.contains(value.type())) {
            throw ApiException.invalid(
                    action + " is not supported for the type " + value.type().title());
        }
    }
}
