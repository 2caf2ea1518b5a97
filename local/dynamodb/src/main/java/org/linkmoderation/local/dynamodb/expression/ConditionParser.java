package org.linkmoderation.local.dynamodb.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.linkmoderation.local.dynamodb.expression.Expression.Call;
import org.linkmoderation.local.dynamodb.expression.Expression.Literal;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.Value.Type;

/** Reads condition, filter and key condition expressions; by precedence: OR, AND, NOT, comparisons. */
public final class ConditionParser extends Parser {

    private static final int MOST_OPERANDS_OF_IN = 100;

    /** What the last pair of parentheses was around. */
    private Expression grouped;

    private ConditionParser(String parameter, String expression, Placeholders placeholders) {
        super(parameter, expression, placeholders);
    }

    /**
     * Reads an expression.
     *
     * @param parameter the parameter that it is of
     * @param expression the expression; null if the request has none
     * @return the condition; null if there is none
     */
    public static Expression parse(String parameter, String expression, Placeholders placeholders) {
        if (!placeholders.isPresent(parameter, expression)) {
            return null;
        }
        var parser = new ConditionParser(parameter, expression, placeholders);
        var condition = parser.require(true, parser.or());
        parser.expectEnd();
        return condition;
    }

    private Expression require(boolean condition, Expression expression) {
        if (expression.isCondition() != condition) {
            throw syntaxError();
        }
        return expression;
    }

    private Expression or() {
        var left = and();
        while (accept("OR")) {
            left = new Call(Operator.OR, require(true, left), require(true, and()));
        }
        return left;
    }

    private Expression and() {
        var left = not();
        while (accept("AND")) {
            left = new Call(Operator.AND, require(true, left), require(true, not()));
        }
        return left;
    }

    private Expression not() {
        return accept("NOT") ? new Call(Operator.NOT, require(true, nested(this::not))) : comparison();
    }

    private Expression comparison() {
        var left = primary();
        var operator = Operator.of(peek().text());
        if (operator != null && operator.isComparison()) {
            next();
            return call(operator, List.of(require(false, left), operand()));
        }
        if (accept("BETWEEN")) {
            return between(require(false, left));
        }
        return accept("IN") ? in(require(false, left)) : left;
    }

    private Expression operand() {
        return require(false, primary());
    }

    private Expression between(Expression operand) {
        var low = operand();
        expect("AND");
        var between = call(Operator.BETWEEN, List.of(operand, low, operand()));
        if (low instanceof Literal a && between.operands().get(2) instanceof Literal b) {
            boolean sameType = a.value().type() == b.value().type();
            if (!sameType || Value.compare(a.value(), b.value()) > 0) {
                throw error("The BETWEEN operator requires "
                        + (sameType
                                ? "upper bound to be greater than or equal to lower bound"
                                : "same data type for lower and upper bounds")
                        + "; lower bound operand: " + shown(a.value()) + ", upper bound operand: " + shown(b.value()));
            }
        }
        return between;
    }

    private static String shown(Value value) {
        var content = value.type() == Type.B ? "java.nio.HeapByteBuffer" : value.content();
        return "AttributeValue: {" + value.type() + ":" + content + "}";
    }

    private Expression in(Expression operand) {
        expect("(");
        var operands = new ArrayList<>(List.of(operand));
        operands.addAll(list(this::operand));
        expect(")");
        if (operands.size() > MOST_OPERANDS_OF_IN + 1) {
            throw error(
                    "The IN operator is provided with too many operands; number of operands: " + (operands.size() - 1));
        }
        return call(Operator.IN, operands);
    }

    private Expression primary() {
        if (accept("(")) {
            var content = nested(this::or);
            expect(")");
            if (content == grouped) {
                throw error("The expression has redundant parentheses;");
            }
            grouped = content;
            return content;
        }
        return isFunctionCall() ? function() : valueOrPath();
    }

    private Expression function() {
        var function = function(this::operand, false);
        if (function.operator() == Operator.ATTRIBUTE_TYPE) {
            if (!(function.operands().get(1) instanceof Literal literal)) {
                throw incorrectOperand(function.operator(), "path");
            }
            var type = literal.value().content();
            if (Stream.of(Type.values()).noneMatch(known -> known.name().equals(type))) {
                throw error("Invalid attribute type name found; type: " + type
                        + ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
            }
        }
        return function;
    }
}
