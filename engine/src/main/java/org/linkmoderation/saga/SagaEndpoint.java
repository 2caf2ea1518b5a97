package org.linkmoderation.saga;

import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.saga.CamelSagaService;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.ServiceUnavailableException;
import org.linkmoderation.saga.lra.LraService;
import org.linkmoderation.saga.lra.LraSettings;
import org.linkmoderation.saga.lra.LraStatus;
import org.linkmoderation.states.Sagas;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one endpoint of the container that the coordinator calls, for the sagas of all its state machines: in a Camel
 * context of its own, open while a saga is deployed. A call is passed to the participant of the state machine that it
 * names, by an option of the saga.
 */
public final class SagaEndpoint implements SagaSupport {
    /** The name of the Camel context. */
    static final String NAME = "sagas";

    private static final Logger LOG = LoggerFactory.getLogger(SagaEndpoint.class);

    private final Map<String, ?> properties;
    private final Supplier<CamelContext> contexts;
    private final Map<String, SagaParticipant> participants = new ConcurrentHashMap<>();
    /** Both null while no saga is deployed. */
    private CamelContext context;

    private volatile LraService coordinator;

    /**
     * @param properties the settings of PID {@value Sagas#PID}, which are checked when the first saga is deployed
     * @param contexts makes a Camel context, which is not started
     */
    public SagaEndpoint(Map<String, ?> properties, Supplier<CamelContext> contexts) {
        this.properties = properties;
        this.contexts = contexts;
    }

    @Override
    public synchronized void add(String stateMachine, SagaParticipant participant) throws Exception {
        if (context == null) {
            open();
        }
        participants.put(stateMachine, participant);
    }

    @Override
    public synchronized void remove(String stateMachine, SagaParticipant participant) {
        participants.remove(stateMachine, participant);
        if (participants.isEmpty() && context != null) {
            context.stop();
            context = null;
            coordinator = null;
            LOG.info("The endpoint for the coordinator of sagas is closed");
        }
    }

    private void open() throws Exception {
        LraSettings settings = LraSettings.of(properties);
        CamelContext opening = contexts.get();
        LraService service = new LraService(settings);
        try {
            opening.addService(service, true, true);
            opening.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(COMPENSATION)
                            .routeId("Compensate")
                            .errorHandler(noErrorHandler())
                            .process(SagaEndpoint.this::answer)
                            .id("Compensate.answer");
                }
            });
            opening.start();
        } catch (Exception e) {
            opening.stop();
            throw e;
        }
        context = opening;
        coordinator = service;
        LOG.info("The endpoint for the coordinator of sagas listens on {}", settings.participant());
    }

    /** A state machine that is not deployed here may be again soon: the coordinator is to call once more. */
    private void answer(Exchange call) {
        String name = call.getMessage().getHeader(SagaParticipant.STATE_MACHINE, "", String.class);
        SagaParticipant participant = participants.get(name);
        if (participant == null) {
            call.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, HttpURLConnection.HTTP_UNAVAILABLE);
            call.getMessage().setBody(null);
        } else {
            participant.answer(call);
        }
    }

    @Override
    public CamelSagaService service() {
        return coordinator();
    }

    private LraService coordinator() {
        LraService current = coordinator;
        if (current == null) {
            throw new ServiceUnavailableException("The endpoint for the coordinator of sagas is not open", null);
        }
        return current;
    }

    @Override
    public LraStatus status(URI lra) {
        return coordinator().status(lra);
    }

    @Override
    public void move(URI lra, String participant, Map<String, String> options) {
        coordinator().move(lra, participant, options);
    }

    @Override
    public List<ServiceCheck> checks() {
        return List.of(
                new ServiceCheck("coordinator of sagas", () -> coordinator().check()),
                new ServiceCheck(
                        "endpoint for the coordinator", () -> coordinator().checkParticipant()));
    }
}
