package org.linkmoderation.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.http.HttpResponse;
import org.linkmoderation.view.ExecutionJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows what became of requests. */
final class ExecutionsResource {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutionsResource.class);

    private final Executions executions;

    /** @param executions has them */
    ExecutionsResource(Executions executions) {
        this.executions = executions;
    }

    /**
     * An execution as its record has it.
     *
     * @return status 200
     * @throws Problem if there is none of that name, or the journal does not answer
     */
    HttpResponse get(String stateMachine, String name) {
        try {
            StartRequest.checkName(name);
            return RestEndpoint.json(200, describe(executions.describe(new ExecutionId(stateMachine, name))));
        } catch (InvalidRequestException e) {
            throw Problem.of(
                            404,
                            "ExecutionDoesNotExist",
                            "There is no execution '" + StartRequest.abbreviate(name) + "' of state machine '"
                                    + stateMachine + "'; a request accepted a moment ago may still be in the queue")
                    .with("Retry-After", "1");
        } catch (RuntimeException e) {
            LOG.warn("The execution {} of {} can't be read: {}", name, stateMachine, e.getMessage());
            throw Problem.unavailable("The journal does not answer; repeat the call");
        }
    }

    private static ObjectNode describe(Execution execution) {
        ObjectNode json = ExecutionJson.describe(execution);
        json.set("trail", ExecutionJson.trail(execution).get("trail"));
        verdict(json.path("output")).ifPresent(verdict -> json.put("verdict", verdict));
        return json;
    }

    /** The status that the last state gave the item that it updated, as DynamoDB's UpdateItem answers. */
    private static Optional<String> verdict(JsonNode output) {
        JsonNode status = output.path("Attributes").path("status").path("S");
        return Optional.of(status).filter(JsonNode::isTextual).map(JsonNode::textValue);
    }
}
