package org.linkmoderation.deployment;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.linkmoderation.ContextTracing;
import org.linkmoderation.ExecutionEvent;
import org.linkmoderation.ExecutionListener;
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
    public void on(ExecutionEvent event) {
        for (ExecutionListener listener : listeners) {
            try {
                listener.on(event);
            } catch (RuntimeException e) {
                LOG.warn("{} failed; the execution goes on", listener, e);
            }
        }
    }
}
