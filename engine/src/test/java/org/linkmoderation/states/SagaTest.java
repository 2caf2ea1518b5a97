package org.linkmoderation.states;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.linkmoderation.states.Saga.saga;

import java.util.List;
import java.util.Optional;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.linkmoderation.states.Saga.Step;
import org.linkmoderation.testkit.InMemoryCoordinator;

class SagaTest {
    @Test
    void shouldHaveEachStepBesideItsUndo() {
        Saga saga = saga().step("A").undoneBy("UndoA").step("B").failingWith("Fail");

        assertThat(saga)
                .isEqualTo(new Saga(
                        List.of(new Step("A", Optional.of("UndoA")), new Step("B", Optional.empty())), "Fail"));
        assertThat(saga.fault()).isEmpty();
    }

    @Test
    void shouldRefuseAnUndoOfNothing() {
        assertThatThrownBy(() -> saga().undoneBy("UndoA"))
                .hasMessage("undoneBy(\"UndoA\") follows no step; expected step(…) before it");
        assertThatThrownBy(() -> saga().step("A").undoneBy("UndoA").undoneBy("UndoB"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldSayWhatIsWrong() {
        assertThat(saga().failingWith("Fail").fault()).contains("its saga has no step");
        assertThat(saga().step("A").undoneBy("A").failingWith("Fail").fault())
                .contains("its saga names the state 'A' twice");
        assertThat(saga().step("A")
                        .step("B")
                        .undoneBy("Fail")
                        .failingWith("Fail")
                        .fault())
                .contains("its saga names the state 'Fail' twice");
        assertThat(saga().step("A").step("A").failingWith("Fail").fault())
                .contains("its saga names the state 'A' twice");
    }

    @Test
    void shouldRefuseADefinitionWhoseSagaIsBroken() {
        StateMachineDefinition.Builder builder = StateMachineDefinition.named("greeting")
                .input(input -> {})
                .saga(saga().failingWith("Fail"), new InMemoryCoordinator())
                .routes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        // Never asked
                    }
                });

        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessage("The definition of state machine 'greeting' is refused: its saga has no step.");
    }
}
