package org.linkmoderation.local.dynamodb.expression;

import java.util.ArrayList;
import java.util.List;
import org.linkmoderation.local.dynamodb.value.ApiException;

/**
 * A token of an expression.
 *
 * @param kind what it is
 * @param text its text; of a name or value placeholder with its mark
 * @param start where it begins
 * @param end where it ends
 */
record Token(Kind kind, String text, int start, int end) {

    enum Kind {
        WORD,
        NAME,
        VALUE,
        NUMBER,
        SYMBOL,
        END
    }

    boolean is(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    /** The tokens of an expression, {@link Kind#END} the last. */
    static List<Token> of(String parameter, String expression) {
        var tokens = new ArrayList<Token>();
        int position = 0;
        while (position < expression.length()) {
            char first = expression.charAt(position);
            if (Character.isWhitespace(first)) {
                position++;
                continue;
            }
            var token = next(expression, position, first);
            if (token == null) {
                throw ApiException.validation("Invalid " + parameter + ": Syntax error; token: \"" + first
                        + "\", near: \"" + near(expression, tokens, position) + "\"");
            }
            tokens.add(token);
            position = token.end;
        }
        tokens.add(new Token(Kind.END, "<EOF>", expression.length(), expression.length()));
        return tokens;
    }

    private static String near(String expression, List<Token> before, int position) {
        int start = before.isEmpty() ? position : before.get(before.size() - 1).start;
        return expression.substring(start, Math.min(expression.length(), position + 2));
    }

    private static Token next(String expression, int start, char first) {
        if (first == '#' || first == ':') {
            int end = endOfWord(expression, start + 1);
            return end == start + 1 ? null : token(first == '#' ? Kind.NAME : Kind.VALUE, expression, start, end);
        }
        if (first >= '0' && first <= '9') {
            int end = start;
            while (end < expression.length() && expression.charAt(end) >= '0' && expression.charAt(end) <= '9') {
                end++;
            }
            return token(Kind.NUMBER, expression, start, end);
        }
        if (isWordPart(first)) {
            return token(Kind.WORD, expression, start, endOfWord(expression, start));
        }
        for (var symbol : List.of("<>", "<=", ">=")) {
            if (expression.startsWith(symbol, start)) {
                return token(Kind.SYMBOL, expression, start, start + 2);
            }
        }
        return "()[],.=<>+-".indexOf(first) >= 0 ? token(Kind.SYMBOL, expression, start, start + 1) : null;
    }

    private static Token token(Kind kind, String expression, int start, int end) {
        return new Token(kind, expression.substring(start, end), start, end);
    }

    private static int endOfWord(String expression, int start) {
        int end = start;
        while (end < expression.length() && isWordPart(expression.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isWordPart(char unit) {
        return unit >= 'a' && unit <= 'z' || unit >= 'A' && unit <= 'Z' || unit >= '0' && unit <= '9' || unit == '_';
    }
}
