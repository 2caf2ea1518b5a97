package org.linkmoderation.trigger;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.linkmoderation.ServiceUnavailableException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.run.Wake;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionOperations;

/** Sends requests to the queue of a state machine: persistent, and on disk when it returns. */
public final class RequestSender {
    private final ProducerTemplate template;
    private final TransactionOperations transactions;
    private final String endpoint;
    private final String wakes;
    private final Clock clock;

    /**
     * @param template sends to endpoints
     * @param transactions of the connection that the endpoints send by
     * @param queue the name of the queue
     * @param clock tells how long a wake-up is to be delayed
     */
    public RequestSender(ProducerTemplate template, TransactionOperations transactions, String queue, Clock clock) {
        this.template = template;
        this.transactions = transactions;
        this.endpoint = "requests:queue:" + queue;
        this.wakes = endpoint + WakeMessage.QUEUE_SUFFIX;
        this.clock = clock;
    }

    /**
     * Sends a request.
     *
     * @throws ServiceUnavailableException if the broker did not take it
     */
    public void send(StartRequest request) {
        Map<String, Object> properties = new HashMap<>(Map.of(
                Requests.EXECUTION_NAME,
                request.name(),
                Requests.REQUEST_ID,
                request.requestId(),
                Requests.EXECUTION_TYPE,
                request.type().name(),
                Requests.REDRIVE,
                request.redrive()));
        request.traceparent().ifPresent(trace -> properties.put(StartRequest.TRACEPARENT, trace));
        try {
            template.sendBodyAndHeaders(endpoint, request.input(), properties);
        } catch (CamelExecutionException e) {
            throw new ServiceUnavailableException("The broker did not take the request for " + request.id(), e);
        }
    }

    /**
     * Sends a wake-up, delivered when it is due.
     *
     * @throws ServiceUnavailableException if the broker did not take it
     */
    public void send(Wake wake) {
        Exchange sent =
                template.send(wakes, exchange -> WakeMessage.write(wake, clock.instant(), exchange.getMessage()));
        if (sent.getException() != null) {
            throw new ServiceUnavailableException(
                    "The broker did not take the wake-up of " + wake.id(), sent.getException());
        }
    }

    /**
     * Sends requests in one transaction: all of them, or none.
     *
     * @throws ServiceUnavailableException if the broker did not take them, or did not say that it has
     */
    public void send(List<StartRequest> requests) {
        try {
            transactions.executeWithoutResult(transaction -> requests.forEach(this::send));
        } catch (TransactionException e) {
            throw new ServiceUnavailableException("The broker did not take the requests", e);
        }
    }
}
