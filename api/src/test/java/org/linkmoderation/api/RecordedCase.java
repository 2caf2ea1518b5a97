package org.linkmoderation.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A case that was recorded from the service.
 *
 * @param id its id
 * @param kind what it shows
 * @param definition the state machine; one that waits where none was recorded
 * @param input the input of the execution, a JSON document
 * @param events the history; empty where answers of other actions were recorded
 * @param answers the answers of other actions by what they answer
 */
record RecordedCase(String id, String kind, JsonNode definition, String input, JsonNode events, JsonNode answers) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode WAITING = JSON.valueToTree(
            Map.of("StartAt", "Pause", "States", Map.of("Pause", Map.of("Type", "Wait", "Seconds", 60, "End", true))));

    /** All cases of the file. */
    static Stream<RecordedCase> all() throws IOException {
        try (InputStream file = RecordedCase.class.getResourceAsStream("/histories.json")) {
            return StreamSupport.stream(JSON.readTree(file).path("cases").spliterator(), false)
                    .map(RecordedCase::read)
                    .toList()
                    .stream();
        }
    }

    private static RecordedCase read(JsonNode recorded) {
        return new RecordedCase(
                recorded.path("id").asText(),
                recorded.path("kind").asText(),
                recorded.path("definition").isObject() ? recorded.path("definition") : WAITING,
                text(recorded.path("input")),
                recorded.path("events"),
                recorded.path("answers"));
    }

    /** A document that the recorder parsed, as the text that it was. */
    static String text(JsonNode document) {
        return document.isTextual() ? document.textValue() : document.toString();
    }

    /** Whether a history was recorded. */
    boolean hasHistory() {
        return !events.isEmpty();
    }

    /** Whether the last event comes first. */
    boolean isReversed() {
        return events.path(0).path("id").asInt() > 1;
    }

    /** The events, oldest first. */
    List<JsonNode> history() {
        List<JsonNode> all = StreamSupport.stream(events.spliterator(), false).toList();
        return isReversed()
                ? all.stream()
                        .sorted((a, b) -> a.path("id").asInt() - b.path("id").asInt())
                        .toList()
                : all;
    }

    /** The names of the states that were entered, in order; without a history all. */
    List<String> entered() {
        if (!hasHistory()) {
            return definition.path("States").properties().stream()
                    .map(Map.Entry::getKey)
                    .toList();
        }
        return history().stream()
                .filter(event -> event.has("stateEnteredEventDetails"))
                .map(event -> details(event).path("name").asText())
                .toList();
    }

    /** The events from the entry of a state until its exit or the end. */
    List<JsonNode> visit(String state) {
        if (!hasHistory()) {
            return List.of();
        }
        List<JsonNode> all = history();
        int entered = 0;
        while (!all.get(entered).at("/stateEnteredEventDetails/name").asText().equals(state)) {
            entered++;
        }
        int next = entered + 1;
        while (next < all.size() && !all.get(next).has("stateEnteredEventDetails")) {
            next++;
        }
        return all.subList(entered, next);
    }

    /** The details of an event, whatever they are called. */
    static JsonNode details(JsonNode event) {
        for (JsonNode member : event) {
            if (member instanceof ObjectNode details) {
                return details;
            }
        }
        return JSON.createObjectNode();
    }

    /** What a state was left with; empty if it was not left. Without a history its {@code Result}. */
    Optional<String> output(String state) {
        if (!hasHistory()) {
            return Optional.of(text(definition.path("States").path(state).path("Result")));
        }
        return visit(state).stream()
                .filter(event -> event.has("stateExitedEventDetails"))
                .map(event -> text(details(event).path("output")))
                .findFirst();
    }

    @Override
    public String toString() {
        return id;
    }
}
