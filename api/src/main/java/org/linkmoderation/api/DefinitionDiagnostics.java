package org.linkmoderation.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is wrong with a definition in the Amazon States Language: its required fields, the types of its states, where
 * they lead to, and what EXPRESS does not support. Paths, resources and parameters are not looked into.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html">
 *     ValidateStateMachineDefinition</a>
 */
final class DefinitionDiagnostics {
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String SCHEMA = "SCHEMA_VALIDATION_FAILED";
    private static final List<String> TYPES =
            List.of("Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map");
    private static final Set<String> WITHOUT_NEXT = Set.of("Succeed", "Fail", "Choice");

    private final boolean isExpress;
    private final ArrayNode diagnostics = JSON.createArrayNode();

    private DefinitionDiagnostics(boolean isExpress) {
        this.isExpress = isExpress;
    }

    /**
     * Looks for what is wrong.
     *
     * @param definition the text of the definition
     * @param isExpress whether it is that of an EXPRESS state machine
     * @return the diagnostics, each an error; empty if nothing was found
     */
    static ArrayNode of(String definition, boolean isExpress) {
        DefinitionDiagnostics found = new DefinitionDiagnostics(isExpress);
        try (JsonParser parser = JSON.createParser(definition)) {
            found.read(parser);
        } catch (IOException e) {
            throw new IllegalStateException("A text can be read", e);
        }
        return found.diagnostics;
    }

    private void read(JsonParser parser) throws IOException {
        try {
            JsonNode document = JSON.reader().readTree(parser);
            if (document != null && document.isObject()) {
                check(document, "", document.path("QueryLanguage").asText(""));
            } else {
                add(SCHEMA, "Definition must be a valid JSON object", Optional.empty());
            }
        } catch (JsonProcessingException e) {
            // The service names the place after what it could not read
            String location = parser.currentLocation().toString();
            add("INVALID_JSON_DESCRIPTION", e.getOriginalMessage() + "\n at " + location, Optional.of(location));
        }
    }

    private void check(JsonNode definition, String path, String language) {
        List<String> missing = List.of("States", "StartAt").stream()
                .filter(field -> !definition.has(field))
                .toList();
        if (!missing.isEmpty()) {
            schema("These fields are required: " + missing, path.isEmpty() ? "/" : path);
        }
        JsonNode states = definition.path("States");
        target(states, definition, "StartAt", path);
        for (Map.Entry<String, JsonNode> state : states.properties()) {
            check(states, state.getValue(), path + "/States/" + state.getKey(), language);
        }
    }

    private void check(JsonNode states, JsonNode state, String path, String language) {
        String type = state.path("Type").asText("");
        if (!TYPES.contains(type)) {
            schema("The field 'Type' should have one of these values: " + TYPES, path + "/Type");
            return;
        }
        if (language.equals("JSONata") && state.path("QueryLanguage").asText("").equals("JSONPath")) {
            schema("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", path);
        }
        checkNext(states, state, type, path);
        if (state.has("Credentials") && !state.path("Credentials").has("RoleArn")) {
            schema("The field 'RoleArn' is required but was missing", path + "/Credentials");
        }
        if (type.equals("Wait") && state.has("Timestamp")) {
            checkTimestamp(state.path("Timestamp").asText(), path + "/Timestamp");
        }
        if (type.equals("Task") && isExpress) {
            checkExpress(state.path("Resource").asText(""), path + "/Resource");
        }
        if (state.path("Branches").isArray() && state.path("Branches").isEmpty()) {
            schema("Value cannot be empty", path + "/Branches");
        }
        for (int i = 0; i < state.path("Branches").size(); i++) {
            check(state.path("Branches").get(i), path + "/Branches[" + i + "]", language);
        }
        for (String processor : List.of("ItemProcessor", "Iterator")) {
            if (state.has(processor)) {
                check(state.path(processor), path + "/" + processor, language);
            }
        }
    }

    private void checkNext(JsonNode states, JsonNode state, String type, String path) {
        if (!WITHOUT_NEXT.contains(type)
                && !state.has("Next")
                && !state.path("End").asBoolean()) {
            schema("The field 'Next' or 'End' is required but was missing", path);
        }
        target(states, state, "Next", path);
        target(states, state, "Default", path);
        for (String list : List.of("Choices", "Catch")) {
            for (int i = 0; i < state.path(list).size(); i++) {
                target(states, state.path(list).get(i), "Next", path + "/" + list + "[" + i + "]");
            }
        }
    }

    private void target(JsonNode states, JsonNode from, String field, String path) {
        String target = from.path(field).asText("");
        if (!target.isEmpty() && !states.has(target)) {
            add(
                    "MISSING_TRANSITION_TARGET",
                    "Missing '" + field + "' target: " + target,
                    Optional.of(path + "/" + field));
        }
    }

    private void checkTimestamp(String timestamp, String path) {
        try {
            OffsetDateTime.parse(timestamp);
        } catch (DateTimeException e) {
            schema("String does not match RFC3339 timestamp", path);
        }
    }

    private void checkExpress(String resource, String path) {
        if (resource.contains(":activity:")) {
            schema("Express state machine does not support Activity ARN", path);
        } else if (resource.endsWith(".waitForTaskToken")) {
            schema("Express state machine does not support '.waitForTaskToken' service integration ", path);
        } else if (resource.endsWith(".sync") || resource.endsWith(".sync:2")) {
            schema("Express state machine does not support '.sync' service integration", path);
        }
    }

    private void schema(String message, String location) {
        add(SCHEMA, message, Optional.of(location));
    }

    private void add(String code, String message, Optional<String> location) {
        ObjectNode diagnostic = diagnostics
                .addObject()
                .put("severity", "ERROR")
                .put("code", code)
                .put("message", message);
        location.ifPresent(where -> diagnostic.put("location", where));
    }
}
