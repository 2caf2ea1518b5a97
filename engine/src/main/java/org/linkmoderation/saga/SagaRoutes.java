package org.linkmoderation.saga;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SagaCompletionMode;
import org.apache.camel.model.SagaPropagation;
import org.apache.camel.support.ExpressionAdapter;
import org.linkmoderation.run.RunningExecution;
import org.linkmoderation.saga.lra.SagaCoordinator;
import org.linkmoderation.states.Saga;
import org.linkmoderation.states.StateMachineBuilder;

/**
 * The routes that the engine makes of a {@link Saga}: the way forward, the way back, and the Fail state.
 *
 * <p>A saga has one participant, the execution: what of it is to be undone, and in which order, is for the journal to
 * say, not for the coordinator.
 */
final class SagaRoutes extends StateMachineBuilder {
    private final String stateMachine;
    private final Saga saga;
    private final SagaRun run;
    private final Duration timeLimit;

    /**
     * @param stateMachine the name of the state machine, and of the route that runs an execution
     * @param saga the declaration
     * @param run the steps that are neither an action nor an undo
     * @param timeLimit how long after its start the coordinator cancels a saga
     */
    SagaRoutes(String stateMachine, Saga saga, SagaRun run, Duration timeLimit) {
        this.stateMachine = stateMachine;
        this.saga = saga;
        this.run = run;
        this.timeLimit = timeLimit;
    }

    // @formatter:off
    @Override
    public void configure() {
        errorHandler(failuresAreJournaled());
        String forward = stateMachine + ".forward";
        String backward = stateMachine + ".backward";

        from("direct:" + stateMachine).routeId(stateMachine)
            .doTry()
                .process(run::takeUp).id(stateMachine + ".takeUp")
                .filter(run.isOpen())
                    .to("direct:" + forward)
                .end()
            .endDoTry()
            .doCatch(Exception.class)
                .process(run::cancel).id(stateMachine + ".cancel")
            .end()
            .filter(run.isCancelled())
                .to("direct:" + backward)
            .end();

        ProcessorDefinition<?> steps = from("direct:" + forward).routeId(forward)
            .saga().propagation(SagaPropagation.REQUIRED).completionMode(SagaCompletionMode.MANUAL)
                    .timeout(timeLimit.toMillis(), TimeUnit.MILLISECONDS)
                    .option(SagaParticipant.STATE_MACHINE, constant(stateMachine))
                    .option(SagaParticipant.EXECUTION, nameOfExecution())
                    .compensation(SagaCoordinator.COMPENSATION)
                .process(run::begin).id(forward + ".begin");
        for (Saga.Step step : saga.steps()) {
            steps = steps.to("direct:" + step.state());
        }
        steps
                .process(run::close).id(forward + ".close")
                .to("saga:complete").id(forward + ".complete")
                .process(run::checkClosed).id(forward + ".checkClosed")
            .end();

        RouteDefinition undos = from("direct:" + backward).routeId(backward);
        List<Saga.Step> done = saga.steps();
        for (int last = done.size() - 1; last >= 0; last--) {
            Saga.Step step = done.get(last);
            step.undo().ifPresent(undo -> undos
                .filter(SagaRun.mayHaveDone(step.state()))
                    .to("direct:" + undo)
                .end());
        }
        undos.to("direct:" + saga.failState());

        fail(saga.failState())
            .process(run::undone).id(saga.failState() + ".undone")
            .filter(run.isActive())
                .doTry()
                    .to("saga:compensate").id(saga.failState() + ".compensate")
                .doCatch(CompletionException.class)
                    .process(run::notAnswered).id(saga.failState() + ".notAnswered")
                .end()
            .end();
    }
    // @formatter:on

    private static Expression nameOfExecution() {
        return new ExpressionAdapter() {
            @Override
            public Object evaluate(Exchange exchange) {
                return UrlName.of(RunningExecution.of(exchange).name());
            }
        };
    }
}
