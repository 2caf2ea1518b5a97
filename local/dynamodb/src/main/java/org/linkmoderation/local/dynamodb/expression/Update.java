package org.linkmoderation.local.dynamodb.expression;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.Numbers;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.Value.Elements;
import org.linkmoderation.local.dynamodb.value.Value.Num;
import org.linkmoderation.local.dynamodb.value.Value.Sequence;

/**
 * A change of an item: all its actions see the item as it was before.
 *
 * @param actions the actions
 */
public record Update(List<Action> actions) {

    private static final String WRONG_TYPE = "An operand in the update expression has an incorrect data type";

    /** One action, on the value that a path leads to. */
    public sealed interface Action {

        /** The path of what it changes. */
        DocumentPath path();
    }

    /** Sets a value. */
    record SetValue(DocumentPath path, Term term) implements Action {}

    /** Removes a value. */
    record Remove(DocumentPath path) implements Action {}

    /** Adds to a number or a set. */
    record Add(DocumentPath path, Value value) implements Action {}

    /** Removes elements of a set. */
    record Delete(DocumentPath path, Value value) implements Action {}

    /** Adds to a number or a set, or the elements of a list to its end: only {@code AttributeUpdates} can do this. */
    record AddOrAppend(DocumentPath path, Value value) implements Action {}

    /** What a SET action computes. */
    sealed interface Term {

        Value of(Map<String, Value> item);
    }

    record Plain(Operand operand) implements Term {

        @Override
        public Value of(Map<String, Value> item) {
            var value = operand.of(item);
            if (value == null) {
                throw ApiException.validation(
                        "The provided expression refers to an attribute that does not exist in the item");
            }
            return Value.copy(value);
        }
    }

    record IfNotExists(DocumentPath path, Term otherwise) implements Term {

        @Override
        public Value of(Map<String, Value> item) {
            var value = path.get(item);
            return value == null ? otherwise.of(item) : Value.copy(value);
        }
    }

    record ListAppend(Term first, Term second) implements Term {

        @Override
        public Value of(Map<String, Value> item) {
            if (first.of(item) instanceof Sequence a && second.of(item) instanceof Sequence b) {
                var elements = new ArrayList<>(a.elements());
                elements.addAll(b.elements());
                return new Sequence(elements);
            }
            throw ApiException.validation(WRONG_TYPE);
        }
    }

    record Arithmetic(boolean plus, Term left, Term right) implements Term {

        @Override
        public Value of(Map<String, Value> item) {
            if (left.of(item) instanceof Num a && right.of(item) instanceof Num b) {
                return plus ? Numbers.add(a, b) : Numbers.subtract(a, b);
            }
            throw ApiException.validation(WRONG_TYPE);
        }
    }

    /** The paths of what it changes. */
    public List<DocumentPath> paths() {
        return actions.stream().map(Action::path).toList();
    }

    /**
     * Changes an item.
     *
     * @param old the item as it was; empty if there was none. It is left as it is
     * @param item a copy of it, which becomes the new item
     * @throws ApiException if an action does not fit the item
     */
    public void apply(Map<String, Value> old, Map<String, Value> item) {
        var byPath = actions.stream().sorted(Comparator.comparing(Action::path)).toList();
        var sets = byPath.stream()
                .filter(SetValue.class::isInstance)
                .map(SetValue.class::cast)
                .toList();
        var values = sets.stream().map(set -> set.term.of(old)).toList();
        for (int i = 0; i < sets.size(); i++) {
            sets.get(i).path.set(item, values.get(i));
        }
        for (var action : byPath) {
            if (action instanceof Add add) {
                add.path.set(item, sum(add.path.get(old), add.value));
            } else if (action instanceof Delete delete) {
                delete(item, delete, old);
            } else if (action instanceof AddOrAppend add) {
                add.path.set(item, sumOrList(add.path.get(old), add.value));
            }
        }
        // From the back, so that a removed element of a list moves none that is still to be removed
        for (int i = byPath.size() - 1; i >= 0; i--) {
            if (byPath.get(i) instanceof Remove remove) {
                remove.path.remove(item);
            }
        }
    }

    private static Value sum(Value old, Value added) {
        if (added instanceof Num number) {
            if (old == null) {
                return number;
            }
            if (old instanceof Num before) {
                return Numbers.add(before, number);
            }
        } else if (added instanceof Elements more) {
            if (old == null) {
                return more;
            }
            if (old instanceof Elements before && before.type() == more.type()) {
                var union = new LinkedHashSet<>(before.elements());
                union.addAll(more.elements());
                return new Elements(before.type(), union);
            }
        }
        throw ApiException.validation(WRONG_TYPE);
    }

    private static Value sumOrList(Value old, Value added) {
        if (!(added instanceof Sequence more)) {
            return sum(old, added);
        }
        if (old != null && !(old instanceof Sequence)) {
            throw ApiException.validation(WRONG_TYPE);
        }
        var elements = new ArrayList<Value>();
        if (old instanceof Sequence before) {
            elements.addAll(before.elements());
        }
        elements.addAll(more.elements());
        return new Sequence(elements);
    }

    private static void delete(Map<String, Value> item, Delete delete, Map<String, Value> old) {
        var before = delete.path.get(old);
        if (before == null) {
            return;
        }
        if (!(before instanceof Elements set) || set.type() != delete.value.type()) {
            throw ApiException.validation(WRONG_TYPE);
        }
        var rest = new LinkedHashSet<>(set.elements());
        rest.removeAll(((Elements) delete.value).elements());
        if (rest.isEmpty()) {
            delete.path.remove(item);
        } else {
            delete.path.set(item, new Elements(set.type(), rest));
        }
    }
}
