package org.linkmoderation.states;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Exchange;

/**
 * The JSON documents of an execution, which were checked when they came: its input, and the body of an exchange, which
 * is a state's input at its start and its output at its end.
 */
public final class JsonDocument {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonDocument() {}

    /** Reads the body. */
    public static JsonNode bodyOf(Exchange exchange) {
        return read(exchange.getMessage().getBody(String.class));
    }

    /** Replaces the body. */
    public static void set(Exchange exchange, JsonNode body) {
        exchange.getMessage().setBody(body.toString());
    }

    /**
     * Reads a document.
     *
     * @throws IllegalStateException if it is none
     */
    public static JsonNode read(String document) {
        try {
            return JSON.readTree(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A document of an execution is no JSON: " + e.getOriginalMessage(), e);
        }
    }
}
