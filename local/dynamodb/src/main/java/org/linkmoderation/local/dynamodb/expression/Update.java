package org.linkmoderation.local.dynamodb.expression;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.Value;

/**
 * A change of an item: all its actions see the item as it was before.
 *
 * @param actions the actions
 */
public record Update(List<Action> actions) {

    /** The kinds of actions, by the names of their sections. */
    enum Section {
        SET,
        REMOVE,
        ADD,
        DELETE
    }

    /**
     * One action, on the value that a path leads to.
     *
     * @param value what the path leads to afterwards; null for nothing
     */
    record Action(Section section, DocumentPath path, Expression value) {

        static Action set(DocumentPath path, Expression value) {
            return new Action(Section.SET, path, value);
        }

        static Action remove(DocumentPath path) {
            return new Action(Section.REMOVE, path, null);
        }

        /** Adds to a number, a set or, by {@code AttributeUpdates} only, a list; or removes elements of a set. */
        static Action change(Section section, DocumentPath path, Value operand) {
            return new Action(
                    section,
                    path,
                    new Expression.Call(Operator.of(section.name()), path, new Expression.Literal(operand)));
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
        var removed = new ArrayDeque<DocumentPath>();
        for (var action :
                actions.stream().sorted(Comparator.comparing(Action::path)).toList()) {
            var value = action.value == null ? null : action.value.of(old);
            if (value != null) {
                action.path.set(item, value);
            } else if (action.section == Section.SET) {
                throw ApiException.validation(
                        "The provided expression refers to an attribute that does not exist in the item");
            } else if (action.section == Section.REMOVE || action.path.of(old) != null) {
                removed.push(action.path);
            }
        }
        // From the back, so that a removed element of a list moves none that is still to be removed
        removed.forEach(path -> path.remove(item));
    }
}
