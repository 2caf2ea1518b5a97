package org.linkmoderation.deployment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.PolicyDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.WhenDefinition;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.states.Catch;
import org.linkmoderation.states.Choice;
import org.linkmoderation.states.ErrorEquals;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.Saga;
import org.linkmoderation.states.StateMachineBuilder;
import org.linkmoderation.states.StateMachineBuilder.DeclaredState;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.states.TaskPolicy;

/**
 * The definition of a state machine in the Amazon States Language, derived from its routes: the diagram gives the
 * order, the routes of the states their tasks, the route configurations Retry and Catch.
 *
 * @see <a href="https://states-language.net/spec.html">Amazon States Language</a>
 */
final class StatesLanguage {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DIRECT = "direct:";

    /** What is told the name of the state that comes next. */
    private interface Exit extends Consumer<String> {}

    private final StateMachineDefinition definition;
    private final Map<String, RouteDefinition> routes = new LinkedHashMap<>();
    private final Map<String, RouteConfigurationDefinition> configurations = new LinkedHashMap<>();
    private final Map<String, HistoryEventType> declared = new LinkedHashMap<>();
    private final ObjectNode document = JSON.createObjectNode();
    private final ObjectNode states = JSON.createObjectNode();

    private StatesLanguage(StateMachineDefinition definition, CamelContext context) {
        this.definition = definition;
        ModelCamelContext model = (ModelCamelContext) context;
        model.getRouteDefinitions()
                .forEach(route -> routes.put(target(route.getInput().getEndpointUri()), route));
        model.getRouteConfigurationDefinitions()
                .forEach(configuration -> configurations.put(configuration.getId(), configuration));
        definition.routes().stream()
                .filter(StateMachineBuilder.class::isInstance)
                .map(StateMachineBuilder.class::cast)
                .flatMap(builder -> builder.states().stream())
                .forEach((DeclaredState state) -> declared.put(state.name(), state.entered()));
    }

    /**
     * Derives a definition.
     *
     * @param timeout the state machine's TimeoutSeconds
     * @param context the context that its routes are in
     */
    static ObjectNode of(StateMachineDefinition definition, Duration timeout, CamelContext context) {
        return new StatesLanguage(definition, context).derive(timeout);
    }

    private ObjectNode derive(Duration timeout) {
        document.put("Comment", "Derived from the Camel routes of '" + definition.name() + "'");
        List<Exit> open = List.of(first -> document.put("StartAt", first));
        if (definition.saga().isPresent()) {
            for (Saga.Step step : definition.saga().get().declaration().steps()) {
                open = enter(step.state(), open);
            }
        } else {
            open = walk(routes.get(definition.name()).getOutputs(), open);
        }
        document.put("TimeoutSeconds", timeout.toSeconds());
        document.set("States", states);
        end(open);
        return document;
    }

    /** A branch of a Choice that leads to no state ends the execution by a Succeed state. */
    private void end(List<Exit> open) {
        states.forEach(state -> {
            if (state.path("Type").asText().matches("Task|Wait|Pass") && !state.has("Next")) {
                ((ObjectNode) state).put("End", true);
            }
        });
        List<Exit> branches =
                open.stream().filter(exit -> !(exit instanceof Next)).toList();
        if (!branches.isEmpty()) {
            states.putObject("Succeed").put("Type", "Succeed");
            branches.forEach(branch -> branch.accept("Succeed"));
        }
    }

    /** The exit of a state by its Next. */
    private record Next(ObjectNode state) implements Exit {
        @Override
        public void accept(String next) {
            state.put("Next", next);
        }
    }

    private List<Exit> walk(List<ProcessorDefinition<?>> outputs, List<Exit> entries) {
        List<Exit> open = entries;
        for (ProcessorDefinition<?> output : outputs) {
            if (output instanceof ToDefinition to && to.getEndpointUri().startsWith(DIRECT)) {
                String called = target(to.getEndpointUri());
                open = declared.containsKey(called)
                        ? enter(called, open)
                        : walk(routes.get(called).getOutputs(), open);
            } else if (output instanceof ChoiceDefinition choice) {
                open = choose(choice, open);
            } else {
                open = walk(output.getOutputs(), open);
            }
        }
        return open;
    }

    private List<Exit> enter(String name, List<Exit> entries) {
        entries.forEach(entry -> entry.accept(name));
        if (states.has(name)) {
            // It was entered from elsewhere too, and goes on as from there
            return List.of();
        }
        ObjectNode state = states.putObject(name);
        switch (declared.get(name)) {
            case TaskStateEntered -> describeTask(name, state);
            case WaitStateEntered -> state.put("Type", "Wait");
            case PassStateEntered -> state.put("Type", "Pass");
            default -> {
                state.put("Type", "Fail");
                return List.of();
            }
        }
        return List.of(new Next(state));
    }

    private List<Exit> choose(ChoiceDefinition choice, List<Exit> entries) {
        List<ProcessorDefinition<?>> otherwise = choice.getOtherwise() == null
                ? List.of()
                : choice.getOtherwise().getOutputs();
        List<Exit> open = new ArrayList<>();
        if (declared.get(choice.getId()) == HistoryEventType.ChoiceStateEntered) {
            entries.forEach(entry -> entry.accept(choice.getId()));
            if (states.has(choice.getId())) {
                // A loop: the diagram is called from within itself
                return List.of();
            }
            ObjectNode state = states.putObject(choice.getId()).put("Type", "Choice");
            ArrayNode rules = state.putArray("Choices");
            for (WhenDefinition when : choice.getWhenClauses()) {
                ObjectNode rule = rules.addObject();
                if (when.getExpression().getPredicate() instanceof Choice.Rule condition) {
                    condition.describe(rule);
                }
                open.addAll(walk(when.getOutputs(), List.of(next -> rule.put("Next", next))));
            }
            open.addAll(walk(otherwise, List.of(next -> state.put("Default", next))));
            return open;
        }
        for (WhenDefinition when : choice.getWhenClauses()) {
            List<Exit> branch = when.getExpression().getPredicate() instanceof Catch.CaughtIn caught
                    ? catches(caught.state())
                    : entries;
            open.addAll(walk(when.getOutputs(), branch));
        }
        open.addAll(walk(otherwise, entries));
        return open;
    }

    /** The exits of a task by its Catch. */
    private List<Exit> catches(String task) {
        ObjectNode state = (ObjectNode) states.get(task);
        ArrayNode catches = state.putArray("Catch");
        return exceptions(task).stream()
                .map(OnExceptionDefinition::getContinuedPolicy)
                .filter(ErrorEquals.class::isInstance)
                .map(caught -> ((ErrorEquals) caught).names())
                .distinct()
                .map(names -> {
                    ObjectNode one = catches.addObject();
                    names.forEach(one.putArray("ErrorEquals")::add);
                    return (Exit) next -> one.put("Next", next);
                })
                .toList();
    }

    private void describeTask(String name, ObjectNode state) {
        state.put("Type", "Task");
        policy(routes.get(name)).ifPresent(task -> task.describe(state));
        ArrayNode retries = JSON.createArrayNode();
        for (OnExceptionDefinition exception : exceptions(name)) {
            Retry retry = exception.getRedeliveryPolicyRef() == null
                    ? null
                    : definition.retries().get(exception.getRedeliveryPolicyRef());
            if (retry != null
                    && retry.getMaximumRedeliveries() > 0
                    && exception.getOnWhen() != null
                    && exception.getOnWhen().getExpression().getPredicate() instanceof ErrorEquals errors) {
                ObjectNode one = retries.addObject();
                errors.names().forEach(one.putArray("ErrorEquals")::add);
                retry.describe(one);
            }
        }
        if (!retries.isEmpty()) {
            state.set("Retry", retries);
        }
    }

    private List<OnExceptionDefinition> exceptions(String task) {
        return Optional.ofNullable(routes.get(task).getRouteConfigurationId())
                .map(configurations::get)
                .map(RouteConfigurationDefinition::getOnExceptions)
                .orElse(List.of());
    }

    /** The policy around the attempts of a task, in its route or in one that it calls. */
    private Optional<TaskPolicy> policy(RouteDefinition route) {
        Optional<TaskPolicy> own =
                ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), PolicyDefinition.class).stream()
                        .map(PolicyDefinition::getPolicy)
                        .filter(TaskPolicy.class::isInstance)
                        .map(TaskPolicy.class::cast)
                        .findFirst();
        return own.or(() ->
                ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class).stream()
                        .map(ToDefinition::getEndpointUri)
                        .filter(uri -> uri.startsWith(DIRECT) && !declared.containsKey(target(uri)))
                        .flatMap(uri -> policy(routes.get(target(uri))).stream())
                        .findFirst());
    }

    private static String target(String uri) {
        return uri.replaceFirst("^direct:(//)?", "").replaceFirst("\\?.*", "");
    }
}
