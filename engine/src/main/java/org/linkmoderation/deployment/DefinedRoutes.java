package org.linkmoderation.deployment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.states.InvalidDefinitionException;
import org.linkmoderation.states.StateMachineBuilder;
import org.linkmoderation.states.StateMachineBuilder.DeclaredState;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.states.TaskPolicy;

/** The routes of a definition in a Camel context: added in the order that Camel needs, and checked. */
public final class DefinedRoutes {
    private final CamelContext context;
    private final List<TaskPolicy> tasks;

    private DefinedRoutes(CamelContext context, List<TaskPolicy> tasks) {
        this.context = context;
        this.tasks = tasks;
    }

    /**
     * Adds the routes of a definition to a context that has not started.
     *
     * @param saga the routes that the engine makes of its saga; none if it is none
     * @throws InvalidDefinitionException if the definition is broken
     */
    public static DefinedRoutes add(StateMachineDefinition definition, CamelContext context, RoutesBuilder... saga) {
        List<RoutesBuilder> builders = new ArrayList<>(List.of(saga));
        builders.addAll(definition.routes());
        definition.retries().forEach(context.getRegistry()::bind);
        List<RouteConfigurationDefinition> configurations = new ArrayList<>();
        List<RouteDefinition> routes = new ArrayList<>();
        List<DeclaredState> states = new ArrayList<>();
        for (RoutesBuilder builder : builders) {
            // Before the routes that name them
            if (builder instanceof RouteConfigurationBuilder configuration) {
                add(definition, configuration, context);
                configurations.addAll(
                        configuration.getRouteConfigurationCollection().getRouteConfigurations());
            }
        }
        for (RoutesBuilder builder : builders) {
            if (builder instanceof RouteBuilder route && !(builder instanceof RouteConfigurationBuilder)) {
                add(definition, route, context);
                routes.addAll(route.getRouteCollection().getRoutes());
                if (builder instanceof StateMachineBuilder stateMachine) {
                    states.addAll(stateMachine.states());
                }
            }
        }
        DefinitionCheck check = new DefinitionCheck(definition, states, routes, configurations);
        check.run();
        return new DefinedRoutes(context, check.tasks());
    }

    private static void add(StateMachineDefinition definition, RouteBuilder builder, CamelContext context) {
        try {
            context.addRoutes(builder);
        } catch (Exception e) {
            throw new InvalidDefinitionException(definition.name(), "Camel can't take its routes: " + e.getMessage());
        }
    }

    /** The longest that one attempt of a task may take. */
    Duration longestCall() {
        return tasks.stream()
                .map(TaskPolicy::longestCall)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** The questions to the services that the tasks call, each once. */
    public List<ServiceCheck> checks() {
        List<ServiceCheck> checks = new ArrayList<>();
        for (TaskPolicy task : tasks) {
            for (ServiceCheck check : task.checks(context)) {
                if (checks.stream().noneMatch(other -> other.service().equals(check.service()))) {
                    checks.add(check);
                }
            }
        }
        return checks;
    }
}
