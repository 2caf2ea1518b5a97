package org.linkmoderation.deployment;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.PolicyDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.states.InvalidDefinitionException;
import org.linkmoderation.states.StateMachineBuilder.DeclaredState;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.states.TaskPolicy;

/**
 * Finds what is wrong with a definition before any execution does: names used twice, calls that lead nowhere, states
 * that nobody enters, tasks without a kind.
 */
final class DefinitionCheck {
    private static final String DIRECT = "direct:";

    private final StateMachineDefinition definition;
    private final List<DeclaredState> states;
    private final Map<String, RouteDefinition> routes = new LinkedHashMap<>();
    private final Map<String, RouteConfigurationDefinition> configurations = new TreeMap<>();
    private final List<TaskPolicy> tasks = new ArrayList<>();

    DefinitionCheck(
            StateMachineDefinition definition,
            List<DeclaredState> states,
            List<RouteDefinition> routes,
            List<RouteConfigurationDefinition> configurations) {
        this.definition = definition;
        this.states = states;
        checkStates();
        for (RouteDefinition route : routes) {
            if (this.routes.put(entry(route), route) != null) {
                throw broken("two routes start at direct:" + entry(route) + "; expected one");
            }
        }
        configurations.forEach(configuration -> this.configurations.put(configuration.getId(), configuration));
    }

    /** The tasks of all routes. */
    List<TaskPolicy> tasks() {
        return List.copyOf(tasks);
    }

    /** @throws InvalidDefinitionException if the definition is broken */
    void run() {
        if (!routes.containsKey(definition.name())) {
            throw broken("it has no diagram; expected a route that starts at direct:" + definition.name());
        }
        configurations.values().forEach(this::checkRetries);
        routes.values().forEach(this::checkCalls);
        Set<String> entered = reachable(definition.name(), route -> true);
        for (String route : routes.keySet()) {
            if (!entered.contains(route)) {
                throw broken((isState(route) ? "state" : "route") + " '" + route
                        + "' is never entered; expected a call of direct:" + route + " that the diagram leads to");
            }
        }
        for (RouteDefinition route : routes.values()) {
            tasks.addAll(tasksIn(route));
        }
        states.stream()
                .filter(state -> state.entered() == HistoryEventType.TaskStateEntered)
                .forEach(this::checkKind);
    }

    private void checkStates() {
        Set<String> names = new HashSet<>();
        for (DeclaredState state : states) {
            if (!names.add(state.name())) {
                throw broken("two states are named '" + state.name() + "'; expected each name once");
            }
        }
    }

    private String entry(RouteDefinition route) {
        String uri = route.getInput().getEndpointUri();
        if (!uri.startsWith(DIRECT)) {
            throw broken("route '" + route.getRouteId() + "' starts at '" + uri
                    + "'; expected a direct: endpoint, for executions are started by the engine");
        }
        return target(uri);
    }

    private static String target(String uri) {
        return uri.substring(DIRECT.length()).replaceFirst("^//", "").replaceFirst("\\?.*", "");
    }

    private void checkCalls(RouteDefinition route) {
        String configuration = route.getRouteConfigurationId();
        if (configuration != null && !configurations.containsKey(configuration)) {
            throw broken("route '" + route.getRouteId() + "' names the route configuration '" + configuration
                    + "', which is not defined; there are " + configurations.keySet());
        }
        for (String called : calls(route)) {
            if (!routes.containsKey(called)) {
                throw broken("route '" + route.getRouteId() + "' calls direct:" + called
                        + ", at which no route starts; there are " + new TreeSet<>(routes.keySet()));
            }
        }
    }

    private void checkRetries(RouteConfigurationDefinition configuration) {
        for (OnExceptionDefinition onException : configuration.getOnExceptions()) {
            String retry = onException.getRedeliveryPolicyRef();
            if (retry != null && !definition.retries().containsKey(retry)) {
                throw broken("route configuration '" + configuration.getId() + "' names the Retry '" + retry
                        + "', which is not defined; there are "
                        + new TreeSet<>(definition.retries().keySet()));
            }
        }
    }

    /** A task is of the kind of the policy that its own route, or one that it calls, puts around the attempt. */
    private void checkKind(DeclaredState task) {
        boolean hasKind = reachable(task.name(), route -> route.equals(task.name()) || !isState(route)).stream()
                .anyMatch(route -> !tasksIn(routes.get(route)).isEmpty());
        if (!hasKind) {
            throw broken("task '" + task.name()
                    + "' is of no kind; expected a policy such as LambdaFunction or DynamoDbUpdateItem in its route or"
                    + " in one that it calls");
        }
    }

    private boolean isState(String route) {
        return states.stream().anyMatch(state -> state.name().equals(route));
    }

    /** The routes that calls lead to, the first one included. */
    private Set<String> reachable(String first, Predicate<String> followed) {
        Set<String> found = new HashSet<>(Set.of(first));
        Deque<String> open = new ArrayDeque<>(found);
        while (!open.isEmpty()) {
            for (String called : calls(routes.get(open.remove()))) {
                if (followed.test(called) && found.add(called)) {
                    open.add(called);
                }
            }
        }
        return found;
    }

    private List<String> calls(RouteDefinition route) {
        List<String> calls = new ArrayList<>(calls(route.getOutputs()));
        RouteConfigurationDefinition configuration =
                configurations.get(route.getRouteConfigurationId() == null ? "" : route.getRouteConfigurationId());
        if (configuration != null) {
            configuration.getOnExceptions().forEach(onException -> calls.addAll(calls(onException.getOutputs())));
        }
        return calls;
    }

    private static List<String> calls(List<ProcessorDefinition<?>> outputs) {
        return ProcessorDefinitionHelper.filterTypeInOutputs(outputs, ToDefinition.class).stream()
                .map(ToDefinition::getEndpointUri)
                .filter(uri -> uri.startsWith(DIRECT))
                .map(DefinitionCheck::target)
                .toList();
    }

    private static Collection<TaskPolicy> tasksIn(RouteDefinition route) {
        return ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), PolicyDefinition.class).stream()
                .map(PolicyDefinition::getPolicy)
                .filter(TaskPolicy.class::isInstance)
                .map(TaskPolicy.class::cast)
                .toList();
    }

    private InvalidDefinitionException broken(String problem) {
        return new InvalidDefinitionException(definition.name(), problem);
    }
}
