package org.linkmoderation.states;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.Policy;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.run.RecordedFailureException;
import org.linkmoderation.run.RunningExecution;

/**
 * Makes the block of a route that it is put around one attempt of a task: journaled before and after, not made at all
 * where an earlier run has recorded its result, and failing with the error names of Step Functions.
 *
 * <p>A kind of task is a subclass. Its block is run again after a crash between the call and the journal, so that what
 * it calls must be safe to repeat.
 */
public abstract class TaskPolicy implements Policy {
    private final TaskKind kind;
    private final Retry retry;

    /**
     * @param kind the kind of task
     * @param retry the Retry of the state
     */
    protected TaskPolicy(TaskKind kind, Retry retry) {
        this.kind = kind;
        this.retry = retry;
    }

    /** The resource and the parameters, for the event that announces the attempt. */
    protected abstract Map<String, String> resource(Exchange exchange);

    /**
     * The result of an attempt that went through.
     *
     * @return a JSON document
     * @throws TaskFailedException if it is a failure in disguise
     */
    protected abstract String result(Exchange exchange) throws TaskFailedException;

    /**
     * The failure as the state machine sees it.
     *
     * @throws Exception what was thrown, if it says nothing about the task: the run ends, and is resumed later
     */
    protected abstract TaskFailedException failure(Exception thrown) throws Exception;

    /**
     * Adds what it knows of its Task state in the Amazon States Language: {@code Resource}, and {@code TimeoutSeconds}
     * and {@code Parameters} where it has them; a comment unless overridden.
     */
    public void describe(ObjectNode state) {
        state.put("Comment", "A " + getClass().getSimpleName());
    }

    /**
     * The longest that one attempt may take, 1 minute unless overridden: a run that has shown no sign of life for
     * longer counts as lost.
     */
    public Duration longestCall() {
        return Duration.ofMinutes(1);
    }

    /**
     * The questions whether the services that it calls can be used, for status and health; none unless overridden.
     *
     * @param context the context of the routes, with the components by which the services are called
     */
    public List<ServiceCheck> checks(CamelContext context) {
        return List.of();
    }

    @Override
    public void beforeWrap(Route route, NamedNode definition) {
        // The block is taken as it is
    }

    @Override
    public Processor wrap(Route route, Processor block) {
        return exchange -> {
            if (exchange.getContext().isStopping() || exchange.getContext().isStopped()) {
                // Error handlers that stop ask no Retry: what comes to this attempt may be a Catch that came too early
                throw new RejectedExecutionException(
                        "The container stops; the execution is resumed when it runs again");
            }
            exchange.getMessage().removeHeader(Exchange.REDELIVERY_DELAY);
            try {
                String result = attempt(RunningExecution.of(exchange), exchange, () -> {
                    block.process(exchange);
                    Exception thrown = exchange.getException();
                    if (thrown != null) {
                        exchange.setException(null);
                        throw failure(thrown);
                    }
                    return result(exchange);
                });
                exchange.getMessage().setBody(result);
            } catch (RecordedFailureException failure) {
                // The delay before the retry counts from the failure, not from now
                exchange.getMessage().setHeader(Exchange.REDELIVERY_DELAY, restOfDelay(exchange, failure));
                throw failure;
            }
        };
    }

    /** The Retry of the state. */
    public final Retry retry() {
        return retry;
    }

    final TaskKind kind() {
        return kind;
    }

    /** Makes one attempt, or gives what is recorded of it. */
    String attempt(RunningExecution execution, Exchange exchange, Callable<String> call) throws Exception {
        return execution.attempt(kind, resource(exchange), call);
    }

    private long restOfDelay(Exchange exchange, RecordedFailureException failure) {
        Duration since = Duration.between(
                failure.failedAt(), RunningExecution.of(exchange).now());
        return Math.max(0, retry.calculateRedeliveryDelay(0, failure.attempt()) - since.toMillis());
    }
}
