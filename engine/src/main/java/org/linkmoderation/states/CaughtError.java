package org.linkmoderation.states;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.camel.Exchange;

/**
 * The error that a Catch has left as the body, {@code {"Error": "…", "Cause": "…"}}.
 *
 * @param error its name; empty if the body is something else
 * @param cause its cause; of an error without one, such as a timeout, its name
 */
public record CaughtError(String error, String cause) {
    /** Reads it from the body. */
    public static CaughtError of(Exchange exchange) {
        JsonNode body = JsonDocument.bodyOf(exchange);
        String error = body.path("Error").asText("");
        String cause = body.path("Cause").asText("");
        return new CaughtError(error, cause.isEmpty() ? error : cause);
    }
}
