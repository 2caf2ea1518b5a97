package org.linkmoderation.run;

import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.linkmoderation.ErrorName;
import org.linkmoderation.ExecutionEvent;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ServiceUnavailableException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.journal.JournalException;
import org.linkmoderation.journal.JournalRefusedException;
import org.linkmoderation.states.CurrentExecution;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/** Sends a run through the routes of its state machine, and makes of what they come to its end or its parking. */
public final class StatesRunner {
    private static final Logger LOG = LoggerFactory.getLogger(StatesRunner.class);

    private final ProducerTemplate routes;
    private final ExecutionListener listener;

    /**
     * @param routes sends to the route that is the diagram of the state machine
     * @param listener is told when runs begin and end
     */
    StatesRunner(ProducerTemplate routes, ExecutionListener listener) {
        this.routes = routes;
        this.listener = listener;
    }

    /**
     * Runs an execution.
     *
     * @return that it has ended or was parked
     * @throws Exception whatever stopped the run before either; it is resumed when its message is delivered again
     */
    Outcome run(RunningExecution execution) throws Exception {
        RunContext.set(execution.id());
        listener.on(new ExecutionEvent.RunBegan(execution.id()));
        try {
            return runStates(execution);
        } finally {
            listener.on(new ExecutionEvent.RunEnded(execution.id()));
            RunContext.clear();
        }
    }

    private Outcome runStates(RunningExecution execution) throws Exception {
        Exchange states = routes.send("direct:" + execution.id().stateMachine(), exchange -> {
            exchange.setProperty(CurrentExecution.PROPERTY, execution);
            exchange.getMessage().setBody(execution.input());
            execution
                    .traceparent()
                    .ifPresent(trace -> exchange.getMessage().setHeader(StartRequest.TRACEPARENT, trace));
        });
        Exception thrown = states.getException();
        if (thrown != null
                && (routes.getCamelContext().isStopping()
                        || routes.getCamelContext().isStopped())) {
            // The error handlers are at their end too: neither Retry nor Catch was asked
            throw new RejectedExecutionException(execution.id() + " is cut off by the stop of the container", thrown);
        }
        try {
            return thrown == null
                    ? new Outcome.Ended(execution.end(states.getMessage().getBody(String.class)))
                    : stopped(execution, thrown);
        } catch (DefinitionChangedException e) {
            return stopped(execution, e);
        } catch (JournalRefusedException e) {
            return new Outcome.Ended(execution.fail(e));
        }
    }

    /** The run was stopped before the routes came to their end. */
    private Outcome stopped(RunningExecution execution, Exception thrown) throws Exception {
        if (thrown instanceof ParkedException park) {
            return parked(execution.park(park.waiting()));
        }
        if (thrown instanceof UndoInDoubtException undo) {
            return parked(execution.park(undo));
        }
        if (thrown instanceof DefinitionChangedException change) {
            LOG.error(change.getMessage());
            return parked(execution.park(change));
        }
        if (execution.isStandard() && isServiceUnavailable(thrown)) {
            return parked(execution.parkForService(thrown));
        }
        if (execution.isCancelled()) {
            // It ends when it is undone, and not before
            throw thrown;
        }
        if (thrown instanceof TaskFailedException failure) {
            return new Outcome.Ended(execution.fail(failure));
        }
        if (thrown instanceof ExecutionTimedOutException) {
            return new Outcome.Ended(execution.timeOut());
        }
        if (thrown instanceof JournalRefusedException refusal && !execution.isSaga()) {
            return new Outcome.Ended(execution.fail(refusal));
        }
        if (isPassing(thrown)) {
            throw thrown;
        }
        LOG.error("{}: internal error", execution.id(), thrown);
        return new Outcome.Ended(execution.fail(new TaskFailedException(ErrorName.RUNTIME, thrown.toString(), thrown)));
    }

    private static Outcome parked(Optional<Wake> wake) {
        return wake.<Outcome>map(Outcome.Parked::new).orElseGet(Outcome.Done::new);
    }

    private static boolean isServiceUnavailable(Exception thrown) {
        return thrown instanceof ServiceUnavailableException
                || thrown instanceof SdkException && !(thrown instanceof AbortedException);
    }

    /**
     * Whether the run may come further another time: it waits, a service is unavailable, another run has taken over,
     * the container stops.
     */
    public static boolean isPassing(Exception thrown) {
        return thrown instanceof JournalException
                || thrown instanceof ParkedException
                || thrown instanceof DefinitionChangedException
                || thrown instanceof ServiceUnavailableException
                || thrown instanceof SdkException
                || thrown instanceof RejectedExecutionException
                || thrown instanceof InterruptedException;
    }
}
