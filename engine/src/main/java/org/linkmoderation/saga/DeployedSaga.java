package org.linkmoderation.saga;

import java.time.Duration;
import java.util.List;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.saga.CamelSagaService;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.states.StateMachineDefinition.SagaNeeds;

/** The saga of a state machine that is deployed: what its Camel context needs, and its place at the sagas. */
public final class DeployedSaga implements AutoCloseable {
    private final String stateMachine;
    private final SagaSupport sagas;
    private final SagaParticipant participant;
    private final SagaRoutes routes;

    /**
     * @param stateMachine the name of the state machine
     * @param saga the saga
     * @param timeout the state machine's TimeoutSeconds, after which the coordinator cancels a saga
     * @param participant answers the coordinator
     */
    public DeployedSaga(String stateMachine, SagaNeeds saga, Duration timeout, SagaParticipant participant) {
        this.stateMachine = stateMachine;
        this.sagas = (SagaSupport) saga.sagas();
        this.participant = participant;
        this.routes = new SagaRoutes(stateMachine, saga.declaration(), new SagaRun(sagas, timeout), timeout);
    }

    /** Camel's saga service for the context. */
    public CamelSagaService service() {
        return new SagaService(sagas::service);
    }

    /** The routes that the engine makes of the declaration. */
    public RoutesBuilder routes() {
        return routes;
    }

    /** The checks of what sagas need. */
    public List<ServiceCheck> checks() {
        return sagas.checks();
    }

    /**
     * Takes the coordinator's calls from now on; opens the endpoint for it, if no saga has done so. To be called before
     * the routes start.
     *
     * @throws InvalidSetting if a setting of the coordinator can't be used
     * @throws Exception if the endpoint can't listen on its address
     */
    public void open() throws Exception {
        sagas.add(stateMachine, participant);
    }

    /** Takes no more calls, and closes the endpoint with the last saga. To be called after the routes have stopped. */
    @Override
    public void close() {
        sagas.remove(stateMachine, participant);
    }
}
