package org.linkmoderation.saga;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.saga.CamelSagaCoordinator;
import org.apache.camel.saga.CamelSagaService;
import org.apache.camel.saga.CamelSagaStep;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Camel's saga service in the context of a state machine: that of the container's endpoint, which all state machines
 * share.
 */
final class SagaService extends ServiceSupport implements CamelSagaService {
    private final Supplier<? extends CamelSagaService> shared;
    private CamelContext context;

    /** @param shared the saga service of the endpoint that is open */
    SagaService(Supplier<? extends CamelSagaService> shared) {
        this.shared = shared;
    }

    @Override
    public CompletableFuture<CamelSagaCoordinator> newSaga(Exchange exchange) {
        return answered(() -> shared.get().newSaga(exchange));
    }

    @Override
    public CompletableFuture<CamelSagaCoordinator> getSaga(String id) {
        return answered(() -> shared.get().getSaga(id));
    }

    /** Camel's Saga EIP waits for ever for a call that throws instead of failing. */
    private static <T> CompletableFuture<T> answered(Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void registerStep(CamelSagaStep step) {
        shared.get().registerStep(step);
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        context = camelContext;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }
}
