package org.linkmoderation.moderation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.regex.Pattern;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;

/**
 * The link that an execution moderates, as its input names it.
 *
 * @param code the short code, 1 to 64 characters of {@code A-Z a-z 0-9 _ -}
 * @param url the URL that it leads to, 1 to 2,048 characters; whether it is a good one is for CheckSafety to say
 */
record Link(String code, String url) {
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int MAX_URL_CHARACTERS = 2_048;

    /**
     * Reads the input of an execution: an object with {@code code} and {@code url}; further members are passed on.
     *
     * @throws InvalidRequestException if it is anything else
     */
    static Link of(JsonNode input) throws InvalidRequestException {
        if (!input.isObject()) {
            throw new InvalidRequestException(
                    "the input is a JSON " + input.getNodeType().name().toLowerCase(Locale.ROOT)
                            + "; expected an object {\"code\": \"…\", \"url\": \"…\"}");
        }
        String code = member(input, "code");
        if (!CODE.matcher(code).matches()) {
            throw new InvalidRequestException("'code' is '" + StartRequest.abbreviate(code)
                    + "'; expected 1 to 64 characters of A-Z, a-z, 0-9, '_' and '-'");
        }
        String url = member(input, "url");
        if (url.isBlank() || url.length() > MAX_URL_CHARACTERS) {
            throw new InvalidRequestException("'url' has " + url.length() + " characters"
                    + (url.isBlank() ? ", all blank" : "") + "; expected 1 to " + MAX_URL_CHARACTERS);
        }
        return new Link(code, url);
    }

    private static String member(JsonNode input, String name) throws InvalidRequestException {
        JsonNode value = input.path(name);
        if (!value.isTextual()) {
            throw new InvalidRequestException(
                    value.isMissingNode()
                            ? "the input has no '" + name + "'; expected an object {\"code\": \"…\", \"url\": \"…\"}"
                            : "'" + name + "' is a JSON "
                                    + value.getNodeType().name().toLowerCase(Locale.ROOT)
                                    + "; expected a string");
        }
        return value.textValue();
    }
}
