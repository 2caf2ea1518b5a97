package org.linkmoderation.states;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateMachineDefinitionTest {
    private static final RouteBuilder ROUTES = new RouteBuilder() {
        @Override
        public void configure() {
            // Never asked
        }
    };

    @Test
    void shouldNameQueueAndTopicLikeTheStateMachine() {
        StateMachineDefinition definition = StateMachineDefinition.named("greeting")
                .input(input -> {})
                .routes(ROUTES)
                .build();

        assertThat(definition.destinations()).isEqualTo("greeting");
        assertThat(definition.timeout()).isEqualTo(Duration.ofDays(1));
        assertThat(definition.secrets()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1st", "a.b", "a b", "a/b", "-a"})
    void shouldRefuseANameThatNoRouteOrBeanCanHave(String name) {
        var builder = StateMachineDefinition.named(name).input(input -> {}).routes(ROUTES);

        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("its name must be a letter and up to 79 characters of A-Z, a-z, 0-9");
    }

    @Test
    void shouldRefuseADefinitionThatChecksNoInput() {
        var builder = StateMachineDefinition.named("greeting").routes(ROUTES);

        assertThatThrownBy(builder::build)
                .hasMessage("The definition of state machine 'greeting' is refused: it checks no input; expected"
                        + " input(…).");
    }

    @Test
    void shouldRefuseADefinitionWithoutRoutes() {
        var builder = StateMachineDefinition.named("greeting").input(input -> {});

        assertThatThrownBy(builder::build)
                .hasMessage(
                        "The definition of state machine 'greeting' is refused: it has no routes; expected routes(…).");
    }
}
