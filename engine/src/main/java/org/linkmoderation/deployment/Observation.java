package org.linkmoderation.deployment;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.linkmoderation.ContextTracing;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.Waiting;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that watches the executions of this container. Listeners come and go while executions run; tracing is built into
 * the routes, so that the state machines start anew, and resume their executions, when it comes or goes.
 */
@Component(service = Observation.class)
public final class Observation implements ExecutionListener {
    private static final Logger LOG = LoggerFactory.getLogger(Observation.class);

    private final List<ExecutionListener> listeners = new CopyOnWriteArrayList<>();
    private final Optional<ContextTracing> tracing;

    /** @param tracing traces the routes; null for no traces */
    @Activate
    public Observation(
            @Reference(
                            cardinality = ReferenceCardinality.OPTIONAL,
                            policy = ReferencePolicy.STATIC,
                            policyOption = ReferencePolicyOption.GREEDY)
                    ContextTracing tracing) {
        this.tracing = Optional.ofNullable(tracing);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addListener(ExecutionListener listener) {
        listeners.add(listener);
    }

    void removeListener(ExecutionListener listener) {
        listeners.remove(listener);
    }

    /** Traces a context, if traces are wanted; to be called before its routes are added. */
    void trace(CamelContext context) {
        tracing.ifPresent(wanted -> wanted.trace(context));
    }

    @Override
    public void runBegan(ExecutionId id) {
        tell(listener -> listener.runBegan(id));
    }

    @Override
    public void runEnded(ExecutionId id) {
        tell(listener -> listener.runEnded(id));
    }

    @Override
    public void started(ExecutionId id) {
        tell(listener -> listener.started(id));
    }

    @Override
    public void redriven(ExecutionId id) {
        tell(listener -> listener.redriven(id));
    }

    @Override
    public void ended(ExecutionId id, ExecutionStatus status, Duration duration) {
        tell(listener -> listener.ended(id, status, duration));
    }

    @Override
    public void stateLeft(ExecutionId id, String state, Optional<String> output, Duration duration) {
        tell(listener -> listener.stateLeft(id, state, output, duration));
    }

    @Override
    public void retried(ExecutionId id, String state, String error) {
        tell(listener -> listener.retried(id, state, error));
    }

    @Override
    public void parked(ExecutionId id, Waiting waiting) {
        tell(listener -> listener.parked(id, waiting));
    }

    @Override
    public void compensationBegan(ExecutionId id) {
        tell(listener -> listener.compensationBegan(id));
    }

    @Override
    public void undoFailed(ExecutionId id, String state, String error) {
        tell(listener -> listener.undoFailed(id, state, error));
    }

    @Override
    public void journaled(String request, Instant began, Duration duration, boolean answered) {
        tell(listener -> listener.journaled(request, began, duration, answered));
    }

    private void tell(Consumer<ExecutionListener> event) {
        for (ExecutionListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException e) {
                LOG.warn("{} failed; the execution goes on", listener, e);
            }
        }
    }
}
