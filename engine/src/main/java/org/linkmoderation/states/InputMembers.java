package org.linkmoderation.states;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.regex.Pattern;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;

/** The members of an execution's input, with a sentence for each that can't be used. */
public final class InputMembers {
    private final JsonNode input;
    private final String expected;

    private InputMembers(JsonNode input, String expected) {
        this.input = input;
        this.expected = expected;
    }

    /**
     * Takes an input.
     *
     * @param expected what an input looks like, such as <code>{"code": "…"}</code>
     * @throws InvalidRequestException if it is no object
     */
    public static InputMembers of(JsonNode input, String expected) throws InvalidRequestException {
        if (!input.isObject()) {
            throw new InvalidRequestException(
                    "the input is a JSON " + kind(input) + "; expected an object " + expected);
        }
        return new InputMembers(input, expected);
    }

    /**
     * A member that is a string.
     *
     * @throws InvalidRequestException if it is missing, or anything else
     */
    public String text(String name) throws InvalidRequestException {
        JsonNode value = input.path(name);
        if (value.isMissingNode()) {
            throw new InvalidRequestException("the input has no '" + name + "'; expected an object " + expected);
        }
        if (!value.isTextual()) {
            throw new InvalidRequestException("'" + name + "' is a JSON " + kind(value) + "; expected a string");
        }
        return value.textValue();
    }

    /**
     * A member that is a string and matches a pattern.
     *
     * @param sentence what is expected of it, to follow the word "expected"
     * @throws InvalidRequestException if it does not
     */
    public String text(String name, Pattern pattern, String sentence) throws InvalidRequestException {
        String text = text(name);
        if (!pattern.matcher(text).matches()) {
            throw new InvalidRequestException(
                    "'" + name + "' is '" + StartRequest.abbreviate(text) + "'; expected " + sentence);
        }
        return text;
    }

    /**
     * A member that is a string, not all blank.
     *
     * @param maxCharacters how long it may be
     * @throws InvalidRequestException if it is blank or longer
     */
    public String text(String name, int maxCharacters) throws InvalidRequestException {
        String text = text(name);
        if (text.isBlank() || text.length() > maxCharacters) {
            throw new InvalidRequestException("'" + name + "' has " + text.length() + " characters"
                    + (text.isBlank() ? ", all blank" : "") + "; expected 1 to " + maxCharacters);
        }
        return text;
    }

    private static String kind(JsonNode value) {
        return value.getNodeType().name().toLowerCase(Locale.ROOT);
    }
}
