package org.linkmoderation.domains;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.linkmoderation.ErrorName;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.ServiceUnavailableException;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.domains.lra.LraCoordinator;
import org.linkmoderation.domains.lra.LraStatus;
import org.linkmoderation.domains.lra.SagaCoordinator;
import org.linkmoderation.run.ExecutionRunner;
import org.linkmoderation.run.ExecutionTimedOutException;
import org.linkmoderation.run.RunningExecution;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a saga stands: what its journal says of it, and what its coordinator, which has the last word on whether it is
 * closed or cancelled.
 *
 * <p>What is wrong for now (the journal, the broker or the coordinator is away, another run has taken over, the
 * container stops) cancels nothing: the message of the execution is delivered again, and its next run goes on in the
 * same long-running action (LRA), whose id is journaled with the first write.
 */
final class DomainSaga {
    /** The detail of the event {@code SagaStarted} that names the LRA. */
    static final String LRA = "lra";

    /** The detail of the event {@code SagaStarted} that says what the coordinator knows the participant by. */
    static final String PARTICIPANT = "participant";

    /** The endpoint that answers the coordinator's call to undo the saga. */
    static final String COMPENSATION = "direct:Compensate";

    private static final String OUTPUT = "output";
    private static final String OPEN = "org.linkmoderation.domains.open";
    private static final String ACTIVE = "org.linkmoderation.domains.active";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(DomainSaga.class);

    private final SagaCoordinator coordinator;

    /** @param coordinator the coordinator */
    DomainSaga(SagaCoordinator coordinator) {
        this.coordinator = coordinator;
    }

    /**
     * The first step of a run. A run that resumes goes on in the LRA that the journal names, if its coordinator has not
     * decided already. An undo asks the coordinator nothing before its end, for it may be away.
     *
     * @throws TaskFailedException if the coordinator has cancelled it
     */
    void takeUp(Exchange exchange) throws TaskFailedException {
        RunningExecution execution = RunningExecution.of(exchange);
        Optional<Map<String, String>> started = execution.last(HistoryEventType.SagaStarted);
        boolean isOpen = !execution.isCancelled();
        if (started.isPresent()) {
            exchange.getMessage()
                    .setHeader(Exchange.SAGA_LONG_RUNNING_ACTION, started.get().get(LRA));
            exchange.setProperty(LraCoordinator.PARTICIPANT, started.get().get(PARTICIPANT));
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
        String participant = exchange.getProperty(LraCoordinator.PARTICIPANT, String.class);
        if (participant != null
                && execution.last(HistoryEventType.ExecutionResumed).isPresent()) {
            coordinator.move(
                    URI.create(lra(exchange)),
                    participant,
                    COMPENSATION,
                    Map.of(Compensation.EXECUTION, execution.name()));
        }
    }

    /**
     * A coordinator forgets a saga that has ended. It can have cancelled one only if it was told that all is undone, or
     * before the saga was journaled: then the time of the execution is over too.
     */
    private boolean isClosed(Exchange exchange) throws TaskFailedException {
        LraStatus status = status(exchange);
        checkNotCancelled(status);
        Optional<Map<String, String>> closing = RunningExecution.of(exchange).last(HistoryEventType.SagaClosing);
        if (status == LraStatus.ACTIVE) {
            return false;
        }
        if (closing.isEmpty()) {
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

    /** The first step in the saga: its LRA is journaled with the first write. */
    void begin(Exchange exchange) {
        Map<String, String> started = new LinkedHashMap<>(Map.of(LRA, lra(exchange)));
        String participant = exchange.getProperty(LraCoordinator.PARTICIPANT, String.class);
        if (participant != null) {
            started.put(PARTICIPANT, participant);
        }
        RunningExecution.of(exchange).note(HistoryEventType.SagaStarted, started);
    }

    /** All is done: this is journaled before the coordinator is asked to close the saga, with what comes out of it. */
    void close(Exchange exchange) throws JsonProcessingException {
        RunningExecution execution = RunningExecution.of(exchange);
        JsonNode input = JSON.readTree(execution.input());
        ObjectNode output = JSON.createObjectNode();
        for (String member : new String[] {"domain", "owner", "amount", "currency"}) {
            output.set(member, input.get(member));
        }
        JsonNode charge = JSON.readTree(execution
                .last(HistoryEventType.LambdaFunctionSucceeded)
                .orElseThrow()
                .get(OUTPUT));
        output.set("chargeId", charge.path("chargeId"));
        output.put("status", "confirmed");
        exchange.getMessage().setBody(output.toString());
        execution.leave(output.toString());
        execution.note(HistoryEventType.SagaClosing, Map.of(OUTPUT, output.toString()));
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
            throw new ServiceUnavailableException("The coordinator has not closed " + lra(exchange) + " yet", null);
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
        boolean isTimeout = caught instanceof ExecutionTimedOutException || caught instanceof CancelledException;
        if (!isTimeout && ExecutionRunner.isPassing(caught)) {
            throw caught;
        }
        TaskFailedException failure = failure(execution, caught);
        String output = JSON.createObjectNode()
                .put("Error", failure.error())
                .put("Cause", failure.errorCause())
                .toString();
        execution.cancel(isTimeout ? ExecutionStatus.TIMED_OUT : ExecutionStatus.FAILED, failure, output);
        exchange.getMessage().setBody(output);
    }

    /** The coordinator did not do what Camel's saga component asked it for. */
    void notAnswered(Exchange exchange) {
        Exception caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (caught.getCause() instanceof ServiceUnavailableException unavailable) {
            throw unavailable;
        }
        throw new ServiceUnavailableException(
                "The coordinator of sagas does not do what it was asked for: " + caught.getMessage(), caught);
    }

    private static TaskFailedException failure(RunningExecution execution, Exception caught) {
        if (caught instanceof TaskFailedException failure) {
            return failure;
        }
        if (caught instanceof ExecutionTimedOutException) {
            return new TaskFailedException(ErrorName.TIMEOUT, caught.getMessage() + ".");
        }
        LOG.error("{}: a defect of ours", execution.id(), caught);
        return new TaskFailedException(ErrorName.RUNTIME, caught.toString(), caught);
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
        return coordinator.status(URI.create(lra(exchange)));
    }

    private static String lra(Exchange exchange) {
        return exchange.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION, String.class);
    }

    private static void checkNotCancelled(LraStatus status) throws TaskFailedException {
        if (status.isCancelled()) {
            throw new CancelledException();
        }
    }

    /** The coordinator has cancelled the saga, which it does of itself only when the time of the saga is over. */
    static final class CancelledException extends TaskFailedException {
        private static final long serialVersionUID = 1L;

        CancelledException() {
            super(ErrorName.TIMEOUT, "The coordinator has cancelled the saga: it did not end within its time.");
        }
    }
}
