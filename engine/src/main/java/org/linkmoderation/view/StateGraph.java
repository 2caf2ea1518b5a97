package org.linkmoderation.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.linkmoderation.StateMachineDescription;
import org.linkmoderation.component.VisibleText;

/**
 * The states of a state machine and the ways between them, as its diagram shows them.
 *
 * @param states the types of the states by their names, in the order of the definition; an undo has type {@code Undo}
 * @param ways the ways between them
 */
public record StateGraph(Map<String, String> states, List<Way> ways) {
    /** The name of the node where an execution starts, and of the one where it ends. */
    public static final String OUTSIDE = "";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a way is taken for. */
    public enum Kind {
        /** The state succeeded, or a Choice has chosen. */
        NEXT,
        /** A Catch. */
        CATCH,
        /** The undo of a step, when its saga is undone. */
        UNDO
    }

    /**
     * A way.
     *
     * @param from the state that it leaves; {@link #OUTSIDE} for the start
     * @param to the state that it enters; {@link #OUTSIDE} for the end
     * @param kind what it is taken for
     * @param label when it is taken; may be empty
     */
    public record Way(String from, String to, Kind kind, String label) {}

    /** The graph of a state machine. */
    public static StateGraph of(StateMachineDescription stateMachine) {
        Map<String, String> states = new LinkedHashMap<>();
        List<Way> ways = new ArrayList<>();
        JsonNode definition = read(stateMachine.definition());
        if (definition.has("StartAt")) {
            ways.add(new Way(OUTSIDE, definition.path("StartAt").asText(), Kind.NEXT, ""));
        }
        for (Map.Entry<String, JsonNode> state : definition.path("States").properties()) {
            String name = state.getKey();
            String type = state.getValue().path("Type").asText();
            states.put(name, type);
            addWays(name, type, state.getValue(), ways);
        }
        addUndos(stateMachine, states, ways);
        return new StateGraph(states, List.copyOf(ways));
    }

    private static void addWays(String name, String type, JsonNode state, List<Way> ways) {
        if (state.has("Next")) {
            ways.add(new Way(name, state.path("Next").asText(), Kind.NEXT, ""));
        }
        for (JsonNode caught : state.path("Catch")) {
            String errors = StreamSupport.stream(caught.path("ErrorEquals").spliterator(), false)
                    .map(JsonNode::asText)
                    .collect(Collectors.joining(", "));
            ways.add(new Way(name, caught.path("Next").asText(), Kind.CATCH, errors));
        }
        for (JsonNode rule : state.path("Choices")) {
            String condition = rule.has("BooleanEquals")
                    ? rule.path("Variable").asText() + " is "
                            + rule.path("BooleanEquals").asText()
                    : "";
            ways.add(new Way(name, rule.path("Next").asText(), Kind.NEXT, condition));
        }
        if (state.has("Default")) {
            ways.add(new Way(name, state.path("Default").asText(), Kind.NEXT, "default"));
        }
        if (state.path("End").asBoolean() || type.equals("Fail") || type.equals("Succeed")) {
            ways.add(new Way(name, OUTSIDE, Kind.NEXT, ""));
        }
    }

    /** The way back: the undos in the reverse order of their steps, and the state that a saga fails in. */
    private static void addUndos(StateMachineDescription stateMachine, Map<String, String> states, List<Way> ways) {
        Optional<String> before = stateMachine.failState();
        for (Map.Entry<String, String> step : stateMachine.undos().entrySet()) {
            String undo = step.getValue();
            states.put(undo, "Undo");
            ways.add(new Way(step.getKey(), undo, Kind.UNDO, "undone by"));
            before.ifPresent(next -> ways.add(new Way(undo, next, Kind.UNDO, "")));
            before = Optional.of(undo);
        }
        stateMachine.failState().ifPresent(state -> {
            states.put(state, "Fail");
            ways.add(new Way(state, OUTSIDE, Kind.NEXT, ""));
        });
    }

    /** The graph for a program that draws it. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode nodes = json.putArray("states");
        states.forEach((name, type) -> nodes.addObject().put("name", name).put("type", type));
        ArrayNode edges = json.putArray("ways");
        ways.forEach(way -> edges.addObject()
                .put("from", way.from())
                .put("to", way.to())
                .put("kind", way.kind().name())
                .put("label", way.label()));
        return json;
    }

    /**
     * The graph as a state diagram of Mermaid.
     *
     * @see <a href="https://mermaid.js.org/syntax/stateDiagram.html">Mermaid: state diagrams</a>
     */
    public String mermaid() {
        StringBuilder diagram = new StringBuilder("stateDiagram-v2\n");
        Map<String, String> ids = new LinkedHashMap<>();
        for (String name : states.keySet()) {
            String id = "s" + (ids.size() + 1);
            ids.put(name, id);
            diagram.append("    state \"")
                    .append(escaped(name))
                    .append("\" as ")
                    .append(id)
                    .append('\n');
        }
        ids.put(OUTSIDE, "[*]");
        for (Way way : ways) {
            diagram.append("    ").append(ids.get(way.from())).append(" --> ").append(ids.get(way.to()));
            String label = way.kind() == Kind.CATCH ? "catch " + escaped(way.label()) : escaped(way.label());
            diagram.append(label.isEmpty() ? "" : ": " + label).append('\n');
        }
        return diagram.toString();
    }

    /** Mermaid reads a code between # and ; as the character of this number. */
    private static String escaped(String text) {
        return VisibleText.of(text)
                .chars()
                .mapToObj(unit -> "#;:<>\"{}".indexOf(unit) < 0 ? Character.toString(unit) : "#" + unit + ";")
                .collect(Collectors.joining());
    }

    private static JsonNode read(String definition) {
        try {
            return JSON.readTree(definition);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A definition that is no JSON: " + definition, e);
        }
    }
}
