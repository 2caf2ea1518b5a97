package org.linkmoderation.local.dynamodb.expression;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.Value.Type;

/**
 * A way to a value in an item.
 *
 * @param steps names ({@link String}) and positions in lists ({@link Integer}); the first is a name
 */
public record DocumentPath(List<Object> steps) implements Expression, Comparable<DocumentPath> {

    /** The path of an attribute, whose name may have dots. */
    public static DocumentPath ofAttribute(String name) {
        return new DocumentPath(List.of(name));
    }

    /** The attribute that it begins with. */
    public String attribute() {
        return (String) steps.get(0);
    }

    boolean isAttribute() {
        return steps.size() == 1;
    }

    @Override
    public Value of(Map<String, Value> item) {
        return of(item, steps.size());
    }

    private Value of(Map<String, Value> item, int depth) {
        var value = new Value(Type.M, item);
        for (int i = 0; i < depth && value != null; i++) {
            value = child(value, steps.get(i));
        }
        return value;
    }

    /** The member of a map, or the element of a list; null if there is none. */
    static Value child(Value value, Object step) {
        if (value.type() == Type.M && step instanceof String name) {
            return value.members().get(name);
        }
        return value.type() == Type.L
                        && step instanceof Integer index
                        && index < value.list().size()
                ? value.list().get(index)
                : null;
    }

    private Object last() {
        return steps.get(steps.size() - 1);
    }

    /** The map or list that the value is in, or will be. */
    private Value parent(Map<String, Value> item) {
        var parent = of(item, steps.size() - 1);
        if (parent == null || parent.type() != (last() instanceof String ? Type.M : Type.L)) {
            throw ApiException.validation("The document path provided in the update expression is invalid for update");
        }
        return parent;
    }

    /** Sets the value; a position after the end of a list is its end. */
    void set(Map<String, Value> item, Value value) {
        var parent = parent(item);
        if (last() instanceof String name) {
            parent.members().put(name, value);
        } else if ((int) last() < parent.list().size()) {
            parent.list().set((int) last(), value);
        } else {
            parent.list().add(value);
        }
    }

    /** Removes the value, if there is one; what it is in must be there. */
    void remove(Map<String, Value> item) {
        var parent = parent(item);
        if (parent.type() == Type.M) {
            parent.members().remove(last());
        } else if ((Integer) last() < parent.list().size()) {
            parent.list().remove((int) last());
        }
    }

    /** Requires that two paths of an expression do not lead to one value. */
    void requireApart(String parameter, DocumentPath other) {
        int difference = Arrays.mismatch(steps.toArray(), other.steps.toArray());
        if (difference < 0 || difference == Math.min(steps.size(), other.steps.size())) {
            throw apart(parameter, "overlap", other);
        }
        if (steps.get(difference).getClass() != other.steps.get(difference).getClass()) {
            throw apart(parameter, "conflict", other);
        }
    }

    private ApiException apart(String parameter, String how, DocumentPath other) {
        return ApiException.validation("Invalid " + parameter + ": Two document paths " + how
                + " with each other; must remove or rewrite one of these paths; path one: " + shown() + ", path two: "
                + other.shown());
    }

    private String shown() {
        return steps.stream()
                .map(step -> step instanceof Integer ? "[" + step + "]" : step.toString())
                .toList()
                .toString();
    }

    /** By position where only that differs. */
    @Override
    public int compareTo(DocumentPath other) {
        return Arrays.compare(
                steps.toArray(),
                other.steps.toArray(),
                (a, b) -> a instanceof Integer x && b instanceof Integer y
                        ? x.compareTo(y)
                        : a.toString().compareTo(b.toString()));
    }
}
