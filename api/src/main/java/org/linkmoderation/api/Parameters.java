package org.linkmoderation.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** The members of a request that keeps the constraints of its {@link RequestShape}. */
final class Parameters {
    private static final int DEFAULT_RESULTS = 100;

    private final JsonNode body;

    /** @param body a JSON object */
    Parameters(JsonNode body) {
        this.body = body;
    }

    /** A text that must be there. */
    String text(String member) {
        return optional(member)
                .orElseThrow(() -> new IllegalStateException("The shape of the request requires no " + member));
    }

    /** A text that may be missing. */
    Optional<String> optional(String member) {
        return Optional.ofNullable(body.path(member).textValue());
    }

    /** {@code true} or {@code false}; the default where it is missing. */
    boolean flag(String member, boolean byDefault) {
        return body.path(member).asBoolean(byDefault);
    }

    /** {@code maxResults}; 100 where it is missing or 0. */
    int maxResults() {
        int most = body.path("maxResults").asInt();
        return most == 0 ? DEFAULT_RESULTS : most;
    }

    /** Whether input, output and definition are asked for. */
    boolean includesData() {
        return !optional("includedData").filter("METADATA_ONLY"::equals).isPresent();
    }
}
