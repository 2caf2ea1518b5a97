package org.linkmoderation.saga;

import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.run.Cancellation;
import org.linkmoderation.run.Intervention;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the coordinator's call to undo a saga of one state machine. The call journals that what was done is to be
 * undone, which stops a run that still goes forward at its next write, and takes up an execution that waits. The undo
 * itself is made by the run that drives the execution, on whichever container, so that there is never more than one;
 * the coordinator calls again until it is done, which is when the execution has ended.
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
    private final Intervention intervention;

    /**
     * @param stateMachine the name of the state machine
     * @param journal the journal
     * @param intervention has an execution be undone
     */
    public SagaParticipant(String stateMachine, Journal journal, Intervention intervention) {
        this.stateMachine = stateMachine;
        this.journal = journal;
        this.intervention = intervention;
    }

    /** The options of an execution's saga. */
    static Map<String, String> options(ExecutionId id) {
        return Map.of(STATE_MACHINE, id.stateMachine(), EXECUTION, UrlName.of(id.name()));
    }

    /** Sets the status of the answer: 200 when the execution has ended, 202 while it has not. */
    public void answer(Exchange exchange) {
        String name = UrlName.read(exchange.getMessage().getHeader(EXECUTION, "", String.class));
        String lra = exchange.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION, "", String.class);
        boolean isDone = isEnded(new ExecutionId(stateMachine, name), lra);
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
                return false;
            }
            try {
                LOG.info("{}: the coordinator has cancelled its saga; it is being undone", id);
                intervention.cancel(found.get(), Cancellation.timedOut());
                return false;
            } catch (ExecutionFencedException e) {
                // It has moved on since it was read: once more
            }
        }
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
