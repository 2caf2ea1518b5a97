package org.linkmoderation.states;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.camel.RoutesBuilder;
import org.linkmoderation.InvalidRequestException;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * What a state machine is: its name, its input, the routes that are its diagram, and what they need. The {@link Engine}
 * makes everything else of it.
 *
 * @see StateMachineBuilder
 */
public final class StateMachineDefinition {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,79}");
    private static final Duration DAY = Duration.ofDays(1);

    private final String name;
    private final String destinations;
    private final Duration timeout;
    private final InputCheck input;
    private final Optional<Secrets> secrets;
    private final List<RoutesBuilder> routes;
    private final Map<String, Retry> retries;
    private final List<CreateTableRequest> tables;
    private final Optional<SagaNeeds> saga;
    private final Optional<Answers> answers;

    private StateMachineDefinition(Builder builder) {
        name = builder.name;
        destinations = builder.destinations;
        timeout = builder.timeout;
        input = builder.input;
        secrets = Optional.ofNullable(builder.secrets);
        routes = List.copyOf(builder.routes);
        retries = Map.copyOf(builder.retries);
        tables = List.copyOf(builder.tables);
        saga = Optional.ofNullable(builder.saga);
        answers = Optional.ofNullable(builder.answers);
    }

    /** Checks the input of an execution before it becomes one. */
    @FunctionalInterface
    public interface InputCheck {
        /**
         * Checks an input.
         *
         * @throws InvalidRequestException if the state machine can't run with it; the message names the member, what it
         *     is and what was expected
         */
        void check(JsonNode input) throws InvalidRequestException;
    }

    /**
     * How what must not be kept is taken out of inputs.
     *
     * @param journaledInput makes of an input what of it may be journaled; always the same of the same
     * @param shownText makes of a text that may be no JSON what of it may be shown to operators
     */
    public record Secrets(UnaryOperator<JsonNode> journaledInput, UnaryOperator<String> shownText) {}

    /**
     * Starts a definition.
     *
     * @param name the name of the state machine, of its Camel context and of the route that is its diagram; a letter,
     *     then up to 79 characters of {@code A-Z a-z 0-9 _ -}
     */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** The name of the state machine. */
    public String name() {
        return name;
    }

    /** What the names of queue and topic start with, where the settings name none. */
    public String destinations() {
        return destinations;
    }

    /** TimeoutSeconds of the state machine, where the settings have none. */
    public Duration timeout() {
        return timeout;
    }

    /** Checks inputs. */
    public InputCheck input() {
        return input;
    }

    /** How secrets are taken out of inputs, if they hold any. */
    public Optional<Secrets> secrets() {
        return secrets;
    }

    /** The routes, and the configurations of routes. */
    public List<RoutesBuilder> routes() {
        return routes;
    }

    /** The Retry fields of the states, by the names that {@code redeliveryPolicyRef} uses. */
    public Map<String, Retry> retries() {
        return retries;
    }

    /** The tables that the tasks use, as they are to be created. */
    public List<CreateTableRequest> tables() {
        return tables;
    }

    /** What it does forward and what it undoes, if it is a saga. */
    public Optional<SagaNeeds> saga() {
        return saga;
    }

    /** How long others may take to answer its tasks, if it has such. */
    public Optional<Answers> answers() {
        return answers;
    }

    /**
     * How long others may take to answer a task.
     *
     * @param setting the key of the setting that says it
     * @param timeout the state's TimeoutSeconds
     */
    public record Answers(String setting, Duration timeout) {}

    /**
     * A saga and what it needs.
     *
     * @param declaration the steps beside their undos
     * @param sagas the container's OSGi service
     */
    public record SagaNeeds(Saga declaration, Sagas sagas) {}

    /** Builds a definition. */
    public static final class Builder {
        private final String name;
        private final List<RoutesBuilder> routes = new ArrayList<>();
        private final Map<String, Retry> retries = new LinkedHashMap<>();
        private final List<CreateTableRequest> tables = new ArrayList<>();
        private String destinations;
        private Duration timeout = DAY;
        private InputCheck input;
        private Secrets secrets;
        private SagaNeeds saga;
        private Answers answers;

        private Builder(String name) {
            this.name = name;
            this.destinations = name;
        }

        /** Checks inputs before they become executions. Required. */
        public Builder input(InputCheck check) {
            input = check;
            return this;
        }

        /** Keeps parts of the input out of the journal and out of what operators are shown. By default all is kept. */
        public Builder secrets(UnaryOperator<JsonNode> journaledInput, UnaryOperator<String> shownText) {
            secrets = new Secrets(journaledInput, shownText);
            return this;
        }

        /** The default of {@code timeout.seconds}, the state machine's TimeoutSeconds: a day unless it is set here. */
        public Builder timeout(Duration byDefault) {
            timeout = byDefault;
            return this;
        }

        /**
         * What the default names of queue and topic start with, {@code <prefix>.requests} and {@code <prefix>.notices}:
         * the name of the state machine unless it is set here.
         */
        public Builder destinations(String prefix) {
            destinations = prefix;
            return this;
        }

        /** Adds the routes that are the diagram and its states, and the route configurations with Retry and Catch. */
        public Builder routes(RoutesBuilder... builders) {
            routes.addAll(List.of(builders));
            return this;
        }

        /**
         * Makes it a saga: the engine adds the routes that lead through the steps and their undos, so that
         * {@link #routes} holds the states alone. Its executions are all STANDARD, and are not redriven. Of the
         * settings the engine reads {@code undo.retry.interval.seconds} and {@code undo.retry.max.seconds} too.
         *
         * @param declaration the steps beside their undos
         * @param sagas the OSGi service, which the component of the state machine refers to
         */
        public Builder saga(Saga declaration, Sagas sagas) {
            saga = new SagaNeeds(declaration, sagas);
            return this;
        }

        /**
         * Says that others answer a task of it ({@link CallbackTask}). Its executions are all STANDARD, and
         * {@code timeout.seconds} is more than the answer may take: by default a day more.
         *
         * @param setting the key of the setting that says how long it may take
         * @param atMost the longest TimeoutSeconds of such a task
         */
        public Builder answeredWithin(String setting, Duration atMost) {
            answers = new Answers(setting, atMost);
            return timeout(atMost.plus(DAY));
        }

        /** Gives a Retry the name by which {@code redeliveryPolicyRef} of a route configuration finds it. */
        public Builder retry(String policyRef, Retry retry) {
            retries.put(policyRef, retry);
            return this;
        }

        /** Needs a table with the keys {@code PK} and {@code SK}, as {@link ItemUpdate} has them. */
        public Builder table(String table) {
            return table(CreateTableRequest.builder()
                    .tableName(table)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .keySchema(key("PK", KeyType.HASH), key("SK", KeyType.RANGE))
                    .attributeDefinitions(text("PK"), text("SK"))
                    .build());
        }

        /** Needs a table, which is created so if it is missing and {@code create.tables} is set. */
        public Builder table(CreateTableRequest table) {
            tables.add(table);
            return this;
        }

        /**
         * The definition.
         *
         * @throws InvalidDefinitionException if the name can't be used, or input or routes are missing
         */
        public StateMachineDefinition build() {
            if (!NAME.matcher(name).matches()) {
                throw new InvalidDefinitionException(
                        name, "its name must be a letter and up to 79 characters of A-Z, a-z, 0-9, '_' and '-'");
            }
            if (input == null) {
                throw new InvalidDefinitionException(name, "it checks no input; expected input(…)");
            }
            if (routes.isEmpty()) {
                throw new InvalidDefinitionException(name, "it has no routes; expected routes(…)");
            }
            if (saga != null) {
                saga.declaration().fault().ifPresent(fault -> {
                    throw new InvalidDefinitionException(name, fault);
                });
            }
            return new StateMachineDefinition(this);
        }

        private static KeySchemaElement key(String name, KeyType type) {
            return KeySchemaElement.builder().attributeName(name).keyType(type).build();
        }

        private static AttributeDefinition text(String name) {
            return AttributeDefinition.builder()
                    .attributeName(name)
                    .attributeType(ScalarAttributeType.S)
                    .build();
        }
    }
}
