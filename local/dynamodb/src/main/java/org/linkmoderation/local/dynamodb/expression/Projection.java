package org.linkmoderation.local.dynamodb.expression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.Value.Document;
import org.linkmoderation.local.dynamodb.value.Value.Sequence;

/** The parts of an item that a request wants. */
public final class Projection {

    private final List<DocumentPath> paths;

    /** @param paths the parts */
    public Projection(List<DocumentPath> paths) {
        this.paths = List.copyOf(paths);
    }

    /**
     * Reads a projection expression.
     *
     * @param expression the expression; null if the request has none
     * @return the projection; null if there is none
     */
    public static Projection parse(String expression, Placeholders placeholders) {
        placeholders.parameter("ProjectionExpression", expression != null);
        if (expression == null) {
            return null;
        }
        var parser = new Parser("ProjectionExpression", expression, placeholders);
        var paths = new ArrayList<DocumentPath>();
        do {
            var path = parser.path();
            paths.forEach(before -> before.requireApart("ProjectionExpression", path));
            paths.add(path);
        } while (parser.accept(","));
        parser.expectEnd();
        return new Projection(paths);
    }

    /** The attributes that its paths begin with. */
    public List<String> attributes() {
        return paths.stream().map(DocumentPath::attribute).distinct().toList();
    }

    /** The parts of an item; of a list, its wanted elements in their order. */
    public Map<String, Value> of(Map<String, Value> item) {
        var result = new LinkedHashMap<String, Value>();
        var partial = new LinkedHashMap<String, List<DocumentPath>>();
        for (var path : paths) {
            var value = path.isAttribute() ? item.get(path.attribute()) : null;
            if (value != null) {
                result.put(path.attribute(), value);
            } else if (!path.isAttribute()) {
                partial.computeIfAbsent(path.attribute(), name -> new ArrayList<>())
                        .add(path);
            }
        }
        partial.forEach((name, parts) -> {
            var value = item.get(name) == null ? null : part(item.get(name), parts, 1);
            if (value != null) {
                result.put(name, value);
            }
        });
        return result;
    }

    private static Value part(Value value, List<DocumentPath> parts, int depth) {
        var byStep = new TreeMap<Object, List<DocumentPath>>();
        for (var path : parts) {
            if (path.steps().size() == depth) {
                return value;
            }
            // Paths of one expression do not conflict, so that all steps are names or all are positions
            byStep.computeIfAbsent(path.steps().get(depth), step -> new ArrayList<>())
                    .add(path);
        }
        if (value instanceof Document document) {
            var members = new LinkedHashMap<String, Value>();
            byStep.forEach((step, rest) -> {
                var member = step instanceof String name ? document.members().get(name) : null;
                var part = member == null ? null : part(member, rest, depth + 1);
                if (part != null) {
                    members.put((String) step, part);
                }
            });
            return members.isEmpty() ? null : new Document(members);
        }
        if (value instanceof Sequence sequence) {
            var elements = new ArrayList<Value>();
            byStep.forEach((step, rest) -> {
                boolean there = step instanceof Integer index
                        && index < sequence.elements().size();
                var part = there ? part(sequence.elements().get((Integer) step), rest, depth + 1) : null;
                if (part != null) {
                    elements.add(part);
                }
            });
            return elements.isEmpty() ? null : new Sequence(elements);
        }
        return null;
    }
}
