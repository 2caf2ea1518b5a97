package org.linkmoderation.local.dynamodb.expression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.Value.Type;

/**
 * The parts of an item that a request wants.
 *
 * @param paths the parts
 */
public record Projection(List<DocumentPath> paths) {

    /**
     * Reads a projection expression.
     *
     * @param expression the expression; null if the request has none
     * @return the projection; null if there is none
     */
    public static Projection parse(String expression, Placeholders placeholders) {
        if (!placeholders.isPresent("ProjectionExpression", expression)) {
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
        var part = part(new Value(Type.M, item), paths, 0);
        return part == null ? Map.of() : part.members();
    }

    private static Value part(Value value, List<DocumentPath> wanted, int depth) {
        // Paths of one expression do not conflict, so that all steps are names or all are positions
        var byStep = new TreeMap<Object, List<DocumentPath>>();
        for (var path : wanted) {
            if (path.steps().size() == depth) {
                return value;
            }
            byStep.computeIfAbsent(path.steps().get(depth), step -> new ArrayList<>())
                    .add(path);
        }
        var found = new LinkedHashMap<String, Value>();
        byStep.forEach((step, rest) -> {
            var child = DocumentPath.child(value, step);
            var part = child == null ? null : part(child, rest, depth + 1);
            if (part != null) {
                found.put(step.toString(), part);
            }
        });
        return found.isEmpty()
                ? null
                : new Value(value.type(), value.type() == Type.M ? found : new ArrayList<>(found.values()));
    }
}
