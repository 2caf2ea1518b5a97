package org.linkmoderation.trigger;

import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.linkmoderation.StartRequest;

/** Sends requests to the queue of a state machine: persistent, and on disk when it returns. */
public final class RequestSender {
    private final ProducerTemplate template;
    private final String endpoint;

    /**
     * @param template sends to endpoints
     * @param queue the name of the queue
     */
    public RequestSender(ProducerTemplate template, String queue) {
        this.template = template;
        this.endpoint = "requests:queue:" + queue;
    }

    /**
     * Sends a request.
     *
     * @throws org.apache.camel.CamelExecutionException if the broker did not take it
     */
    public void send(StartRequest request) {
        template.sendBodyAndHeaders(
                endpoint,
                request.input(),
                Map.of(
                        Requests.EXECUTION_NAME,
                        request.name(),
                        Requests.REQUEST_ID,
                        request.requestId(),
                        Requests.EXECUTION_TYPE,
                        request.type().name(),
                        Requests.REDRIVE,
                        request.redrive()));
    }
}
