package org.linkmoderation.local.dynamodb.expression;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.linkmoderation.local.dynamodb.expression.Token.Kind;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.Value;

/** What the parsers of conditions, updates and projections share: the tokens of one expression, and its paths. */
class Parser {

    private static final int MOST_BYTES = 4_096;
    /** Deeper ones would end the stack; the service's limit of 300 operators is about as deep. */
    private static final int DEEPEST = 150;

    private final String parameter;
    private final String expression;
    private final Placeholders placeholders;
    private final List<Token> tokens;
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
        tokens = Token.of(parameter, expression);
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
        var token = tokens.get(at);
        int from = tokens.get(Math.max(0, at - 1)).start();
        int to = tokens.get(Math.min(tokens.size() - 1, at + 1)).end();
        return error("Syntax error; token: \"" + token.text() + "\", near: \"" + expression.substring(from, to) + "\"");
    }

    final Token peek() {
        return tokens.get(position);
    }

    final Token peekSecond() {
        return tokens.get(Math.min(tokens.size() - 1, position + 1));
    }

    final int position() {
        return position;
    }

    final Token next() {
        var token = tokens.get(position);
        if (token.kind() != Kind.END) {
            position++;
        }
        return token;
    }

    final boolean accept(String symbol) {
        boolean accepted = peek().is(symbol);
        if (accepted) {
            next();
        }
        return accepted;
    }

    final boolean acceptWord(String word) {
        boolean accepted = peek().isWord(word);
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
        if (peek().kind() != Kind.END) {
            throw syntaxError();
        }
    }

    final void enter() {
        if (++depth > DEEPEST) {
            throw error("The expression contains too many levels of nesting; the most are " + DEEPEST);
        }
    }

    final void leave() {
        depth--;
    }

    final boolean isFunctionCall() {
        return peek().kind() == Kind.WORD && peekSecond().is("(");
    }

    final Value literal() {
        return placeholders.value(parameter, next().text());
    }

    final DocumentPath path() {
        var steps = new ArrayList<Object>();
        var attribute = pathName();
        placeholders.attribute(parameter, attribute);
        steps.add(attribute);
        while (true) {
            if (accept(".")) {
                steps.add(pathName());
            } else if (accept("[")) {
                if (peek().kind() != Kind.NUMBER || peek().text().length() > 9) {
                    throw syntaxError();
                }
                steps.add(Integer.valueOf(next().text()));
                expect("]");
            } else {
                break;
            }
        }
        return new DocumentPath(List.copyOf(steps));
    }

    private String pathName() {
        var token = peek();
        if (token.kind() == Kind.NAME) {
            next();
            return placeholders.name(parameter, token.text());
        }
        if (token.kind() != Kind.WORD) {
            throw syntaxError();
        }
        if (ReservedWords.contain(token.text())) {
            throw error("Attribute name is a reserved keyword; reserved keyword: " + token.text());
        }
        next();
        return token.text();
    }
}
