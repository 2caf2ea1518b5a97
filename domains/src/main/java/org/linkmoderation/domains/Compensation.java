package org.linkmoderation.domains;

import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.linkmoderation.Doubt;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.RunningExecution;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the coordinator's call to compensate: what was done is to be undone. The call journals that, which stops a
 * run that still goes forward at its next write. The undo itself is made by the run that the execution's message is
 * delivered to, on whichever container, so that there is never more than one; the coordinator calls again until it is
 * done. Only of an execution to which nothing has happened for so long that its message must be lost, the undo is made
 * here.
 *
 * <p>A call that concerns no execution that runs in this LRA is answered as done, and changes nothing.
 */
final class Compensation {
    /** The option of the saga, and so the header of the call, that names the execution. */
    static final String EXECUTION = "execution";

    private static final Logger LOG = LoggerFactory.getLogger(Compensation.class);

    private final String stateMachine;
    private final Journal journal;
    private final Clock clock;
    private final ExecutionListener listener;
    private final Undo undo;
    private final Duration patience;
    private final Set<ExecutionId> inHand = ConcurrentHashMap.newKeySet();

    /** Makes the undo of an execution. */
    interface Undo {
        /** @throws Exception whatever stopped it before the execution's end */
        void undo(Execution recorded) throws Exception;
    }

    /**
     * @param stateMachine the name of the state machine
     * @param journal the journal
     * @param clock the clock
     * @param listener is told that the undo of a saga begins
     * @param undo makes the undo of an execution whose message is lost
     * @param patience how long nothing must have happened to an execution before its message counts as lost: more than
     *     a step, and a delay behind one that failed, may take
     */
    Compensation(
            String stateMachine,
            Journal journal,
            Clock clock,
            ExecutionListener listener,
            Undo undo,
            Duration patience) {
        this.stateMachine = stateMachine;
        this.journal = journal;
        this.clock = clock;
        this.listener = listener;
        this.undo = undo;
        this.patience = patience;
    }

    /** Sets the status of the answer: 200 when all is undone, 202 while it is not. */
    void answer(Exchange exchange) {
        String name = exchange.getMessage().getHeader(EXECUTION, "", String.class);
        String lra = exchange.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION, "", String.class);
        boolean isDone = isUndone(new ExecutionId(stateMachine, name), lra);
        exchange.getMessage()
                .setHeader(
                        Exchange.HTTP_RESPONSE_CODE,
                        isDone ? HttpURLConnection.HTTP_OK : HttpURLConnection.HTTP_ACCEPTED);
        exchange.getMessage().setBody(null);
    }

    private boolean isUndone(ExecutionId id, String lra) {
        while (true) {
            Optional<Execution> found = journal.find(id)
                    .filter(execution -> !execution.status().isFinal())
                    .filter(execution -> isIn(execution, lra));
            if (found.isEmpty()) {
                return true;
            }
            List<String> trail = found.get().trail();
            if (found.get().last(HistoryEventType.SagaCancelling).isPresent()) {
                boolean isUndone =
                        !trail.isEmpty() && trail.get(trail.size() - 1).equals(DomainsStateMachine.FAIL_SAGA);
                return isLeft(found.get()) ? undo(found.get()) : isUndone;
            }
            try {
                cancel(found.get());
                return false;
            } catch (ExecutionFencedException e) {
                // It has moved on since it was read: once more
            }
        }
    }

    private boolean isLeft(Execution execution) {
        Instant lastEvent =
                execution.events().get(execution.events().size() - 1).timestamp();
        Instant lastAttempt = execution.doubt().map(Doubt::lastAttempt).orElse(lastEvent);
        Instant last = lastAttempt.isAfter(lastEvent) ? lastAttempt : lastEvent;
        return clock.instant().isAfter(last.plus(patience));
    }

    private boolean undo(Execution execution) {
        if (!inHand.add(execution.id())) {
            return false;
        }
        try {
            LOG.warn(
                    "{}: its saga is cancelled, and nobody undoes it; it is undone without its message",
                    execution.id());
            undo.undo(execution);
            return true;
        } catch (Exception e) {
            LOG.warn("{}: {}", execution.id(), e.getMessage());
            return false;
        } finally {
            inHand.remove(execution.id());
        }
    }

    private void cancel(Execution execution) {
        LOG.info("{}: the coordinator has cancelled its saga; it is being undone", execution.id());
        int after = execution.events().size();
        journal.append(
                execution.id(),
                after,
                List.of(new HistoryEvent(
                        after + 1L,
                        clock.instant().truncatedTo(ChronoUnit.MILLIS),
                        HistoryEventType.SagaCancelling,
                        RunningExecution.cancelling(ExecutionStatus.TIMED_OUT, new DomainSaga.CancelledException()))),
                Optional.empty());
        listener.compensationBegan(execution.id());
    }

    /** Whether an execution runs in an LRA. Coordinators may name one with and without what stands before its id. */
    private static boolean isIn(Execution execution, String lra) {
        return execution
                .last(HistoryEventType.SagaStarted)
                .filter(started -> id(started.get(DomainSaga.LRA)).equals(id(lra)))
                .isPresent();
    }

    private static String id(String lra) {
        return lra.substring(lra.lastIndexOf('/') + 1);
    }
}
