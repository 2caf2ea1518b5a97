package org.linkmoderation.states;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Reads the results of tasks, which others decide upon: a document that two readers could understand in two ways, such
 * as <code>{"safe": false, "safe": true}</code>, is none.
 */
final class StrictJson {
    private static final ObjectMapper JSON = JsonMapper.builder(new JsonFactoryBuilder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(100)
                            .maxNumberLength(1_000)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}

    /**
     * Reads a document.
     *
     * @return a missing node if the text is blank
     * @throws JsonProcessingException if the text is not one JSON document, a member of it is there twice, it is nested
     *     deeper than 100 levels, or a number has more than 1,000 characters
     */
    static JsonNode read(String text) throws JsonProcessingException {
        return JSON.readTree(text);
    }
}
