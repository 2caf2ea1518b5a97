package org.linkmoderation.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.function.UnaryOperator;
import org.linkmoderation.states.StateMachineDefinition.Secrets;

/** What of an input is journaled, as a text. */
final class JournaledInput {
    /** Keeps every digit of a number. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private JournaledInput() {}

    /** Takes secrets out of inputs that were read before. */
    static UnaryOperator<String> without(Secrets secrets) {
        return input -> {
            try {
                return secrets.journaledInput().apply(JSON.readTree(input)).toString();
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("An input that is no JSON", e);
            }
        };
    }
}
