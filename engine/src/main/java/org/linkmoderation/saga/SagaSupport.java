package org.linkmoderation.saga;

import org.apache.camel.saga.CamelSagaService;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.saga.lra.SagaCoordinator;
import org.linkmoderation.states.Sagas;

/** What the engine itself needs of {@link Sagas}: a coordinator, and a place for the participants that it calls. */
public interface SagaSupport extends Sagas, SagaCoordinator {
    /**
     * Takes the coordinator's calls for a state machine from now on.
     *
     * @throws InvalidSetting if a setting can't be used
     * @throws Exception if no calls can be taken at the address that the settings name
     */
    void add(String stateMachine, SagaParticipant participant) throws Exception;

    /** Takes no more calls for a state machine, if it is this participant that has them. */
    void remove(String stateMachine, SagaParticipant participant);

    /** Camel's saga service, while a participant is there. */
    CamelSagaService service();
}
