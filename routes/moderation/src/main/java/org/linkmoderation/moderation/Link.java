package org.linkmoderation.moderation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.states.CurrentExecution;
import org.linkmoderation.states.InputMembers;
import org.linkmoderation.states.JsonDocument;

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
        InputMembers members = InputMembers.of(input, "{\"code\": \"…\", \"url\": \"…\"}");
        return new Link(
                members.text("code", CODE, "1 to 64 characters of A-Z, a-z, 0-9, '_' and '-'"),
                members.text("url", MAX_URL_CHARACTERS));
    }

    /** The link of the execution. */
    static Link of(CurrentExecution execution) throws InvalidRequestException {
        return of(execution.inputDocument());
    }

    /** Makes of the function's answer what people are shown: the link as it would be activated, and the findings. */
    static void present(Exchange exchange) throws InvalidRequestException {
        Link link = of(CurrentExecution.of(exchange));
        JsonNode answer = JsonDocument.bodyOf(exchange);
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        shown.put("code", link.code()).put("url", link.url());
        Stream.of("reasons", "notes").filter(answer::has).forEach(found -> shown.set(found, answer.get(found)));
        JsonDocument.set(exchange, shown);
    }
}
