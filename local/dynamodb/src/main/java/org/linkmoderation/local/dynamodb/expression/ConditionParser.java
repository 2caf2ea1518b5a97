package org.linkmoderation.local.dynamodb.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.linkmoderation.local.dynamodb.expression.Condition.Operator;
import org.linkmoderation.local.dynamodb.expression.Operand.Literal;
import org.linkmoderation.local.dynamodb.expression.Operand.Path;
import org.linkmoderation.local.dynamodb.expression.Operand.Size;
import org.linkmoderation.local.dynamodb.expression.Token.Kind;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.Value.Text;
import org.linkmoderation.local.dynamodb.value.Value.Type;

/** Reads condition, filter and key condition expressions; by precedence: OR, AND, NOT, comparisons. */
public final class ConditionParser extends Parser {

    private static final Map<String, Operator> OPERATORS =
            Stream.of(Operator.values()).collect(Collectors.toMap(Operator::symbol, Function.identity()));
    private static final int MOST_OPERANDS_OF_IN = 100;
    private static final Set<Type> SIZED = Set.of(Type.S, Type.B, Type.SS, Type.NS, Type.BS, Type.L, Type.M);
    private static final Set<Type> PREFIXES = Set.of(Type.S, Type.B);

    /** What a pair of parentheses is around: a {@link Condition} or an {@link Operand}. */
    private record Group(Object content) {}

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
    public static Condition parse(String parameter, String expression, Placeholders placeholders) {
        placeholders.parameter(parameter, expression != null);
        if (expression == null) {
            return null;
        }
        var parser = new ConditionParser(parameter, expression, placeholders);
        var condition = parser.condition(parser.or());
        parser.expectEnd();
        return condition;
    }

    private Condition condition(Object node) {
        var content = node instanceof Group group ? group.content : node;
        if (content instanceof Condition condition) {
            return condition;
        }
        throw syntaxError();
    }

    private Operand operand(Object node) {
        var content = node instanceof Group group ? group.content : node;
        if (content instanceof Operand operand) {
            return operand;
        }
        throw syntaxError();
    }

    private Object or() {
        enter();
        var left = and();
        while (acceptWord("OR")) {
            left = new Condition.Or(condition(left), condition(and()));
        }
        leave();
        return left;
    }

    private Object and() {
        var left = not();
        while (acceptWord("AND")) {
            left = new Condition.And(condition(left), condition(not()));
        }
        return left;
    }

    private Object not() {
        if (acceptWord("NOT")) {
            enter();
            var negated = new Condition.Not(condition(not()));
            leave();
            return negated;
        }
        return comparison();
    }

    private Object comparison() {
        var left = primary();
        var operator = peek().kind() == Kind.SYMBOL ? OPERATORS.get(peek().text()) : null;
        if (operator != null) {
            next();
            var comparison = new Condition.Comparison(operator, operand(left), operand(primary()));
            if (operator != Operator.EQ && operator != Operator.NE) {
                requireOrdered(operator.symbol(), comparison.left());
                requireOrdered(operator.symbol(), comparison.right());
            }
            return comparison;
        }
        if (acceptWord("BETWEEN")) {
            return between(operand(left));
        }
        return acceptWord("IN") ? in(operand(left)) : left;
    }

    private Condition between(Operand operand) {
        var low = operand(primary());
        if (!acceptWord("AND")) {
            throw syntaxError();
        }
        var high = operand(primary());
        List.of(operand, low, high).forEach(each -> requireOrdered("BETWEEN", each));
        if (low instanceof Literal a
                && high instanceof Literal b
                && (a.value().type() != b.value().type() || Value.compare(a.value(), b.value()) > 0)) {
            throw error("The BETWEEN operator requires "
                    + (a.value().type() == b.value().type()
                            ? "upper bound to be greater than or equal to lower bound"
                            : "same data type for lower and upper bounds")
                    + "; lower bound operand: " + shown(a.value()) + ", upper bound operand: " + shown(b.value()));
        }
        return new Condition.Between(operand, low, high);
    }

    private static String shown(Value value) {
        var content = value instanceof Value.Num num
                ? num.digits()
                : value instanceof Text text ? text.text() : "java.nio.HeapByteBuffer";
        return "AttributeValue: {" + value.type() + ":" + content + "}";
    }

    private Condition in(Operand operand) {
        expect("(");
        var candidates = new ArrayList<Operand>();
        do {
            candidates.add(operand(primary()));
        } while (accept(","));
        expect(")");
        if (candidates.size() > MOST_OPERANDS_OF_IN) {
            throw error("The IN operator is provided with too many operands; number of operands: " + candidates.size());
        }
        return new Condition.In(operand, List.copyOf(candidates));
    }

    private Object primary() {
        var token = peek();
        if (accept("(")) {
            var content = or();
            expect(")");
            if (content instanceof Group) {
                throw error("The expression has redundant parentheses;");
            }
            return new Group(content);
        }
        if (isFunctionCall()) {
            return function();
        }
        if (token.kind() == Kind.VALUE) {
            return new Literal(literal());
        }
        return new Path(path());
    }

    private Object function() {
        int start = position();
        var name = next().text();
        expect("(");
        var arguments = new ArrayList<Operand>();
        if (!peek().is(")")) {
            do {
                arguments.add(operand(primary()));
            } while (accept(","));
        }
        expect(")");
        return switch (name) {
            case "attribute_exists" -> new Condition.Exists(pathArgument(name, arguments, 1));
            case "attribute_not_exists" -> new Condition.Not(new Condition.Exists(pathArgument(name, arguments, 1)));
            case "attribute_type" -> attributeType(name, arguments);
            case "begins_with" -> {
                requireCount(name, arguments, 2);
                arguments.forEach(argument -> requireType(name, argument, PREFIXES));
                yield new Condition.BeginsWith(arguments.get(0), arguments.get(1));
            }
            case "contains" -> {
                requireCount(name, arguments, 2);
                yield new Condition.Contains(arguments.get(0), arguments.get(1));
            }
            case "size" -> {
                requireCount(name, arguments, 1);
                requireType(name, arguments.get(0), SIZED);
                yield new Size(arguments.get(0));
            }
            case "if_not_exists", "list_append" ->
                throw error("The function is not allowed in a condition expression; function: " + name);
            default -> {
                if (ReservedWords.contain(name)) {
                    throw syntaxError(start);
                }
                throw error("Invalid function name; function: " + name);
            }
        };
    }

    private Condition attributeType(String name, List<Operand> arguments) {
        var path = pathArgument(name, arguments, 2);
        requireType(name, arguments.get(1), Set.of(Type.S));
        if (!(arguments.get(1) instanceof Literal literal)) {
            throw error("Incorrect operand type for operator or function; operator or function: " + name
                    + ", operand type: path");
        }
        var type = ((Text) literal.value()).text();
        if (Stream.of(Type.values()).noneMatch(known -> known.name().equals(type))) {
            throw error("Invalid attribute type name found; type: " + type
                    + ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
        }
        return new Condition.HasType(path, type);
    }

    private DocumentPath pathArgument(String function, List<Operand> arguments, int count) {
        requireCount(function, arguments, count);
        if (arguments.get(0) instanceof Path path) {
            return path.path();
        }
        throw error("Operator or function requires a document path; operator or function: " + function);
    }

    private void requireCount(String function, List<Operand> arguments, int count) {
        if (arguments.size() != count) {
            throw error("Incorrect number of operands for operator or function; operator or function: " + function
                    + ", number of operands: " + arguments.size());
        }
    }

    private void requireOrdered(String operator, Operand operand) {
        if (operand instanceof Literal literal
                && !Value.isOrdered(literal.value().type())) {
            throw incorrectType(operator, literal);
        }
    }

    private void requireType(String function, Operand operand, Set<Type> types) {
        if (operand instanceof Literal literal
                && !types.contains(literal.value().type())) {
            throw incorrectType(function, literal);
        }
    }

    private RuntimeException incorrectType(String operator, Literal literal) {
        return error("Incorrect operand type for operator or function; operator or function: " + operator
                + ", operand type: " + literal.value().type());
    }
}
