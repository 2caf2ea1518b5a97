package org.linkmoderation.local.dynamodb.operation;

import java.util.LinkedHashMap;

/** A JSON object of a response. */
final class Output extends LinkedHashMap<String, Object> {

    private static final long serialVersionUID = 1L;

    /** Adds a member, unless its value is null. */
    Output with(String name, Object value) {
        if (value != null) {
            put(name, value);
        }
        return this;
    }
}
