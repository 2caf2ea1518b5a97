package org.linkmoderation.local.dynamodb.expression;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.linkmoderation.local.dynamodb.expression.Operand.Literal;
import org.linkmoderation.local.dynamodb.expression.Operand.Path;
import org.linkmoderation.local.dynamodb.expression.Token.Kind;
import org.linkmoderation.local.dynamodb.expression.Update.Action;
import org.linkmoderation.local.dynamodb.expression.Update.Term;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.Value.Type;

/** Reads update expressions. */
public final class UpdateParser extends Parser {

    private static final Set<String> SECTIONS = Set.of("SET", "REMOVE", "ADD", "DELETE");
    private static final Set<Type> SETS = Set.of(Type.SS, Type.NS, Type.BS);
    private static final Set<Type> ADDABLE = Set.of(Type.N, Type.SS, Type.NS, Type.BS);

    private final List<Action> actions = new ArrayList<>();

    private UpdateParser(String expression, Placeholders placeholders) {
        super("UpdateExpression", expression, placeholders);
    }

    /**
     * Reads an expression.
     *
     * @param expression the expression; null if the request has none
     * @return the update; null if there is none
     */
    public static Update parse(String expression, Placeholders placeholders) {
        placeholders.parameter("UpdateExpression", expression != null);
        if (expression == null) {
            return null;
        }
        var parser = new UpdateParser(expression, placeholders);
        parser.sections();
        return new Update(List.copyOf(parser.actions));
    }

    private void sections() {
        var seen = new HashSet<String>();
        do {
            var section = peek().text().toUpperCase(Locale.ROOT);
            if (peek().kind() != Kind.WORD || !SECTIONS.contains(section)) {
                throw syntaxError();
            }
            if (!seen.add(section)) {
                throw error("The \"" + section + "\" section can only be used once in an update expression;");
            }
            next();
            do {
                add(action(section));
            } while (accept(","));
        } while (peek().kind() != Kind.END);
    }

    private void add(Action action) {
        actions.forEach(before -> before.path().requireApart(parameter(), action.path()));
        actions.add(action);
    }

    private Action action(String section) {
        var path = path();
        return switch (section) {
            case "SET" -> {
                expect("=");
                yield new Update.SetValue(path, sum());
            }
            case "REMOVE" -> new Update.Remove(path);
            case "ADD" -> new Update.Add(path, literal(section, ADDABLE));
            default -> new Update.Delete(path, literal(section, SETS));
        };
    }

    private Value literal(String section, Set<Type> types) {
        if (peek().kind() != Kind.VALUE) {
            throw syntaxError();
        }
        var value = literal();
        if (!types.contains(value.type())) {
            throw incorrectType(section, value.type());
        }
        return value;
    }

    private RuntimeException incorrectType(String operator, Type type) {
        return error("Incorrect operand type for operator or function; operator or function: " + operator
                + ", operand type: " + typeName(type));
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

    private Term sum() {
        var left = term();
        if (accept("+") || peek().is("-")) {
            boolean plus = !accept("-");
            var right = term();
            requireNumber(plus, left);
            requireNumber(plus, right);
            return new Update.Arithmetic(plus, left, right);
        }
        return left;
    }

    private void requireNumber(boolean plus, Term term) {
        if (term instanceof Update.Plain plain
                && plain.operand() instanceof Literal literal
                && literal.value().type() != Type.N) {
            throw error("Incorrect operand type for operator or function; operator or function: " + (plus ? "+" : "-")
                    + ", operand type: " + literal.value().type());
        }
    }

    private Term term() {
        enter();
        var term = isFunctionCall() ? function() : simple();
        leave();
        return term;
    }

    private Term simple() {
        if (accept("(")) {
            var inner = sum();
            expect(")");
            return inner;
        }
        return new Update.Plain(peek().kind() == Kind.VALUE ? new Literal(literal()) : new Path(path()));
    }

    private Term function() {
        var name = next().text();
        expect("(");
        var arguments = new ArrayList<Term>();
        do {
            arguments.add(sum());
        } while (accept(","));
        expect(")");
        if (!name.equals("if_not_exists") && !name.equals("list_append")) {
            throw error(
                    Set.of(
                                            "attribute_exists",
                                            "attribute_not_exists",
                                            "attribute_type",
                                            "begins_with",
                                            "contains",
                                            "size")
                                    .contains(name)
                            ? "The function is not allowed in an update expression; function: " + name
                            : "Invalid function name; function: " + name);
        }
        if (arguments.size() != 2) {
            throw error("Incorrect number of operands for operator or function; operator or function: " + name
                    + ", number of operands: " + arguments.size());
        }
        if (name.equals("list_append")) {
            for (var argument : arguments) {
                if (argument instanceof Update.Plain plain
                        && plain.operand() instanceof Literal literal
                        && literal.value().type() != Type.L) {
                    throw error("Incorrect operand type for operator or function; operator or function: list_append,"
                            + " operand type: " + literal.value().type());
                }
            }
            return new Update.ListAppend(arguments.get(0), arguments.get(1));
        }
        if (arguments.get(0) instanceof Update.Plain plain && plain.operand() instanceof Path path) {
            return new Update.IfNotExists(path.path(), arguments.get(1));
        }
        throw error("Operator or function requires a document path; operator or function: " + name);
    }
}
