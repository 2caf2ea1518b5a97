package org.linkmoderation.local.dynamodb.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.linkmoderation.local.dynamodb.expression.Condition.BeginsWith;
import org.linkmoderation.local.dynamodb.expression.Condition.Between;
import org.linkmoderation.local.dynamodb.expression.Condition.Comparison;
import org.linkmoderation.local.dynamodb.expression.Condition.Operator;
import org.linkmoderation.local.dynamodb.expression.Operand.Literal;
import org.linkmoderation.local.dynamodb.expression.Operand.Path;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.KeyBytes;
import org.linkmoderation.local.dynamodb.value.Value;

/**
 * The keys that a query reads.
 *
 * @param low the least key
 * @param end the least key after them
 */
public record KeyCondition(byte[] low, byte[] end) {

    private static final String NOT_SUPPORTED = "Query key condition not supported";
    private static final Map<Operator, Operator> TURNED = Map.of(
            Operator.EQ,
            Operator.EQ,
            Operator.LT,
            Operator.GT,
            Operator.LE,
            Operator.GE,
            Operator.GT,
            Operator.LT,
            Operator.GE,
            Operator.LE);

    /**
     * Makes a range of keys of a condition.
     *
     * @param condition the condition
     * @param hash the attribute that must equal a value
     * @param range the attribute that may have one more condition; null if the keys have none
     * @throws ApiException if it is no condition on these
     */
    public static KeyCondition of(Condition condition, String hash, String range) {
        var parts = new TreeMap<String, Condition>();
        for (var part : flat(condition)) {
            if (parts.put(attribute(part), part) != null) {
                throw ApiException.validation("KeyConditionExpressions must only contain one condition per key");
            }
        }
        var first = parts.remove(hash);
        if (first == null) {
            throw missed(hash);
        }
        if (!(normal(first) instanceof Comparison equality) || equality.operator() != Operator.EQ) {
            throw ApiException.validation(NOT_SUPPORTED);
        }
        var second = range == null ? null : parts.remove(range);
        if (!parts.isEmpty()) {
            throw range != null && second == null
                    ? missed(range)
                    : ApiException.validation("Conditions can be of length 1 or 2 only");
        }
        byte[] prefix = KeyBytes.of(value(equality.right()));
        return second == null ? new KeyCondition(prefix, KeyBytes.afterPrefix(prefix)) : range(prefix, normal(second));
    }

    private static ApiException missed(String attribute) {
        return ApiException.validation("Query condition missed key schema element: " + attribute);
    }

    private static KeyCondition range(byte[] prefix, Condition condition) {
        if (condition instanceof Between between) {
            return new KeyCondition(
                    KeyBytes.join(prefix, KeyBytes.of(value(between.low()))),
                    KeyBytes.afterPrefix(KeyBytes.join(prefix, KeyBytes.of(value(between.high())))));
        }
        if (condition instanceof BeginsWith begins) {
            byte[] low = KeyBytes.join(prefix, KeyBytes.prefix(value(begins.prefix())));
            return new KeyCondition(low, KeyBytes.afterPrefix(low));
        }
        var comparison = (Comparison) condition;
        byte[] key = KeyBytes.join(prefix, KeyBytes.of(value(comparison.right())));
        return switch (comparison.operator()) {
            case EQ -> new KeyCondition(key, KeyBytes.afterPrefix(key));
            case LT -> new KeyCondition(prefix, key);
            case LE -> new KeyCondition(prefix, KeyBytes.afterPrefix(key));
            case GT -> new KeyCondition(KeyBytes.afterPrefix(key), KeyBytes.afterPrefix(prefix));
            case GE -> new KeyCondition(key, KeyBytes.afterPrefix(prefix));
            case NE -> throw ApiException.validation(NOT_SUPPORTED);
        };
    }

    private static List<Condition> flat(Condition condition) {
        var parts = new ArrayList<Condition>();
        if (condition instanceof Condition.And and) {
            parts.addAll(flat(and.left()));
            parts.addAll(flat(and.right()));
        } else {
            parts.add(condition);
        }
        return parts;
    }

    /** With the attribute on the left. */
    private static Condition normal(Condition condition) {
        return condition instanceof Comparison comparison && comparison.left() instanceof Literal
                ? new Comparison(TURNED.get(comparison.operator()), comparison.right(), comparison.left())
                : condition;
    }

    private static String attribute(Condition condition) {
        Operand operand = null;
        if (condition instanceof Comparison comparison && comparison.operator() != Operator.NE) {
            operand = ((Comparison) normal(comparison)).left();
        } else if (condition instanceof Between between) {
            operand = between.operand();
        } else if (condition instanceof BeginsWith begins) {
            operand = begins.operand();
        } else if (condition instanceof Condition.Or) {
            throw ApiException.validation("Invalid operator used in KeyConditionExpression: OR");
        } else if (condition instanceof Condition.Not) {
            throw ApiException.validation("Invalid operator used in KeyConditionExpression: NOT");
        }
        if (operand instanceof Path path && path.path().isAttribute()) {
            return path.path().attribute();
        }
        throw ApiException.validation(NOT_SUPPORTED);
    }

    private static Value value(Operand operand) {
        if (operand instanceof Literal literal
                && Value.isOrdered(literal.value().type())) {
            return literal.value();
        }
        throw ApiException.validation(NOT_SUPPORTED);
    }

    /** The values that a condition compares attributes with, to be checked against the types of these. */
    public static Map<String, List<Value>> valuesByAttribute(Condition condition) {
        var values = new TreeMap<String, List<Value>>();
        for (var part : flat(condition)) {
            values.computeIfAbsent(attribute(part), name -> new ArrayList<>()).addAll(values(normal(part)));
        }
        return values;
    }

    private static List<Value> values(Condition part) {
        if (part instanceof Between between) {
            return List.of(value(between.low()), value(between.high()));
        }
        return List.of(value(part instanceof BeginsWith begins ? begins.prefix() : ((Comparison) part).right()));
    }
}
