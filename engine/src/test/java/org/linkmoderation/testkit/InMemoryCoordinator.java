package org.linkmoderation.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.HttpURLConnection;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.saga.CamelSagaCoordinator;
import org.apache.camel.saga.CamelSagaService;
import org.apache.camel.saga.CamelSagaStep;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.service.ServiceSupport;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.ServiceUnavailableException;
import org.linkmoderation.saga.SagaParticipant;
import org.linkmoderation.saga.SagaSupport;
import org.linkmoderation.saga.lra.LraStatus;

/**
 * A coordinator as the LRA specification describes it, as far as sagas of one participant need it: it calls the
 * participant when a saga is cancelled, and calls again when it is told to, until the answer is 200; what has ended it
 * forgets. It can be taken away.
 */
public final class InMemoryCoordinator extends ServiceSupport implements CamelSagaService, SagaSupport {
    private static final String URL = "http://127.0.0.1:50000/lra-coordinator/";

    private final Map<String, LraStatus> sagas = new LinkedHashMap<>();
    private final Map<String, Map<String, Object>> participants = new HashMap<>();
    private final Map<String, SagaParticipant> stateMachines = new HashMap<>();
    private CamelContext context = new DefaultCamelContext();
    private boolean isAway;
    private int requests;
    private int failAt;
    private boolean failsAfter;

    /** No request is answered. */
    public void setAway(boolean away) {
        isAway = away;
    }

    /** The {@code n}-th request from now on is not answered, before or after it is done. */
    public void failAt(int n, boolean after) {
        failAt = requests + n;
        failsAfter = after;
    }

    /** How many requests were made. */
    public int requests() {
        return requests;
    }

    /** The status of the saga that began last. */
    public LraStatus last() {
        return sagas.values().stream().reduce((first, second) -> second).orElseThrow();
    }

    /** The status of a saga. */
    public LraStatus status(String id) {
        return sagas.getOrDefault(id, LraStatus.UNKNOWN);
    }

    /** The id of the saga that began last. */
    public String lastId() {
        return sagas.keySet().stream().reduce((first, second) -> second).orElseThrow();
    }

    public int count() {
        return sagas.size();
    }

    /** The time of the saga that began last is over. */
    public void timeOut() {
        cancel(lastId());
    }

    /** Calls the participants of what is being cancelled again, as it does every few seconds. */
    public void callAgain() {
        sagas.entrySet().stream()
                .filter(saga -> saga.getValue() == LraStatus.CANCELLING)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::call);
    }

    public void clear() {
        sagas.clear();
        participants.clear();
        isAway = false;
        requests = 0;
        failAt = 0;
    }

    private <T> CompletableFuture<T> answer(Supplier<T> request) {
        requests++;
        boolean isLost = requests == failAt;
        if (isAway || isLost && !failsAfter) {
            return CompletableFuture.failedFuture(
                    new java.util.concurrent.CompletionException(new java.net.ConnectException("Connection refused")));
        }
        try {
            T result = request.get();
            return isLost
                    ? CompletableFuture.failedFuture(new java.util.concurrent.CompletionException(
                            new java.net.http.HttpTimeoutException("request timed out")))
                    : CompletableFuture.completedFuture(result);
        } catch (IllegalStateException e) {
            return CompletableFuture.failedFuture(new java.util.concurrent.CompletionException(e));
        }
    }

    @Override
    public LraStatus status(URI lra) {
        requests++;
        if (isAway || requests == failAt) {
            throw new ServiceUnavailableException("The coordinator does not answer", null);
        }
        LraStatus status = status(lra.toString());
        return status == LraStatus.CLOSED || status == LraStatus.CANCELLED ? LraStatus.UNKNOWN : status;
    }

    @Override
    public void move(URI lra, String participant, Map<String, String> options) {
        requests++;
        if (isAway || requests == failAt) {
            throw new ServiceUnavailableException("The coordinator does not answer", null);
        }
        if (!sagas.containsKey(lra.toString())) {
            return;
        }
        assertThat(participant).isEqualTo(participant(lra.toString()));
        assertThat(participants.get(lra.toString())).isEqualTo(options);
    }

    private static String participant(String id) {
        return id + "/participant";
    }

    @Override
    public CompletableFuture<CamelSagaCoordinator> newSaga(Exchange exchange) {
        return answer(() -> {
            String id = URL + "lra-" + sagas.size();
            sagas.put(id, LraStatus.ACTIVE);
            return new Saga(id);
        });
    }

    @Override
    public CompletableFuture<CamelSagaCoordinator> getSaga(String id) {
        return CompletableFuture.completedFuture(new Saga(id));
    }

    private void expect(String id, LraStatus status) {
        if (sagas.getOrDefault(id, LraStatus.UNKNOWN) != status) {
            throw new IllegalStateException("412: " + sagas.get(id));
        }
    }

    private void cancel(String id) {
        expect(id, LraStatus.ACTIVE);
        sagas.put(id, LraStatus.CANCELLING);
        call(id);
    }

    private void call(String id) {
        Map<String, Object> options = participants.get(id);
        if (options == null) {
            sagas.put(id, LraStatus.CANCELLED);
            return;
        }
        if (call(id, options) == HttpURLConnection.HTTP_OK) {
            sagas.put(id, LraStatus.CANCELLED);
        }
    }

    /** Calls a participant, as the endpoint passes a call on, and returns the status of the answer. */
    public int call(String lra, Map<String, ?> options) {
        Exchange call = new DefaultExchange(context);
        call.getMessage().setHeaders(new HashMap<>(options));
        call.getMessage().setHeader(Exchange.SAGA_LONG_RUNNING_ACTION, lra);
        try {
            stateMachines.get(options.get("stateMachine")).answer(call);
        } catch (RuntimeException e) {
            return HttpURLConnection.HTTP_INTERNAL_ERROR;
        }
        return call.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
    }

    @Override
    public void add(String stateMachine, SagaParticipant participant) {
        stateMachines.put(stateMachine, participant);
    }

    @Override
    public void remove(String stateMachine, SagaParticipant participant) {
        stateMachines.remove(stateMachine, participant);
    }

    @Override
    public CamelSagaService service() {
        return this;
    }

    @Override
    public List<ServiceCheck> checks() {
        return List.of();
    }

    @Override
    public void registerStep(CamelSagaStep step) {
        assertThat(step.getCompensation().orElseThrow().getEndpointUri()).isEqualTo("direct://Compensate");
        assertThat(step.getTimeoutInMilliseconds()).isPresent();
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        context = camelContext;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /** One saga. */
    private final class Saga implements CamelSagaCoordinator {
        private final String id;

        Saga(String id) {
            this.id = id;
        }

        @Override
        public String getId() {
            return id;
        }

        @Override
        public CompletableFuture<Void> beginStep(Exchange exchange, CamelSagaStep step) {
            if (exchange.getProperty(PARTICIPANT) != null) {
                return CompletableFuture.completedFuture(null);
            }
            return answer(() -> {
                expect(id, LraStatus.ACTIVE);
                Map<String, Object> options = new HashMap<>();
                step.getOptions().forEach((name, value) -> options.put(name, value.evaluate(exchange, String.class)));
                participants.put(id, options);
                exchange.setProperty(PARTICIPANT, participant(id));
                return null;
            });
        }

        @Override
        public CompletableFuture<Void> compensate(Exchange exchange) {
            return answer(() -> {
                cancel(id);
                return null;
            });
        }

        @Override
        public CompletableFuture<Void> complete(Exchange exchange) {
            return answer(() -> {
                expect(id, LraStatus.ACTIVE);
                sagas.put(id, LraStatus.CLOSED);
                return null;
            });
        }
    }
}
