package org.linkmoderation.local.dynamodb.expression;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.linkmoderation.local.dynamodb.expression.Update.Action;
import org.linkmoderation.local.dynamodb.expression.Update.Section;

/** Reads update expressions. */
public final class UpdateParser extends Parser {

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
        return placeholders.isPresent("UpdateExpression", expression)
                ? new Update(new UpdateParser(expression, placeholders).actions())
                : null;
    }

    private List<Action> actions() {
        var actions = new ArrayList<Action>();
        var seen = EnumSet.noneOf(Section.class);
        do {
            var section = section();
            if (!seen.add(section)) {
                throw error("The \"" + section + "\" section can only be used once in an update expression;");
            }
            do {
                var action = action(section);
                actions.forEach(before -> before.path().requireApart(parameter(), action.path()));
                actions.add(action);
            } while (accept(","));
        } while (peek().kind() != Kind.END);
        return List.copyOf(actions);
    }

    private Section section() {
        var name = peek().text().toUpperCase(Locale.ROOT);
        var section = Stream.of(Section.values())
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow(this::syntaxError);
        next();
        return section;
    }

    private Action action(Section section) {
        var path = path();
        return switch (section) {
            case SET -> {
                expect("=");
                yield Action.set(path, sum());
            }
            case REMOVE -> Action.remove(path);
            case ADD, DELETE -> new Action(section, path, call(Operator.of(section.name()), List.of(path, literal())));
        };
    }

    private Expression sum() {
        var left = term();
        var operator = Operator.of(peek().text());
        if (operator == Operator.PLUS || operator == Operator.MINUS) {
            next();
            return call(operator, List.of(left, term()));
        }
        return left;
    }

    private Expression term() {
        if (isFunctionCall()) {
            return nested(() -> function(this::sum, true));
        }
        if (accept("(")) {
            var inner = nested(this::sum);
            expect(")");
            return inner;
        }
        return valueOrPath();
    }
}
