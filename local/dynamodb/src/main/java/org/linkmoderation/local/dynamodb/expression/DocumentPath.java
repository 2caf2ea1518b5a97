package org.linkmoderation.local.dynamodb.expression;

import java.util.List;
import java.util.Map;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.Value.Document;
import org.linkmoderation.local.dynamodb.value.Value.Sequence;

/**
 * A way to a value in an item.
 *
 * @param steps names ({@link String}) and positions in lists ({@link Integer}); the first is a name
 */
public record DocumentPath(List<Object> steps) implements Comparable<DocumentPath> {

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

    /** The value that it leads to; null if there is none. */
    public Value get(Map<String, Value> item) {
        return get(item, steps.size());
    }

    private Value get(Map<String, Value> item, int depth) {
        Value value = new Document(item);
        for (int i = 0; i < depth && value != null; i++) {
            value = child(value, steps.get(i));
        }
        return value;
    }

    private static Value child(Value value, Object step) {
        if (value instanceof Document document && step instanceof String name) {
            return document.members().get(name);
        }
        if (value instanceof Sequence sequence && step instanceof Integer index) {
            return index < sequence.elements().size() ? sequence.elements().get(index) : null;
        }
        return null;
    }

    private Object last() {
        return steps.get(steps.size() - 1);
    }

    /** Sets the value; a position after the end of a list is its end. */
    void set(Map<String, Value> item, Value value) {
        var parent = get(item, steps.size() - 1);
        if (parent instanceof Document document && last() instanceof String name) {
            document.members().put(name, value);
        } else if (parent instanceof Sequence sequence && last() instanceof Integer index) {
            if (index < sequence.elements().size()) {
                sequence.elements().set(index, value);
            } else {
                sequence.elements().add(value);
            }
        } else {
            throw invalidForUpdate();
        }
    }

    /** Removes the value, if there is one; what it is in must be there. */
    void remove(Map<String, Value> item) {
        var parent = get(item, steps.size() - 1);
        if (parent instanceof Document document && last() instanceof String name) {
            document.members().remove(name);
        } else if (parent instanceof Sequence sequence && last() instanceof Integer index) {
            if (index < sequence.elements().size()) {
                sequence.elements().remove((int) index);
            }
        } else {
            throw invalidForUpdate();
        }
    }

    private static ApiException invalidForUpdate() {
        return ApiException.validation("The document path provided in the update expression is invalid for update");
    }

    /** Requires that two paths of an expression do not lead to one value. */
    void requireApart(String parameter, DocumentPath other) {
        int common = Math.min(steps.size(), other.steps.size());
        for (int i = 0; i < common; i++) {
            if (!steps.get(i).equals(other.steps.get(i))) {
                if (steps.get(i).getClass() != other.steps.get(i).getClass()) {
                    throw apart(parameter, "conflict", other);
                }
                return;
            }
        }
        throw apart(parameter, "overlap", other);
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
        int common = Math.min(steps.size(), other.steps.size());
        for (int i = 0; i < common; i++) {
            int order = steps.get(i) instanceof Integer a && other.steps.get(i) instanceof Integer b
                    ? a.compareTo(b)
                    : steps.get(i).toString().compareTo(other.steps.get(i).toString());
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(steps.size(), other.steps.size());
    }
}
