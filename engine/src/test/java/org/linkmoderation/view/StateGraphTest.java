package org.linkmoderation.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.linkmoderation.StateMachineDescription;

class StateGraphTest {
    @Test
    void shouldShowChoicesAndCatches() {
        StateGraph graph = StateGraph.of(new StateMachineDescription("links", false, Instant.EPOCH, """
                {
                  "StartAt": "Check",
                  "States": {
                    "Check": {"Type": "Task", "Catch": [{"ErrorEquals": ["A", "B"], "Next": "Refuse"}], "Next": "IsSafe"},
                    "Refuse": {"Type": "Fail"},
                    "IsSafe": {
                      "Type": "Choice",
                      "Choices": [{"Variable": "$.safe", "BooleanEquals": true, "Next": "Pause"}],
                      "Default": "Refuse"
                    },
                    "Pause": {"Type": "Wait", "End": true}
                  }
                }
                """));

        assertThat(graph.states())
                .containsExactly(
                        Map.entry("Check", "Task"),
                        Map.entry("Refuse", "Fail"),
                        Map.entry("IsSafe", "Choice"),
                        Map.entry("Pause", "Wait"));
        assertThat(graph.mermaid()).isEqualTo("""
                stateDiagram-v2
                    state "Check" as s1
                    state "Refuse" as s2
                    state "IsSafe" as s3
                    state "Pause" as s4
                    [*] --> s1
                    s1 --> s3
                    s1 --> s2: catch A, B
                    s2 --> [*]
                    s3 --> s4: $.safe is true
                    s3 --> s2: default
                    s4 --> [*]
                """);
        assertThat(graph.json().at("/ways/2/kind").asText()).isEqualTo("CATCH");
    }

    @Test
    void shouldShowTheWayBackOfASagaInReverse() {
        Map<String, String> undos = new LinkedHashMap<>();
        undos.put("Reserve", "Release");
        undos.put("Charge", "Refund");
        StateGraph graph = StateGraph.of(
                new StateMachineDescription("sale", true, Instant.EPOCH, """
                {
                  "StartAt": "Reserve",
                  "States": {
                    "Reserve": {"Type": "Task", "Next": "Charge"},
                    "Charge": {"Type": "Task", "Next": "Confirm"},
                    "Confirm": {"Type": "Task", "End": true}
                  }
                }
                """, undos, Optional.of("FailSale")));

        assertThat(graph.states()).containsKeys("Release", "Refund", "FailSale");
        assertThat(graph.ways())
                .filteredOn(way -> way.kind() == StateGraph.Kind.UNDO)
                .extracting(way -> way.from() + ">" + way.to())
                .containsExactly("Reserve>Release", "Release>FailSale", "Charge>Refund", "Refund>Release");
    }

    @Test
    void shouldLetNoNameEndALabel() {
        StateGraph graph = StateGraph.of(new StateMachineDescription("x", false, Instant.EPOCH, """
                {"StartAt": "a\\"; b", "States": {"a\\"; b": {"Type": "Wait", "End": true}}}
                """));

        assertThat(graph.mermaid()).contains("state \"a#34;#59; b\" as s1\n");
    }
}
