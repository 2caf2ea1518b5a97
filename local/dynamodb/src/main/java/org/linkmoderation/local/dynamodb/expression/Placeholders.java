package org.linkmoderation.local.dynamodb.expression;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.Value;

/** What the names and values of a request's expressions are replaced by. Each must be used by one of them. */
public final class Placeholders {

    private final Map<String, String> names;
    private final Map<String, Value> values;
    private final Set<String> used = new HashSet<>();
    private final List<String> absent = new ArrayList<>();
    private final Map<String, Set<String>> attributes = new HashMap<>();
    private boolean anyExpression;

    /**
     * @param names {@code ExpressionAttributeNames}; null if the request has none
     * @param values {@code ExpressionAttributeValues}; null if the request has none
     * @throws ApiException if one is empty or has a key that is no placeholder
     */
    public Placeholders(Map<String, String> names, Map<String, Value> values) {
        this.names = names;
        this.values = values;
        check("ExpressionAttributeNames", names, "#");
        check("ExpressionAttributeValues", values, ":");
    }

    private static void check(String parameter, Map<String, ?> placeholders, String mark) {
        if (placeholders == null) {
            return;
        }
        if (placeholders.isEmpty()) {
            throw ApiException.validation(parameter + " must not be empty");
        }
        for (var key : placeholders.keySet()) {
            if (!key.matches(mark + "[A-Za-z0-9_]+")) {
                throw ApiException.validation(parameter + " contains invalid key: Syntax error; key: \"" + key + "\"");
            }
        }
    }

    /** Notes an expression parameter that the request may have; tells whether it has it. */
    boolean isPresent(String parameter, String expression) {
        anyExpression |= expression != null;
        if (expression == null) {
            absent.add(parameter);
        }
        return expression != null;
    }

    void attribute(String parameter, String attribute) {
        attributes.computeIfAbsent(parameter, name -> new HashSet<>()).add(attribute);
    }

    /** The attributes that the expression of a parameter names. */
    public Set<String> attributes(String parameter) {
        return attributes.getOrDefault(parameter, Set.of());
    }

    String name(String parameter, String placeholder) {
        return replacement(parameter, placeholder, names, "name used in the document path", "name");
    }

    Value value(String parameter, String placeholder) {
        return replacement(parameter, placeholder, values, "value used in expression", "value");
    }

    private <T> T replacement(String parameter, String placeholder, Map<String, T> all, String use, String kind) {
        var replacement = all == null ? null : all.get(placeholder);
        if (replacement == null) {
            throw ApiException.validation("Invalid " + parameter + ": An expression attribute " + use
                    + " is not defined; attribute " + kind + ": " + placeholder);
        }
        used.add(placeholder);
        return replacement;
    }

    /**
     * Requires that every placeholder is used, once all expressions have been read.
     *
     * @throws ApiException if one is not
     */
    public void requireAllUsed() {
        requireAllUsed("ExpressionAttributeNames", names);
        requireAllUsed("ExpressionAttributeValues", values);
    }

    private void requireAllUsed(String parameter, Map<String, ?> placeholders) {
        if (placeholders == null) {
            return;
        }
        if (!anyExpression) {
            throw ApiException.validation(parameter + " can only be specified when using expressions: "
                    + String.join(" and ", absent) + (absent.size() == 1 ? " is null" : " are null"));
        }
        var unused = placeholders.keySet().stream()
                .filter(key -> !used.contains(key))
                .collect(Collectors.joining(", "));
        if (!unused.isEmpty()) {
            throw ApiException.validation(
                    "Value provided in " + parameter + " unused in expressions: keys: {" + unused + "}");
        }
    }
}
