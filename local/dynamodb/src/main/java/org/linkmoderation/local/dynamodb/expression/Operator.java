package org.linkmoderation.local.dynamodb.expression;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.Numbers;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.Value.Type;

/**
 * The operators and functions of all expressions: how they are written, how many operands they have, of which types
 * these must be where the request has them as values, and what comes of them.
 */
enum Operator {
    OR("OR", Use.CONDITION, 2, Type.ALL, v -> isTrue(v.get(0)) || isTrue(v.get(1))),
    AND("AND", Use.CONDITION, 2, Type.ALL, v -> isTrue(v.get(0)) && isTrue(v.get(1))),
    NOT("NOT", Use.CONDITION, 1, Type.ALL, v -> !isTrue(v.get(0))),
    EQ("=", Use.CONDITION, 2, Type.ALL, Operator::areEqual),
    NE("<>", Use.CONDITION, 2, Type.ALL, v -> !areEqual(v)),
    LT("<", Use.CONDITION, 2, Type.ORDERED, v -> isOrdered(v.get(0), v.get(1), order -> order < 0)),
    LE("<=", Use.CONDITION, 2, Type.ORDERED, v -> isOrdered(v.get(0), v.get(1), order -> order <= 0)),
    GT(">", Use.CONDITION, 2, Type.ORDERED, v -> isOrdered(v.get(0), v.get(1), order -> order > 0)),
    GE(">=", Use.CONDITION, 2, Type.ORDERED, v -> isOrdered(v.get(0), v.get(1), order -> order >= 0)),
    BETWEEN("BETWEEN", Use.CONDITION, 3, Type.ORDERED, Operator::isBetween),
    /** A value that equals one of several. */
    IN("IN", Use.CONDITION, -1, Type.ALL, v -> v.get(0) != null && v.lastIndexOf(v.get(0)) > 0),
    ATTRIBUTE_EXISTS("attribute_exists", Use.CONDITION, 1, Type.ALL, v -> v.get(0) != null),
    ATTRIBUTE_NOT_EXISTS("attribute_not_exists", Use.CONDITION, 1, Type.ALL, v -> v.get(0) == null),
    ATTRIBUTE_TYPE("attribute_type", Use.CONDITION, 2, EnumSet.of(Type.S), Operator::hasType),
    BEGINS_WITH("begins_with", Use.CONDITION, 2, EnumSet.of(Type.S, Type.B), Operator::beginsWith),
    CONTAINS("contains", Use.CONDITION, 2, Type.ALL, Operator::contains),
    SIZE(
            "size",
            Use.OPERAND,
            1,
            EnumSet.of(Type.S, Type.B, Type.SS, Type.NS, Type.BS, Type.L, Type.M),
            v -> size(v.get(0))),
    IF_NOT_EXISTS("if_not_exists", Use.UPDATE, 2, Type.ALL, v -> v.get(v.size() - 1)),
    LIST_APPEND("list_append", Use.UPDATE, 2, EnumSet.of(Type.L), v -> list(present(v), Type.L)),
    PLUS("+", Use.UPDATE, 2, EnumSet.of(Type.N), v -> Numbers.add(number(v, 0), number(v, 1))),
    MINUS("-", Use.UPDATE, 2, EnumSet.of(Type.N), v -> Numbers.subtract(number(v, 0), number(v, 1))),
    ADD("ADD", Use.UPDATE, 2, EnumSet.of(Type.N, Type.SS, Type.NS, Type.BS), v -> sum(v.get(0), v.get(1))),
    DELETE("DELETE", Use.UPDATE, 2, Type.SETS, v -> difference(v.get(0), v.get(1)));

    private static final Map<String, Operator> BY_SYMBOL =
            Stream.of(values()).collect(Collectors.toMap(Operator::symbol, Function.identity()));

    /** Where an operator may be. */
    private enum Use {
        CONDITION,
        OPERAND,
        UPDATE
    }

    private final String symbol;
    private final Use use;
    private final int operands;
    private final Set<Type> types;
    private final Function<List<Value>, Object> result;

    Operator(String symbol, Use use, int operands, Set<Type> types, Function<List<Value>, Object> result) {
        this.symbol = symbol;
        this.use = use;
        this.operands = operands;
        this.types = types;
        this.result = result;
    }

    /** The operator, or the function in small letters, that is written so; null if there is none. */
    static Operator of(String symbol) {
        return BY_SYMBOL.get(symbol);
    }

    /** How it is written. */
    String symbol() {
        return symbol;
    }

    boolean isFunction() {
        return Character.isLowerCase(symbol.charAt(0));
    }

    /** Tells whether it makes something that holds or not. */
    boolean isCondition() {
        return use == Use.CONDITION;
    }

    boolean isForUpdates() {
        return use == Use.UPDATE;
    }

    boolean isComparison() {
        return compareTo(EQ) >= 0 && compareTo(GE) <= 0;
    }

    /** The number of its operands; -1 for any. */
    int operands() {
        return operands;
    }

    Set<Type> types() {
        return types;
    }

    /** Tells whether its first operand must be a path. */
    boolean takesPath() {
        return this == ATTRIBUTE_EXISTS
                || this == ATTRIBUTE_NOT_EXISTS
                || this == ATTRIBUTE_TYPE
                || this == IF_NOT_EXISTS;
    }

    /** Tells whether the operands before decide what comes of it, so that the others must not be looked at. */
    boolean isDecidedBy(List<Value> values) {
        return this == IF_NOT_EXISTS && values.get(0) != null;
    }

    /** What comes of the values of its operands, which are null where there are none; null for nothing. */
    Value of(List<Value> values) {
        var of = result.apply(values);
        return of instanceof Boolean holds ? holds ? Value.TRUE : Value.FALSE : (Value) of;
    }

    private static boolean isTrue(Value value) {
        return Value.TRUE.equals(value);
    }

    private static boolean areEqual(List<Value> v) {
        return v.get(0) != null && v.get(0).equals(v.get(1));
    }

    private static boolean areBothOf(Set<Type> types, Value a, Value b) {
        return a != null && b != null && a.type() == b.type() && types.contains(a.type());
    }

    /** Values of different types have no order, nor has what is missing. */
    private static boolean isOrdered(Value a, Value b, IntPredicate holds) {
        return areBothOf(Type.ORDERED, a, b) && holds.test(Value.compare(a, b));
    }

    private static boolean isBetween(List<Value> v) {
        return isOrdered(v.get(0), v.get(1), order -> order >= 0) && isOrdered(v.get(0), v.get(2), order -> order <= 0);
    }

    private static boolean hasType(List<Value> v) {
        return v.get(0) != null && v.get(0).type().name().equals(v.get(1).content());
    }

    private static boolean beginsWith(List<Value> v) {
        return areBothOf(BEGINS_WITH.types, v.get(0), v.get(1))
                && v.get(0).characters().startsWith(v.get(1).characters());
    }

    /** A text or binary with a part, or a list or set with an element. */
    private static boolean contains(List<Value> v) {
        return areBothOf(BEGINS_WITH.types, v.get(0), v.get(1))
                ? v.get(0).characters().contains(v.get(1).characters())
                : v.get(0) != null
                        && v.get(0).content() instanceof Collection<?> elements
                        && elements.contains(v.get(1));
    }

    private static Value size(Value value) {
        if (value == null || !SIZE.types.contains(value.type())) {
            return null;
        }
        int size = value.content() instanceof Map<?, ?> members
                ? members.size()
                : value.content() instanceof Collection<?> elements ? elements.size() : value.bytes().length;
        return Numbers.parse(Integer.toString(size));
    }

    private static List<Value> present(List<Value> values) {
        if (values.contains(null)) {
            throw ApiException.validation(
                    "The provided expression refers to an attribute that does not exist in the item");
        }
        return values;
    }

    private static ApiException wrongType() {
        return ApiException.validation("An operand in the update expression has an incorrect data type");
    }

    private static Value number(List<Value> values, int position) {
        var value = present(values).get(position);
        if (value.type() != Type.N) {
            throw wrongType();
        }
        return value;
    }

    private static Value list(List<Value> values, Type type) {
        var elements = new ArrayList<Value>();
        for (var value : values) {
            if (value.type() != type) {
                throw wrongType();
            }
            elements.addAll(value.elements());
        }
        return new Value(type, type == Type.L ? elements : new LinkedHashSet<>(elements));
    }

    /** A number and another, or the elements of a set or a list and of another. */
    private static Value sum(Value old, Value added) {
        if (old == null) {
            return added;
        }
        var both = Arrays.asList(old, added);
        return added.type() == Type.N ? Numbers.add(number(both, 0), added) : list(both, added.type());
    }

    /** A set without the elements of another; null if there are no others. */
    private static Value difference(Value old, Value removed) {
        if (old != null && old.type() != removed.type()) {
            throw wrongType();
        }
        var rest = new LinkedHashSet<>(old == null ? List.of() : old.elements());
        rest.removeAll(removed.elements());
        return rest.isEmpty() ? null : new Value(removed.type(), rest);
    }
}
