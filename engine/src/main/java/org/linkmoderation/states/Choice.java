package org.linkmoderation.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.linkmoderation.ErrorName;
import org.linkmoderation.TaskFailedException;

/**
 * The rules of a Choice state, over the exchange's body, a JSON document.
 *
 * @see <a href="https://states-language.net/spec.html#choice-state">Amazon States Language, Choice State</a>
 */
public final class Choice {
    private Choice() {}

    /**
     * {@code {"Variable": "$.<member>", "BooleanEquals": <expected>}}. A value of another type does not match. A
     * variable that is missing fails the execution with {@code States.Runtime}.
     *
     * @param member the member of the document
     * @param expected the value that matches
     */
    public static Predicate booleanEquals(String member, boolean expected) {
        return new BooleanEquals(member, expected);
    }

    /**
     * A rule of a Choice state that compares a member with a boolean value.
     *
     * @param member the member of the document
     * @param expected the value that matches
     */
    public record BooleanEquals(String member, boolean expected) implements Predicate {
        @Override
        public boolean matches(Exchange exchange) {
            JsonNode value = variable(exchange, member);
            return value.isBoolean() && value.booleanValue() == expected;
        }

        @Override
        public String toString() {
            return "$." + member + " BooleanEquals " + expected;
        }
    }

    private static JsonNode variable(Exchange exchange, String member) {
        try {
            JsonNode value =
                    StrictJson.read(exchange.getMessage().getBody(String.class)).path(member);
            if (!value.isMissingNode()) {
                return value;
            }
            exchange.setException(new TaskFailedException(
                    ErrorName.RUNTIME,
                    "Invalid path '$." + member + "': The choice state's condition path references an invalid value."));
            return value;
        } catch (Exception e) {
            exchange.setException(e);
            return MissingNode.getInstance();
        }
    }
}
