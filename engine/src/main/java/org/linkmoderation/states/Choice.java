package org.linkmoderation.states;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
     * {@code {"And": [{"Variable": "$.<member>", "IsPresent": true}, {"Variable": "$.<member>", "BooleanEquals":
     * <expected>}]}}. Neither a variable that is missing nor a value of another type matches.
     *
     * @param member the member of the document
     * @param expected the value that matches
     */
    public static Predicate booleanEqualsIfPresent(String member, boolean expected) {
        return new BooleanEqualsIfPresent(member, expected);
    }

    /**
     * {@code {"Variable": "$.<member>", "StringEquals": "<expected>"}}. A value of another type does not match. A
     * variable that is missing fails the execution with {@code States.Runtime}.
     *
     * @param member the member of the document
     * @param expected the value that matches
     */
    public static Predicate stringEquals(String member, String expected) {
        return new StringEquals(member, expected);
    }

    /** A rule of a Choice state. */
    public interface Rule extends Predicate {
        /** Adds the rule in the Amazon States Language, without its Next. */
        void describe(ObjectNode rule);
    }

    /**
     * A rule of a Choice state that compares a member with a boolean value.
     *
     * @param member the member of the document
     * @param expected the value that matches
     */
    public record BooleanEquals(String member, boolean expected) implements Rule {
        @Override
        public boolean matches(Exchange exchange) {
            JsonNode value = variable(exchange, member);
            return value.isBoolean() && value.booleanValue() == expected;
        }

        @Override
        public void describe(ObjectNode rule) {
            rule.put("Variable", "$." + member).put("BooleanEquals", expected);
        }

        @Override
        public String toString() {
            return "$." + member + " BooleanEquals " + expected;
        }
    }

    /**
     * A rule of a Choice state that compares a member with a boolean value, where it is present.
     *
     * @param member the member of the document
     * @param expected the value that matches
     */
    public record BooleanEqualsIfPresent(String member, boolean expected) implements Rule {
        @Override
        public boolean matches(Exchange exchange) {
            try {
                JsonNode value = find(exchange, member);
                return value.isBoolean() && value.booleanValue() == expected;
            } catch (JsonProcessingException e) {
                exchange.setException(e);
                return false;
            }
        }

        @Override
        public void describe(ObjectNode rule) {
            ArrayNode both = rule.putArray("And");
            both.addObject().put("Variable", "$." + member).put("IsPresent", true);
            both.addObject().put("Variable", "$." + member).put("BooleanEquals", expected);
        }

        @Override
        public String toString() {
            return "$." + member + " IsPresent and BooleanEquals " + expected;
        }
    }

    /**
     * A rule of a Choice state that compares a member with a text.
     *
     * @param member the member of the document
     * @param expected the text that matches
     */
    public record StringEquals(String member, String expected) implements Rule {
        @Override
        public boolean matches(Exchange exchange) {
            return expected.equals(variable(exchange, member).textValue());
        }

        @Override
        public void describe(ObjectNode rule) {
            rule.put("Variable", "$." + member).put("StringEquals", expected);
        }

        @Override
        public String toString() {
            return "$." + member + " StringEquals " + expected;
        }
    }

    private static JsonNode find(Exchange exchange, String member) throws JsonProcessingException {
        return StrictJson.read(exchange.getMessage().getBody(String.class)).path(member);
    }

    private static JsonNode variable(Exchange exchange, String member) {
        try {
            JsonNode value = find(exchange, member);
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
