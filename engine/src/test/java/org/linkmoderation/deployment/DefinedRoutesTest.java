package org.linkmoderation.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.linkmoderation.states.ErrorEquals.errorEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.states.InvalidDefinitionException;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.StateMachineBuilder;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.states.TaskKind;
import org.linkmoderation.states.TaskPolicy;

class DefinedRoutesTest {
    private final CamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldAskEachServiceOfTheTasksOnce() {
        DefinedRoutes routes = add(machine -> {
            machine.diagram("A", "B");
            machine.simpleTask("A");
            machine.simpleTask("B");
        });

        assertThat(routes.checks()).extracting(ServiceCheck::service).containsExactly("Greetings");
    }

    @Test
    void shouldFindAStateThatOnlyARouteConfigurationCalls() {
        RouteConfigurationBuilder fallback = new RouteConfigurationBuilder() {
            @Override
            public void configuration() {
                routeConfiguration("Catch")
                        .onException(TaskFailedException.class)
                        .handled(true)
                        .to("direct:B");
            }
        };

        DefinedRoutes routes = DefinedRoutes.add(
                StateMachineDefinition.named("greeting")
                        .input(input -> {})
                        .routes(
                                new Machine(machine -> {
                                    machine.diagram("A");
                                    machine.declare("A")
                                            .routeConfigurationId("Catch")
                                            .to("direct:greet");
                                    machine.greet();
                                    machine.failState("B");
                                }),
                                fallback)
                        .build(),
                context);

        assertThat(routes.checks()).hasSize(1);
    }

    @Test
    void shouldRefuseTwoStatesOfOneName() {
        shouldRefuse("two states are named 'A'; expected each name once", machine -> {
            machine.diagram("A");
            machine.simpleTask("A");
            machine.failState("A");
        });
    }

    @Test
    void shouldRefuseAChoiceThatIsNamedLikeATask() {
        shouldRefuse("two states are named 'A'; expected each name once", machine -> {
            machine.diagram("A").process(machine.choice("A"));
            machine.simpleTask("A");
        });
    }

    @Test
    void shouldRefuseTwoRoutesOfOneName() {
        shouldRefuse("two routes start at direct:greet; expected one", machine -> {
            machine.diagram("A");
            machine.simpleTask("A");
            machine.greet();
            machine.attemptOf("greet").policy(new Greeting()).log("again").end();
        });
    }

    @Test
    void shouldRefuseRoutesOfTwoBuildersWithOneName() {
        RouteBuilder other = new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:greet").routeId("greet").log("another");
            }
        };
        Machine machine = new Machine(builder -> {
            builder.diagram("A");
            builder.simpleTask("A");
        });

        assertThatThrownBy(() -> add(machine, other)).hasMessageContaining("two routes start at direct:greet");
    }

    @Test
    void shouldRefuseAStateThatIsNeverEntered() {
        shouldRefuse("state 'B' is never entered; expected a call of direct:B that the diagram leads to", machine -> {
            machine.diagram("A");
            machine.simpleTask("A");
            machine.simpleTask("B");
        });
    }

    @Test
    void shouldRefuseStatesThatOnlyEnterEachOther() {
        shouldRefuse("state 'B' is never entered; expected a call of direct:B that the diagram leads to", machine -> {
            machine.diagram("A");
            machine.simpleTask("A");
            machine.declare("B").to("direct:C");
            machine.declare("C").to("direct:B");
        });
    }

    @Test
    void shouldRefuseACallThatLeadsNowhere() {
        shouldRefuse(
                "route 'greeting' calls direct:B, at which no route starts; there are [A, greet, greeting]",
                machine -> {
                    machine.diagram("A", "B");
                    machine.simpleTask("A");
                });
    }

    @Test
    void shouldFindACallInAnyBranch() {
        shouldRefuse(
                "route 'greeting' calls direct:B, at which no route starts; there are [A, greet, greeting]",
                machine -> {
                    machine.diagram("A")
                            .choice()
                            .when(exchange -> true)
                            .log("nothing")
                            .otherwise()
                            .doTry()
                            .log("nothing")
                            .doCatch(Exception.class)
                            .to("direct:B?timeout=5")
                            .end()
                            .end();
                    machine.simpleTask("A");
                });
    }

    @Test
    void shouldRefuseATaskWithoutAKind() {
        shouldRefuse(
                "task 'B' is of no kind; expected a policy such as LambdaFunction or DynamoDbUpdateItem in its route"
                        + " or in one that it calls",
                machine -> {
                    machine.diagram("A", "B");
                    machine.simpleTask("A");
                    // Another state's kind is not its own
                    machine.declare("B").to("direct:A");
                });
    }

    @Test
    void shouldRefuseAMissingDiagram() {
        shouldRefuse(
                "it has no diagram; expected a route that starts at direct:greeting",
                machine -> machine.simpleTask("A"));
    }

    @Test
    void shouldRefuseARouteWithATriggerOfItsOwn() {
        shouldRefuse(
                "route 'poll' starts at 'timer:poll'; expected a direct: endpoint, for executions are started by the"
                        + " engine",
                machine -> {
                    machine.diagram("A");
                    machine.simpleTask("A");
                    machine.from("timer:poll").routeId("poll").to("direct:A");
                });
    }

    @Test
    void shouldRefuseARouteConfigurationThatIsMissing() {
        shouldRefuse("route 'A' names the route configuration 'Retry', which is not defined; there are []", machine -> {
            machine.diagram("A");
            machine.declare("A").routeConfigurationId("Retry").to("direct:greet");
            machine.greet();
        });
    }

    @Test
    void shouldRefuseARetryThatIsMissing() {
        StateMachineDefinition definition = StateMachineDefinition.named("greeting")
                .input(input -> {})
                .retry("B.Retry", new Retry(Duration.ofSeconds(1), 3, 2))
                .routes(new RetryOfA(), new Machine(machine -> {
                    machine.diagram("A");
                    machine.declare("A").routeConfigurationId("A").to("direct:greet");
                    machine.greet();
                }))
                .build();

        assertThatThrownBy(() -> DefinedRoutes.add(definition, context))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessage("The definition of state machine 'greeting' is refused: route configuration 'A' names the"
                        + " Retry 'A.Retry', which is not defined; there are [B.Retry].");
    }

    @Test
    void shouldSayWhatCamelDoesNotTake() {
        shouldRefuse("Camel can't take its routes: no such thing", machine -> {
            throw new IllegalStateException("no such thing");
        });
    }

    private void shouldRefuse(String problem, Consumer<Machine> routes) {
        assertThatThrownBy(() -> add(routes))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessage("The definition of state machine 'greeting' is refused: " + problem + ".");
    }

    private DefinedRoutes add(Consumer<Machine> routes) {
        return add(new Machine(routes));
    }

    private DefinedRoutes add(RoutesBuilder... routes) {
        return DefinedRoutes.add(
                StateMachineDefinition.named("greeting")
                        .input(input -> {})
                        .routes(routes)
                        .build(),
                context);
    }

    /** A state machine whose routes a test adds. */
    private static final class Machine extends StateMachineBuilder {
        private final Consumer<Machine> routes;

        Machine(Consumer<Machine> routes) {
            this.routes = routes;
        }

        @Override
        public void configure() {
            routes.accept(this);
        }

        RouteDefinition diagram(String... states) {
            RouteDefinition diagram = from("direct:greeting").routeId("greeting");
            for (String state : states) {
                diagram.to("direct:" + state);
            }
            return diagram;
        }

        RouteDefinition declare(String state) {
            return task(state);
        }

        RouteDefinition failState(String state) {
            return fail(state);
        }

        Processor choice(String state) {
            return enterChoice(state);
        }

        RouteDefinition attemptOf(String name) {
            return attempt(name);
        }

        void simpleTask(String state) {
            task(state).to("direct:greet");
            if (getRouteCollection().getRoutes().stream().noneMatch(route -> "greet".equals(route.getRouteId()))) {
                greet();
            }
        }

        void greet() {
            attempt("greet").policy(new Greeting()).log("Hello").end();
        }
    }

    private static final class RetryOfA extends RouteConfigurationBuilder {
        @Override
        public void configuration() {
            routeConfiguration("A")
                    .onException(TaskFailedException.class)
                    .onWhen(errorEquals("States.ALL"))
                    .redeliveryPolicyRef("A.Retry");
        }
    }

    /** A kind of task that the engine does not know. */
    private static final class Greeting extends TaskPolicy {
        Greeting() {
            super(TaskKind.SERVICE_INTEGRATION, Retry.NONE);
        }

        @Override
        protected Map<String, String> resource(Exchange exchange) {
            return Map.of();
        }

        @Override
        protected String result(Exchange exchange) {
            return "{}";
        }

        @Override
        protected TaskFailedException failure(Exception thrown) {
            return new TaskFailedException("Greeting", thrown.getMessage());
        }

        @Override
        public List<ServiceCheck> checks(CamelContext context) {
            return List.of(new ServiceCheck("Greetings", () -> "there"));
        }
    }
}
