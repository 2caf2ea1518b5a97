package org.linkmoderation.saga;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.linkmoderation.ErrorName;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.ServiceUnavailableException;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.run.Cancellation;
import org.linkmoderation.run.ExecutionTimedOutException;
import org.linkmoderation.run.RunningExecution;
import org.linkmoderation.run.StatesRunner;
import org.linkmoderation.saga.lra.LraStatus;
import org.linkmoderation.saga.lra.SagaCoordinator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a saga's run that are neither an action nor an undo: they bring together what the journal says of the
 * saga and what its coordinator says, which has the last word on whether it is closed or cancelled.
 *
 * <p>A failure that may pass (the journal, the broker or the coordinator does not answer, another run has taken over,
 * the container stops) cancels nothing: the run ends, and the next one goes on in the same long-running action (LRA),
 * whose id is journaled with the first write.
 */
final class SagaRun {
    /** The detail of the event {@code SagaStarted} that names the LRA. */
    static final String LRA = "lra";

    /** The detail of the event {@code SagaStarted} that says what the coordinator knows the participant by. */
    private static final String PARTICIPANT = "participant";

    private static final String OUTPUT = "output";
    private static final String OPEN = "org.linkmoderation.saga.open";
    private static final String ACTIVE = "org.linkmoderation.saga.active";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(SagaRun.class);

    private final SagaCoordinator coordinator;
    private final Duration timeLimit;

    /**
     * @param coordinator the coordinator
     * @param timeLimit how long after its start the coordinator cancels a saga
     */
    SagaRun(SagaCoordinator coordinator, Duration timeLimit) {
        this.coordinator = coordinator;
        this.timeLimit = timeLimit;
    }

    /**
     * The first step of a run. A run that resumes goes on in the LRA that the journal names, if its coordinator has not
     * decided already. An undo asks the coordinator nothing before its end, since it may not answer.
     *
     * @throws TaskFailedException if the coordinator has cancelled it
     */
    void takeUp(Exchange exchange) throws TaskFailedException {
        RunningExecution execution = RunningExecution.of(exchange);
        Optional<Map<String, String>> started = execution.last(HistoryEventType.SagaStarted);
        exchange.setProperty(SagaCoordinator.TIME_LIMIT, timeLimit);
        boolean isOpen = !execution.isCancelled();
        if (started.isPresent()) {
            exchange.getMessage()
                    .setHeader(Exchange.SAGA_LONG_RUNNING_ACTION, started.get().get(LRA));
            exchange.setProperty(SagaCoordinator.PARTICIPANT, started.get().get(PARTICIPANT));
            if (isOpen) {
                moveHere(exchange);
                isOpen = !isClosed(exchange);
            }
        }
        exchange.setProperty(OPEN, isOpen);
    }

    /** From now on the coordinator calls this container: the one that began the saga may never come back. */
    private void moveHere(Exchange exchange) {
        RunningExecution execution = RunningExecution.of(exchange);
        String participant = exchange.getProperty(SagaCoordinator.PARTICIPANT, String.class);
        if (participant != null
                && execution.last(HistoryEventType.ExecutionResumed).isPresent()) {
            ask(() -> {
                coordinator.move(lra(exchange), participant, SagaParticipant.options(execution.id()));
                return participant;
            });
        }
    }

    /**
     * A coordinator forgets a saga that has ended. It can have cancelled one only if it was told that all is undone, or
     * before the saga was journaled: then the time of the execution is over too. One that it lost in a crash is undone.
     */
    private boolean isClosed(Exchange exchange) throws TaskFailedException {
        LraStatus status = status(exchange);
        checkNotCancelled(status);
        RunningExecution execution = RunningExecution.of(exchange);
        Optional<Map<String, String>> closing = execution.last(HistoryEventType.SagaClosing);
        if (status == LraStatus.ACTIVE) {
            return false;
        }
        if (closing.isEmpty()) {
            execution.checkDeadline();
            throw new TaskFailedException(
                    "Saga.NotFound",
                    "The coordinator says of the saga " + lra(exchange) + ": " + status
                            + "; expected ACTIVE, for not all of it was done.");
        }
        exchange.getMessage().setBody(closing.get().get(OUTPUT));
        return true;
    }

    /** Whether something is left to do forward. */
    Predicate isOpen() {
        return exchange -> exchange.getProperty(OPEN, Boolean.class);
    }

    /** Whether what was done is to be undone. */
    Predicate isCancelled() {
        return exchange -> RunningExecution.of(exchange).isCancelled();
    }

    /** Whether a step may have had its effect. */
    static Predicate mayHaveDone(String step) {
        return exchange -> RunningExecution.of(exchange).mayHaveDone(step);
    }

    /** The first step in the saga: its LRA is journaled with the first write. */
    void begin(Exchange exchange) {
        Map<String, String> started =
                new LinkedHashMap<>(Map.of(LRA, lra(exchange).toString()));
        String participant = exchange.getProperty(SagaCoordinator.PARTICIPANT, String.class);
        if (participant != null) {
            started.put(PARTICIPANT, participant);
        }
        RunningExecution.of(exchange).note(HistoryEventType.SagaStarted, started);
    }

    /**
     * All is done: this is journaled before the coordinator is asked to close the saga, with the last step's output.
     */
    void close(Exchange exchange) {
        RunningExecution execution = RunningExecution.of(exchange);
        String output = exchange.getMessage().getBody(String.class);
        execution.leave(output);
        execution.note(HistoryEventType.SagaClosing, Map.of(OUTPUT, output));
        execution.flush();
    }

    /**
     * The saga has succeeded only if its coordinator says that it is closed.
     *
     * @throws TaskFailedException if the coordinator has cancelled it
     */
    void checkClosed(Exchange exchange) throws TaskFailedException {
        LraStatus status = status(exchange);
        checkNotCancelled(status);
        if (status == LraStatus.ACTIVE) {
            throw mustWait("The coordinator has not closed " + lra(exchange) + " yet", null);
        }
    }

    /**
     * An error ended the way forward: journals that what was done is to be undone.
     *
     * @throws Exception what was caught, if it says nothing about the saga: the run ends, and is resumed later
     */
    void cancel(Exchange exchange) throws Exception {
        RunningExecution execution = RunningExecution.of(exchange);
        Exception caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (exchange.getContext().isStopping() || exchange.getContext().isStopped()) {
            // Error handlers that stop ask no Retry: the error may have come too early
            throw new RejectedExecutionException(execution.id() + " is cut off by the stop of the container", caught);
        }
        if (caught instanceof CompletionException) {
            notAnswered(exchange);
        }
        boolean isTimeout = caught instanceof ExecutionTimedOutException;
        if (!isTimeout && StatesRunner.isPassing(caught)) {
            throw caught;
        }
        Cancellation cancellation = caught instanceof CancelledException
                ? Cancellation.timedOut()
                : Cancellation.because(
                        isTimeout ? ExecutionStatus.TIMED_OUT : ExecutionStatus.FAILED, failure(execution, caught));
        String output = JSON.createObjectNode()
                .put("Error", cancellation.error())
                .put("Cause", cancellation.cause())
                .toString();
        execution.cancel(cancellation, output);
        exchange.getMessage().setBody(output);
    }

    private static TaskFailedException failure(RunningExecution execution, Exception caught) {
        if (caught instanceof TaskFailedException failure) {
            return failure;
        }
        if (caught instanceof ExecutionTimedOutException) {
            return new TaskFailedException(ErrorName.TIMEOUT, caught.getMessage() + ".");
        }
        LOG.error("{}: internal error", execution.id(), caught);
        return new TaskFailedException(ErrorName.RUNTIME, caught.toString(), caught);
    }

    /** The coordinator did not do what Camel's saga component asked it for. */
    void notAnswered(Exchange exchange) {
        Exception caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        String reason = caught.getCause() instanceof ServiceUnavailableException unavailable
                ? unavailable.getMessage()
                : "The coordinator of sagas does not do what it was asked for: " + caught.getMessage();
        throw mustWait(reason, caught);
    }

    /** All is undone: this is journaled before the coordinator is asked to cancel the saga, if it has not done so. */
    void undone(Exchange exchange) {
        RunningExecution.of(exchange).flush();
        moveHere(exchange);
        exchange.setProperty(ACTIVE, status(exchange) == LraStatus.ACTIVE);
    }

    /** Whether the coordinator has not cancelled the saga. */
    Predicate isActive() {
        return exchange -> exchange.getProperty(ACTIVE, Boolean.class);
    }

    private LraStatus status(Exchange exchange) {
        return ask(() -> coordinator.status(lra(exchange)));
    }

    private static <T> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (ServiceUnavailableException e) {
            throw mustWait(e.getMessage(), e);
        }
    }

    /**
     * Every wait of a saga for its coordinator, for which the run ends. That an undo has failed is noted where it is
     * made, by {@link RunningExecution}.
     */
    private static ServiceUnavailableException mustWait(String reason, Exception cause) {
        return new ServiceUnavailableException(reason, cause);
    }

    private static URI lra(Exchange exchange) {
        return URI.create(exchange.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION, String.class));
    }

    private static void checkNotCancelled(LraStatus status) throws CancelledException {
        if (status.isCancelled()) {
            throw new CancelledException();
        }
    }

    /** The coordinator has cancelled the saga, which it does by itself only when the time of the saga is over. */
    private static final class CancelledException extends TaskFailedException {
        private static final long serialVersionUID = 1L;

        CancelledException() {
            super(Cancellation.timedOut().error(), Cancellation.timedOut().cause());
        }
    }
}
