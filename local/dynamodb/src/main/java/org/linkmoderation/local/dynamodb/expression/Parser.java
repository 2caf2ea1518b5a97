package org.linkmoderation.local.dynamodb.expression;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.linkmoderation.local.dynamodb.expression.Expression.Call;
import org.linkmoderation.local.dynamodb.expression.Expression.Literal;
import org.linkmoderation.local.dynamodb.value.ApiException;

/** What the parsers of conditions, updates and projections share: tokens, paths, and calls of functions. */
class Parser {

    private static final int MOST_BYTES = 4_096;
    /** Deeper ones would end the stack; the service's limit of 300 operators is about as deep. */
    private static final int DEEPEST = 150;

    private static final Pattern TOKEN = Pattern.compile("\\s*(?:(?<NUMBER>[0-9]+)|(?<WORD>\\w+)|(?<NAME>#\\w+)"
            + "|(?<VALUE>:\\w+)|(?<SYMBOL><>|<=|>=|[()\\[\\],.=<>+-])|(?<END>$))");
    /** The words that an expression must not use as a name (developer guide, "Reserved words in DynamoDB"). */
    private static final Set<String> RESERVED = reservedWords();

    /** The kinds of tokens, by the names of their groups in the pattern. */
    enum Kind {
        NUMBER,
        WORD,
        NAME,
        VALUE,
        SYMBOL,
        END
    }

    /** A token; of a name or value placeholder the text has its mark. */
    record Token(Kind kind, String text, int start, int end) {

        boolean is(String symbol) {
            return kind == Kind.SYMBOL && text.equals(symbol) || kind == Kind.WORD && text.equalsIgnoreCase(symbol);
        }
    }

    private final String parameter;
    private final String expression;
    private final Placeholders placeholders;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    private int depth;

    Parser(String parameter, String expression, Placeholders placeholders) {
        this.parameter = parameter;
        this.expression = expression;
        this.placeholders = placeholders;
        if (expression.isBlank()) {
            throw error("The expression can not be empty;");
        }
        int size = expression.getBytes(UTF_8).length;
        if (size > MOST_BYTES) {
            throw error("Expression size has exceeded the maximum allowed size; expression size: " + size);
        }
        readTokens();
    }

    private static Set<String> reservedWords() {
        try (var in = Parser.class.getResourceAsStream("reserved-words.txt")) {
            return Set.of(new String(in.readAllBytes(), US_ASCII).strip().split("\\s+"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean isReserved(String word) {
        return RESERVED.contains(word.toUpperCase(Locale.ROOT));
    }

    private void readTokens() {
        var matcher = TOKEN.matcher(expression);
        Token token = null;
        while (token == null || token.kind != Kind.END) {
            int end = token == null ? 0 : token.end;
            if (!matcher.region(end, expression.length()).lookingAt()) {
                var rest = expression.substring(end).strip();
                int near = expression.length()
                        - expression.substring(end).stripLeading().length();
                throw syntaxError(
                        rest.substring(0, 1),
                        token == null ? near : token.start,
                        Math.min(expression.length(), near + 2));
            }
            for (var kind : Kind.values()) {
                var text = matcher.group(kind.name());
                if (text != null) {
                    token = new Token(
                            kind, kind == Kind.END ? "<EOF>" : text, matcher.start(kind.name()), matcher.end());
                }
            }
            tokens.add(token);
        }
    }

    final String parameter() {
        return parameter;
    }

    final ApiException error(String message) {
        return ApiException.validation("Invalid " + parameter + ": " + message);
    }

    final ApiException syntaxError() {
        return syntaxError(position);
    }

    final ApiException syntaxError(int at) {
        return syntaxError(
                tokens.get(at).text,
                tokens.get(Math.max(0, at - 1)).start,
                tokens.get(Math.min(tokens.size() - 1, at + 1)).end);
    }

    private ApiException syntaxError(String token, int from, int to) {
        return error("Syntax error; token: \"" + token + "\", near: \"" + expression.substring(from, to) + "\"");
    }

    final Token peek() {
        return tokens.get(position);
    }

    final Token next() {
        return tokens.get(peek().kind == Kind.END ? position : position++);
    }

    /** Takes a symbol, or a word in large or small letters, if it is the next. */
    final boolean accept(String symbol) {
        boolean accepted = peek().is(symbol);
        if (accepted) {
            next();
        }
        return accepted;
    }

    final void expect(String symbol) {
        if (!accept(symbol)) {
            throw syntaxError();
        }
    }

    final void expectEnd() {
        if (peek().kind != Kind.END) {
            throw syntaxError();
        }
    }

    /** Parses a part of an expression that may have such parts in it. */
    final Expression nested(Supplier<Expression> part) {
        if (++depth > DEEPEST) {
            throw error("The expression contains too many levels of nesting; the most are " + DEEPEST);
        }
        var parsed = part.get();
        depth--;
        return parsed;
    }

    /** Parses one or more, with commas between. */
    final List<Expression> list(Supplier<Expression> element) {
        var elements = new ArrayList<Expression>();
        do {
            elements.add(element.get());
        } while (accept(","));
        return elements;
    }

    final boolean isFunctionCall() {
        return peek().kind == Kind.WORD && tokens.get(position + 1).is("(");
    }

    /** Parses the call of a function. */
    final Call function(Supplier<Expression> operand, boolean update) {
        int start = position;
        var name = next().text;
        expect("(");
        var operands = peek().is(")") ? List.<Expression>of() : list(operand);
        expect(")");
        var operator = Operator.of(name);
        if (operator == null || !operator.isFunction()) {
            throw isReserved(name) ? syntaxError(start) : error("Invalid function name; function: " + name);
        }
        if (operator.isForUpdates() != update) {
            throw error("The function is not allowed in " + (update ? "an update" : "a condition")
                    + " expression; function: " + name);
        }
        return call(operator, operands);
    }

    /** An operator or function with operands that it can have. */
    final Call call(Operator operator, List<Expression> operands) {
        if (operator.operands() >= 0 && operator.operands() != operands.size()) {
            throw error("Incorrect number of operands for operator or function; operator or function: "
                    + operator.symbol() + ", number of operands: " + operands.size());
        }
        if (operator.takesPath() && !(operands.get(0) instanceof DocumentPath)) {
            throw error("Operator or function requires a document path; operator or function: " + operator.symbol());
        }
        for (var operand : operands) {
            if (operand instanceof Literal literal
                    && !operator.types().contains(literal.value().type())) {
                var type = literal.value().type();
                throw incorrectOperand(
                        operator, operator == Operator.ADD || operator == Operator.DELETE ? type.title() : type.name());
            }
        }
        return new Call(operator, List.copyOf(operands));
    }

    final ApiException incorrectOperand(Operator operator, String found) {
        return error("Incorrect operand type for operator or function; operator or function: " + operator.symbol()
                + ", operand type: " + found);
    }

    /** Parses a value placeholder or a path. */
    final Expression valueOrPath() {
        return peek().kind == Kind.VALUE ? literal() : path();
    }

    final Literal literal() {
        if (peek().kind != Kind.VALUE) {
            throw syntaxError();
        }
        return new Literal(placeholders.value(parameter, next().text));
    }

    final DocumentPath path() {
        var steps = new ArrayList<Object>();
        var attribute = pathName();
        placeholders.attribute(parameter, attribute);
        steps.add(attribute);
        while (peek().is(".") || peek().is("[")) {
            if (next().text.equals(".")) {
                steps.add(pathName());
            } else if (peek().kind == Kind.NUMBER && peek().text.length() <= 9) {
                steps.add(Integer.valueOf(next().text));
                expect("]");
            } else {
                throw syntaxError();
            }
        }
        return new DocumentPath(List.copyOf(steps));
    }

    private String pathName() {
        var token = peek();
        if (token.kind != Kind.NAME && token.kind != Kind.WORD) {
            throw syntaxError();
        }
        if (token.kind == Kind.WORD && isReserved(token.text)) {
            throw error("Attribute name is a reserved keyword; reserved keyword: " + token.text);
        }
        next();
        return token.kind == Kind.NAME ? placeholders.name(parameter, token.text) : token.text;
    }
}
