package org.linkmoderation.states;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.camel.Exchange;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.run.RunningExecution;

/**
 * A task that somebody else answers, by a token: its block hands the task over, with the token in the header
 * {@value #TASK_TOKEN}, and the execution waits, holding nothing, until the answer comes by
 * {@link org.linkmoderation.Executions#sendTaskSuccess}, or does not come in time. A task that was handed over and not
 * recorded is handed over again, with another token; the first one is void then.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token">Wait
 *     for a callback with a task token</a>
 */
public final class CallbackTask extends TaskPolicy {
    /** The header with the token that the answer must show. */
    public static final String TASK_TOKEN = "TaskToken";

    /** The resource type of a task that people decide; its event {@code TaskScheduled} has it. */
    public static final String PEOPLE = "people";

    private final String resourceType;
    private final String resource;
    private final Duration timeout;
    private final Optional<Duration> heartbeat;

    /**
     * @param resourceType what the task is handed to, such as {@code jms}
     * @param resource what is done with it, such as {@code sendMessage}
     * @param timeout the state's TimeoutSeconds, after which it fails with States.Timeout
     * @param heartbeat the state's HeartbeatSeconds, less than the timeout: how long the holder of the task may be
     *     silent before it fails with States.HeartbeatTimeout; empty for the whole time
     * @param retry the state's Retry
     */
    public CallbackTask(
            String resourceType, String resource, Duration timeout, Optional<Duration> heartbeat, Retry retry) {
        super(TaskKind.SERVICE_INTEGRATION, retry);
        this.resourceType = resourceType;
        this.resource = resource + ".waitForTaskToken";
        this.timeout = timeout;
        this.heartbeat = heartbeat;
    }

    /**
     * A task that people decide: by {@link org.linkmoderation.Executions#decide}, which needs no token, or by the
     * token. The body that its block is entered with, a JSON object, is what they are shown.
     *
     * @param timeout the state's TimeoutSeconds, after which it fails with States.Timeout
     * @param retry the state's Retry
     */
    public static CallbackTask decidedByPeople(Duration timeout, Retry retry) {
        return new CallbackTask(PEOPLE, "decide", timeout, Optional.empty(), retry);
    }

    @Override
    protected Map<String, String> resource(Exchange exchange) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("resourceType", resourceType);
        details.put("resource", resource);
        details.put("parameters", exchange.getMessage().getBody(String.class));
        details.put("timeoutInSeconds", Long.toString(timeout.toSeconds()));
        heartbeat.ifPresent(time -> details.put("heartbeatInSeconds", Long.toString(time.toSeconds())));
        return details;
    }

    @Override
    public void describe(ObjectNode state) {
        state.put("Resource", "arn:aws:states:::" + resourceType + ":" + resource)
                .put("TimeoutSeconds", timeout.toSeconds());
        heartbeat.ifPresent(time -> state.put("HeartbeatSeconds", time.toSeconds()));
    }

    @Override
    protected String result(Exchange exchange) {
        // The result is the answer, which comes later
        return "null";
    }

    @Override
    protected TaskFailedException failure(Exception thrown) throws Exception {
        if (thrown instanceof TaskFailedException failure) {
            return failure;
        }
        throw thrown;
    }

    @Override
    String attempt(RunningExecution execution, Exchange exchange, Callable<String> call) throws Exception {
        if (resourceType.equals(PEOPLE)) {
            PeoplesDecision.asked(exchange);
        }
        return execution.callback(kind(), resource(exchange), timeout, heartbeat, token -> {
            exchange.getMessage().setHeader(TASK_TOKEN, token);
            call.call();
        });
    }
}
