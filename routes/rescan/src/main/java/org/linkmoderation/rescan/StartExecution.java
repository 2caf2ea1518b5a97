package org.linkmoderation.rescan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.apache.camel.Exchange;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.TaskKind;
import org.linkmoderation.states.TaskPolicy;

/**
 * A task that starts executions, as {@code states:startExecution} does without waiting for their end. Their names are
 * derived from this execution's, so that it is safe to repeat: what has started is not started again.
 */
final class StartExecution extends TaskPolicy {
    StartExecution() {
        super(TaskKind.SERVICE_INTEGRATION, Retry.NONE);
    }

    @Override
    protected Map<String, String> resource(Exchange exchange) {
        return Map.of(
                "resourceType", "states",
                "resource", "startExecution",
                "parameters", exchange.getMessage().getBody(String.class));
    }

    @Override
    public void describe(ObjectNode state) {
        state.put("Resource", "arn:aws:states:::states:startExecution");
    }

    @Override
    protected String result(Exchange exchange) {
        return exchange.getMessage().getBody(String.class);
    }

    @Override
    protected TaskFailedException failure(Exception thrown) throws Exception {
        if (thrown instanceof TaskFailedException failure) {
            return failure;
        }
        throw thrown;
    }
}
