package org.linkmoderation.saga;

import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.linkmoderation.Doubt;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.run.Cancellation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the coordinator's call to undo a saga of one state machine: what was done is to be undone. The call journals
 * that, which stops a run that still goes forward at its next write. The undo itself is made by the run that the
 * execution's message is delivered to, on whichever container, so that there is never more than one; the coordinator
 * calls again until it is done, which is when the execution has ended. Only of an execution to which nothing has
 * happened for so long that its message must be lost, the undo is made here, and the notice of its end sent.
 *
 * <p>A call that concerns no execution that runs in this LRA is answered as done, and changes nothing.
 */
public final class SagaParticipant {
    /** The option of the saga, and so the header of the call, that names the execution. */
    static final String EXECUTION = "execution";

    /** The option of the saga, and so the header of the call, that names the state machine. */
    static final String STATE_MACHINE = "stateMachine";

    private static final Logger LOG = LoggerFactory.getLogger(SagaParticipant.class);

    private final String stateMachine;
    private final Journal journal;
    private final Clock clock;
    private final ExecutionListener listener;
    private final Undo undo;
    private final Consumer<Execution> notices;
    private final Set<ExecutionId> inHand = ConcurrentHashMap.newKeySet();
    private volatile Duration patience = Duration.ofSeconds(Long.MAX_VALUE);
    /** What was undone here, and of whose end the notice could not be sent yet. */
    private final Map<ExecutionId, Execution> unnoticed = new ConcurrentHashMap<>();

    /** Makes the undo of an execution. */
    public interface Undo {
        /**
         * @return the execution at its end
         * @throws Exception whatever stopped it before
         */
        Execution undo(Execution recorded) throws Exception;
    }

    /**
     * @param stateMachine the name of the state machine
     * @param journal the journal
     * @param clock the clock
     * @param listener is told that the undo of a saga begins
     * @param undo makes the undo of an execution whose message is lost
     * @param notices sends the notice of its end
     */
    public SagaParticipant(
            String stateMachine,
            Journal journal,
            Clock clock,
            ExecutionListener listener,
            Undo undo,
            Consumer<Execution> notices) {
        this.stateMachine = stateMachine;
        this.journal = journal;
        this.clock = clock;
        this.listener = listener;
        this.undo = undo;
        this.notices = notices;
    }

    /**
     * Sets how long nothing must have happened to an execution before its message counts as lost; until then none does.
     *
     * @param longest more than a step, and a delay after one that failed, may take
     */
    void setPatience(Duration longest) {
        patience = longest;
    }

    /** The options of an execution's saga. */
    static Map<String, String> options(ExecutionId id) {
        return Map.of(STATE_MACHINE, id.stateMachine(), EXECUTION, id.name());
    }

    /** Sets the status of the answer: 200 when the execution has ended, 202 while it has not. */
    public void answer(Exchange exchange) {
        String name = exchange.getMessage().getHeader(EXECUTION, "", String.class);
        String lra = exchange.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION, "", String.class);
        ExecutionId id = new ExecutionId(stateMachine, name);
        boolean isDone = isEnded(id, lra) && isNoticed(id);
        exchange.getMessage()
                .setHeader(
                        Exchange.HTTP_RESPONSE_CODE,
                        isDone ? HttpURLConnection.HTTP_OK : HttpURLConnection.HTTP_ACCEPTED);
        exchange.getMessage().setBody(null);
    }

    private boolean isEnded(ExecutionId id, String lra) {
        while (true) {
            Optional<Execution> found = journal.find(id)
                    .filter(execution -> !execution.status().isFinal())
                    .filter(execution -> isIn(execution, lra));
            if (found.isEmpty()) {
                return true;
            }
            if (Cancellation.of(found.get()).isPresent()) {
                return isLeft(found.get()) && undo(found.get());
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
            unnoticed.put(execution.id(), undo.undo(execution));
            return true;
        } catch (Exception e) {
            LOG.warn("{}: {}", execution.id(), e.getMessage());
            return false;
        } finally {
            inHand.remove(execution.id());
        }
    }

    /** Nobody else sends the notice of an execution that was undone here. */
    private boolean isNoticed(ExecutionId id) {
        Execution ended = unnoticed.get(id);
        if (ended == null) {
            return true;
        }
        try {
            notices.accept(ended);
            unnoticed.remove(id);
            return true;
        } catch (RuntimeException e) {
            LOG.warn("{}: the notice of its end cannot be sent yet: {}", id, e.getMessage());
            return false;
        }
    }

    private void cancel(Execution execution) {
        LOG.info("{}: the coordinator has cancelled its saga; it is being undone", execution.id());
        Cancellation.timedOut().journal(execution, journal, clock, listener);
    }

    /** Whether an execution runs in an LRA. Coordinators may name one with and without what comes before its id. */
    private static boolean isIn(Execution execution, String lra) {
        return execution
                .last(HistoryEventType.SagaStarted)
                .filter(started -> id(started.get(SagaRun.LRA)).equals(id(lra)))
                .isPresent();
    }

    private static String id(String lra) {
        return lra.substring(lra.lastIndexOf('/') + 1);
    }
}
