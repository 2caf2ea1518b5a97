package org.linkmoderation.saga.lra;

import java.net.URI;
import java.util.Map;
import org.linkmoderation.ServiceUnavailableException;

/** What is asked of the coordinator beside what Camel's Saga EIP asks of it. */
public interface SagaCoordinator {
    /** The endpoint that answers the coordinator's call to undo a saga. */
    String COMPENSATION = "direct:Compensate";

    /**
     * The exchange property that says what the coordinator knows the participant of the saga by, once it has joined; a
     * run that resumes sets it and {@linkplain #move moves} the participant instead of joining again.
     */
    String PARTICIPANT = "org.linkmoderation.saga.participant";

    /**
     * The exchange property that says how long after its start the coordinator cancels a saga that has not ended,
     * whoever resumes it and as often as it is resumed, a {@link java.time.Duration}.
     */
    String TIME_LIMIT = "org.linkmoderation.saga.timeLimit";

    /**
     * The status of a long-running action (LRA).
     *
     * @param lra its id; what comes before the last slash may be another address of the coordinator
     * @throws ServiceUnavailableException if the coordinator does not say so
     */
    LraStatus status(URI lra);

    /**
     * Has the coordinator call this container when an LRA is cancelled, instead of the one that joined it, which may
     * never come back. Nothing happens if the coordinator does not know the LRA any more.
     *
     * @param lra the id of the LRA
     * @param participant what the coordinator knows the participant by: the exchange property {@link #PARTICIPANT} of
     *     the run that joined
     * @param options the options of the saga
     * @throws ServiceUnavailableException if it does not do so
     */
    void move(URI lra, String participant, Map<String, String> options);
}
