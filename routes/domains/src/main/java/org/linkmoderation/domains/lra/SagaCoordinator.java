package org.linkmoderation.domains.lra;

import java.net.URI;
import java.util.Map;
import org.linkmoderation.ServiceUnavailableException;

/** What is asked of the coordinator beside what Camel's Saga EIP asks of it. */
public interface SagaCoordinator {
    /**
     * How a long-running action (LRA) stands.
     *
     * @param lra its id; what stands before the last slash may be another address of the coordinator
     * @throws ServiceUnavailableException if the coordinator does not say so
     */
    LraStatus status(URI lra);

    /**
     * Has the coordinator call this container when an LRA is cancelled, instead of the one that joined it, which may
     * never come back. Nothing happens if the coordinator does not know the LRA any more.
     *
     * @param lra the id of the LRA
     * @param participant what the coordinator knows the participant by: the exchange property
     *     {@link LraCoordinator#PARTICIPANT} of the run that joined
     * @param compensation the endpoint that answers the call
     * @param options the options of the saga
     * @throws ServiceUnavailableException if it does not do so
     */
    void move(URI lra, String participant, String compensation, Map<String, String> options);
}
