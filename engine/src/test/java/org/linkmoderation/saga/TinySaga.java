package org.linkmoderation.saga;

import static org.linkmoderation.states.Saga.saga;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.deployment.DefinedRoutes;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.run.ExecutionRunner;
import org.linkmoderation.run.Intervention;
import org.linkmoderation.run.RunPolicy;
import org.linkmoderation.states.CurrentExecution;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.Saga;
import org.linkmoderation.states.Sagas;
import org.linkmoderation.states.StateMachineBuilder;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.states.TaskKind;
import org.linkmoderation.states.TaskPolicy;
import org.linkmoderation.testkit.Deliveries;
import org.linkmoderation.testkit.SettableClock;

/** A state machine that is a saga of two steps, the first of which has an undo; deployed in a context of its own. */
final class TinySaga implements AutoCloseable {
    private static final Saga SAGA =
            saga().step("Do").undoneBy("Undo").step("Finish").failingWith("Fail");

    /** What was done and undone, in order. */
    final List<String> effects = new CopyOnWriteArrayList<>();
    /** What happens in the first step, after its effect. */
    volatile Runnable duringDo = () -> {};
    /** What happens in the last step. */
    volatile Runnable duringFinish = () -> {};

    private final String name;
    private final Journal journal;
    private final CamelContext context = new DefaultCamelContext();
    private final Deliveries deliveries;
    private final DeployedSaga saga;

    TinySaga(String name, Sagas sagas, Journal journal, Duration timeout) throws Exception {
        this.name = name;
        this.journal = journal;
        context.disableJMX();
        ExecutionListener nobody = event -> {};
        SettableClock clock = new SettableClock();
        StateMachineDefinition definition = StateMachineDefinition.named(name)
                .input(input -> {})
                .saga(SAGA, sagas)
                .routes(new Routes())
                .build();
        deliveries = new Deliveries(
                new ExecutionRunner(
                        journal,
                        context.createProducerTemplate(),
                        RunPolicy.of(timeout).readingFirst(),
                        clock,
                        nobody),
                clock);
        saga = new DeployedSaga(
                name,
                definition.saga().orElseThrow(),
                timeout,
                new SagaParticipant(name, journal, new Intervention(journal, clock, nobody, deliveries::wakeWith)));
        context.addService(saga.service());
        DefinedRoutes.add(definition, context, saga.routes());
        saga.open();
        context.start();
    }

    void deliver(String execution) throws Exception {
        deliveries.deliver(StartRequest.of(name, execution, "id-" + execution, ExecutionType.STANDARD, "{}"));
    }

    Execution execution(String execution) {
        return journal.find(new ExecutionId(name, execution)).orElseThrow();
    }

    void leaveEndpoint() {
        saga.close();
    }

    @Override
    public void close() {
        context.stop();
        saga.close();
    }

    private final class Routes extends StateMachineBuilder {
        @Override
        public void configure() {
            errorHandler(failuresAreJournaled());
            task("Do").to("direct:tryDo");
            task("Undo").to("direct:tryUndo");
            task("Finish").to("direct:tryFinish");
            attempt("tryDo").policy(new Effect()).process(exchange -> {
                effects.add("Do " + CurrentExecution.of(exchange).name());
                duringDo.run();
            });
            attempt("tryUndo")
                    .policy(new Effect())
                    .process(exchange ->
                            effects.add("Undo " + CurrentExecution.of(exchange).name()));
            attempt("tryFinish").policy(new Effect()).process(exchange -> duringFinish.run());
        }
    }

    /** A kind of task of the test's own. */
    private static final class Effect extends TaskPolicy {
        Effect() {
            super(TaskKind.SERVICE_INTEGRATION, Retry.NONE);
        }

        @Override
        protected Map<String, String> resource(Exchange exchange) {
            return Map.of("resource", "effect");
        }

        @Override
        protected String result(Exchange exchange) {
            return "{}";
        }

        @Override
        public Duration longestCall() {
            return Duration.ofMinutes(1);
        }

        @Override
        protected TaskFailedException failure(Exception thrown) {
            return new TaskFailedException("Effect.Failed", thrown.getMessage(), thrown);
        }
    }
}
