package org.linkmoderation.local.dynamodb.expression;

import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.linkmoderation.local.dynamodb.expression.Expression.Call;
import org.linkmoderation.local.dynamodb.expression.Expression.Literal;
import org.linkmoderation.local.dynamodb.storage.Table.Attribute;
import org.linkmoderation.local.dynamodb.storage.Table.Key;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.KeyBytes;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.Value.Type;

/**
 * The keys that a query reads.
 *
 * @param low the least key
 * @param end the least key after them
 */
public record KeyCondition(byte[] low, byte[] end) {

    /** The condition on one attribute, which is the left operand. */
    private record Part(String attribute, Operator operator, List<Value> values) {

        static Part of(Call call) {
            var operator = call.operator();
            var operands = call.operands();
            if (operator == Operator.OR || operator == Operator.NOT) {
                throw ApiException.validation("Invalid operator used in KeyConditionExpression: " + operator);
            }
            boolean isComparison = operator.isComparison() && operator != Operator.NE;
            if (isComparison && operands.get(0) instanceof Literal) {
                operator = turned(operator);
                operands = List.of(operands.get(1), operands.get(0));
            }
            if ((isComparison || operator == Operator.BETWEEN || operator == Operator.BEGINS_WITH)
                    && operands.get(0) instanceof DocumentPath path
                    && path.isAttribute()) {
                return new Part(
                        path.attribute(),
                        operator,
                        operands.stream().skip(1).map(Part::value).toList());
            }
            throw notSupported();
        }

        private static Operator turned(Operator operator) {
            return switch (operator) {
                case LT -> Operator.GT;
                case LE -> Operator.GE;
                case GT -> Operator.LT;
                case GE -> Operator.LE;
                default -> operator;
            };
        }

        private static Value value(Expression operand) {
            if (operand instanceof Literal literal
                    && Type.ORDERED.contains(literal.value().type())) {
                return literal.value();
            }
            throw notSupported();
        }

        void requireType(Attribute key) {
            if (values.stream().anyMatch(value -> value.type() != key.type())) {
                throw ApiException.invalid("Condition parameter type does not match schema type");
            }
            if (values.contains(Value.text(""))) {
                throw ApiException.validation("One or more parameter values are not valid. The AttributeValue for a key"
                        + " attribute cannot contain an empty string value. Key: " + key.name());
            }
        }
    }

    private static ApiException notSupported() {
        return ApiException.validation("Query key condition not supported");
    }

    /**
     * Makes a range of keys of a condition.
     *
     * @param condition the condition
     * @param key the key, whose partition key must equal a value, and whose sort key may have one more condition
     * @throws ApiException if it is no condition on these
     */
    public static KeyCondition of(Expression condition, Key key) {
        var parts = new TreeMap<String, Part>();
        flat(condition).map(Part::of).forEach(part -> {
            if (parts.put(part.attribute, part) != null) {
                throw ApiException.validation("KeyConditionExpressions must only contain one condition per key");
            }
        });
        var hash = parts.remove(key.hash().name());
        if (hash == null) {
            throw missed(key.hash());
        }
        if (hash.operator != Operator.EQ) {
            throw notSupported();
        }
        var range = key.range() == null ? null : parts.remove(key.range().name());
        if (!parts.isEmpty()) {
            throw key.range() != null && range == null
                    ? missed(key.range())
                    : ApiException.validation("Conditions can be of length 1 or 2 only");
        }
        hash.requireType(key.hash());
        byte[] prefix = KeyBytes.of(hash.values.get(0));
        if (range == null) {
            return new KeyCondition(prefix, KeyBytes.afterPrefix(prefix));
        }
        range.requireType(key.range());
        return range(prefix, range.operator, range.values);
    }

    private static ApiException missed(Attribute attribute) {
        return ApiException.validation("Query condition missed key schema element: " + attribute.name());
    }

    private static Stream<Call> flat(Expression condition) {
        var call = (Call) condition;
        return call.operator() == Operator.AND ? call.operands().stream().flatMap(KeyCondition::flat) : Stream.of(call);
    }

    private static KeyCondition range(byte[] prefix, Operator operator, List<Value> values) {
        var first = values.get(0);
        byte[] key =
                KeyBytes.join(prefix, operator == Operator.BEGINS_WITH ? KeyBytes.prefix(first) : KeyBytes.of(first));
        byte[] afterKey = KeyBytes.afterPrefix(key);
        byte[] afterAll = KeyBytes.afterPrefix(prefix);
        return switch (operator) {
            case EQ, BEGINS_WITH -> new KeyCondition(key, afterKey);
            case LT -> new KeyCondition(prefix, key);
            case LE -> new KeyCondition(prefix, afterKey);
            case GT -> new KeyCondition(afterKey, afterAll);
            case GE -> new KeyCondition(key, afterAll);
            case BETWEEN ->
                new KeyCondition(key, KeyBytes.afterPrefix(KeyBytes.join(prefix, KeyBytes.of(values.get(1)))));
            default -> throw notSupported();
        };
    }
}
