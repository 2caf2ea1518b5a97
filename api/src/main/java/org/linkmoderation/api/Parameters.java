package org.linkmoderation.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** The members of a request, read with the constraints that the API's model has for each. */
final class Parameters {
    private static final int MAX_SHOWN_CHARACTERS = 4_096;

    private final JsonNode body;

    /** @param body a JSON object */
    Parameters(JsonNode body) {
        this.body = body;
    }

    /**
     * A text.
     *
     * @param maxCharacters how many characters it may have
     * @throws ApiException if it is missing, too long or none
     */
    String text(String member, int maxCharacters) {
        return optionalText(member, maxCharacters)
                .orElseThrow(() -> ApiException.validation("null", member, "not be null"));
    }

    /** A text that may be missing. */
    Optional<String> optionalText(String member, int maxCharacters) {
        JsonNode value = body.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw wrongType(member, "a string");
        }
        String text = value.textValue();
        if (text.length() > maxCharacters) {
            throw ApiException.validationOf(shown(text), member, "have length less than or equal to " + maxCharacters);
        }
        return Optional.of(text);
    }

    private static String shown(String text) {
        return text.length() <= MAX_SHOWN_CHARACTERS ? text : text.substring(0, MAX_SHOWN_CHARACTERS) + "…";
    }

    /** {@code true} or {@code false}; the default where it is missing. */
    boolean flag(String member, boolean byDefault) {
        JsonNode value = body.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return byDefault;
        }
        if (!value.isBoolean()) {
            throw wrongType(member, "a boolean");
        }
        return value.booleanValue();
    }

    /** {@code maxResults}: 1 to 1,000; 100 where it is missing or 0. */
    int maxResults() {
        JsonNode value = body.path("maxResults");
        if (value.isMissingNode() || value.isNull()) {
            return 100;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrongType("maxResults", "an integer");
        }
        if (value.intValue() > 1_000) {
            throw ApiException.validationOf(value.asText(), "maxResults", "have value less than or equal to 1000");
        }
        if (value.intValue() < 0) {
            throw ApiException.validationOf(value.asText(), "maxResults", "have value greater than or equal to 0");
        }
        return value.intValue() == 0 ? 100 : value.intValue();
    }

    private static ApiException wrongType(String member, String expected) {
        return ApiException.of("SerializationException", "The member '" + member + "' is not " + expected);
    }
}
