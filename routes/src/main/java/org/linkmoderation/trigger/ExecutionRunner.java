package org.linkmoderation.trigger;

import java.time.Clock;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.linkmoderation.ErrorName;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionAlreadyExistsException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.ExecutionRecordedException;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.JournalException;
import org.linkmoderation.journal.RunningExecution;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Runs the execution that a request asks for, to its final status. When it returns, the request is done with; when it
 * throws, the request is to be delivered again.
 */
public final class ExecutionRunner implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutionRunner.class);

    private final Journal journal;
    private final ProducerTemplate routes;
    private final Clock clock;

    /**
     * @param journal the journal
     * @param routes sends to the route that is the diagram of the state machine
     * @param clock the clock
     */
    public ExecutionRunner(Journal journal, ProducerTemplate routes, Clock clock) {
        this.journal = journal;
        this.routes = routes;
        this.clock = clock;
    }

    /**
     * @throws ExecutionAlreadyExistsException if the name is that of another execution
     * @throws Exception whatever stopped the run before the execution's end; the execution is resumed when the request
     *     is delivered again
     */
    @Override
    public void process(Exchange exchange) throws Exception {
        StartRequest request = exchange.getMessage().getMandatoryBody(StartRequest.class);
        try {
            try {
                run(RunningExecution.start(request, journal, clock));
            } catch (ExecutionRecordedException e) {
                deliveredBefore(request, e.execution());
            }
        } catch (ExecutionFencedException e) {
            if (!e.isEnded()) {
                throw e;
            }
            LOG.info("{} {}: {}", request.stateMachine(), request.name(), e.getMessage());
        }
    }

    private void deliveredBefore(StartRequest request, Execution recorded) throws Exception {
        boolean sameRequest = recorded.requestId().equals(request.requestId());
        if (sameRequest && !recorded.status().isFinal()) {
            run(RunningExecution.resume(request, recorded, journal, clock));
        } else if (!sameRequest && (recorded.status().isFinal() || !recorded.hasInput(request.input()))) {
            throw new ExecutionAlreadyExistsException("ExecutionAlreadyExists: an execution '" + request.name()
                    + "' of state machine '" + request.stateMachine() + "' "
                    + (recorded.status().isFinal()
                            ? "ended with status " + recorded.status()
                            : "is running with another input"));
        }
        // Else a redelivery of what has ended, or a second request for what is running: nothing is left to do
    }

    private void run(RunningExecution execution) throws Exception {
        Exchange states = routes.send("direct:" + execution.request().stateMachine(), exchange -> {
            exchange.setProperty(RunningExecution.PROPERTY, execution);
            exchange.getMessage().setBody(execution.input());
        });
        Exception thrown = states.getException();
        if (thrown == null) {
            execution.succeed(states.getMessage().getBody(String.class));
        } else if (thrown instanceof TaskFailedException failure) {
            execution.fail(failure);
        } else if (isPassing(thrown)) {
            throw thrown;
        } else {
            LOG.error("{} {}: a defect of ours", execution.request().stateMachine(), execution.name(), thrown);
            execution.fail(new TaskFailedException(ErrorName.RUNTIME, thrown.toString(), thrown));
        }
    }

    /**
     * Whether the run may come further another time: a service is away, another run has taken over, the container
     * stops.
     */
    private static boolean isPassing(Exception thrown) {
        return thrown instanceof JournalException
                || thrown instanceof SdkException
                || thrown instanceof RejectedExecutionException
                || thrown instanceof InterruptedException;
    }
}
