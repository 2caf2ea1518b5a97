package org.linkmoderation.run;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.linkmoderation.ErrorName;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionAlreadyExistsException;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.ServiceUnavailableException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.ExecutionRecordedException;
import org.linkmoderation.journal.HistoryWriter;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.JournalException;
import org.linkmoderation.states.CurrentExecution;
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
    private final Duration timeout;
    private final Clock clock;
    private final ExecutionListener listener;
    private final UnaryOperator<String> journaledInput;
    private final boolean readsFirst;

    /**
     * @param journal the journal
     * @param routes sends to the route that is the diagram of the state machine
     * @param timeout the state machine's TimeoutSeconds
     * @param clock the clock
     * @param listener is told what happens to the executions
     */
    public ExecutionRunner(
            Journal journal, ProducerTemplate routes, Duration timeout, Clock clock, ExecutionListener listener) {
        this(journal, routes, timeout, clock, listener, UnaryOperator.identity(), false);
    }

    /**
     * @param journaledInput makes of an input, a JSON document, what of it may be journaled; always the same
     * @param readsFirst whether the record is looked for before a run: where a run does something before its first
     *     write
     */
    public ExecutionRunner(
            Journal journal,
            ProducerTemplate routes,
            Duration timeout,
            Clock clock,
            ExecutionListener listener,
            UnaryOperator<String> journaledInput,
            boolean readsFirst) {
        this.journaledInput = journaledInput;
        this.readsFirst = readsFirst;
        this.journal = new ObservedJournal(journal, listener);
        this.routes = routes;
        this.timeout = timeout;
        this.clock = clock;
        this.listener = listener;
    }

    /**
     * Leaves the {@link Execution} that has ended as the body; nothing, if this request does not see it to its end.
     *
     * @throws InvalidRequestException if there is nothing that this request can run
     * @throws Exception whatever stopped the run before the execution's end; the execution is resumed when the request
     *     is delivered again
     */
    @Override
    public void process(Exchange exchange) throws Exception {
        StartRequest request = exchange.getMessage().getMandatoryBody(StartRequest.class);
        exchange.getMessage().setBody(run(request).orElse(null));
    }

    private Optional<Execution> run(StartRequest request) throws Exception {
        if (request.type() == ExecutionType.EXPRESS) {
            if (request.redrive()) {
                throw new InvalidRequestException("An EXPRESS execution has no record to redrive");
            }
            return Optional.of(run(RunningExecution.start(
                    request,
                    journaledInput.apply(request.input()),
                    ExecutionType.EXPRESS.longest(timeout),
                    HistoryWriter.NONE,
                    clock,
                    listener)));
        }
        try {
            return request.redrive() ? redrive(request) : start(request);
        } catch (ExecutionFencedException e) {
            if (!e.isEnded()) {
                throw e;
            }
            LOG.info(e.getMessage());
            return journal.find(request.id());
        }
    }

    private Optional<Execution> start(StartRequest request) throws Exception {
        Optional<Execution> recorded = readsFirst ? journal.find(request.id()) : Optional.empty();
        if (recorded.isPresent()) {
            return goOn(request, recorded.get());
        }
        try {
            return Optional.of(run(RunningExecution.start(
                    request, journaledInput.apply(request.input()), timeout, journal, clock, listener)));
        } catch (ExecutionRecordedException e) {
            return goOn(request, e.execution());
        }
    }

    /** There is a record of that name: of an earlier delivery of this message, or of another. */
    private Optional<Execution> goOn(StartRequest request, Execution recorded) throws Exception {
        if (recorded.isRunOf(request)) {
            return resume(request, recorded);
        }
        if (!recorded.requestIds().contains(request.requestId())
                && (recorded.status().isFinal() || !recorded.hasInput(journaledInput.apply(request.input())))) {
            throw new ExecutionAlreadyExistsException("ExecutionAlreadyExists: the execution '" + request.name()
                    + "' of state machine '" + request.stateMachine() + "' "
                    + (recorded.status().isFinal()
                            ? "ended with status " + recorded.status()
                            : "is running with another input"));
        }
        // A repetition, or a second request for what is running: another message sees it through
        return Optional.empty();
    }

    private Optional<Execution> redrive(StartRequest request) throws Exception {
        Execution recorded = journal.find(request.id())
                .orElseThrow(() -> new InvalidRequestException("There is no execution '" + request.name()
                        + "' of state machine '" + request.stateMachine() + "' to redrive"));
        if (recorded.isRunOf(request)) {
            return resume(request, recorded);
        }
        if (recorded.requestIds().contains(request.requestId())) {
            return Optional.empty();
        }
        recorded.checkRedrivable();
        return Optional.of(run(RunningExecution.redrive(request, recorded, timeout, journal, clock, listener)));
    }

    /** This message was delivered before: if its run was cut off, it goes on. */
    private Optional<Execution> resume(StartRequest request, Execution recorded) throws Exception {
        return Optional.of(
                recorded.status().isFinal()
                        ? recorded
                        : run(RunningExecution.resume(request, recorded, timeout, journal, clock, listener)));
    }

    /**
     * Goes on with an execution that runs, though no message asks for it.
     *
     * @return the execution at its end
     * @throws Exception whatever stopped the run before
     */
    public Execution resume(Execution recorded) throws Exception {
        StartRequest request = StartRequest.redrive(recorded, recorded.deliveryId());
        return run(RunningExecution.resume(request, recorded, timeout, journal, clock, listener));
    }

    private Execution run(RunningExecution execution) throws Exception {
        execution.mark();
        listener.runBegan(execution.id());
        try {
            return runStates(execution);
        } finally {
            listener.runEnded(execution.id());
            RunningExecution.unmark();
        }
    }

    private Execution runStates(RunningExecution execution) throws Exception {
        Exchange states = routes.send("direct:" + execution.id().stateMachine(), exchange -> {
            exchange.setProperty(CurrentExecution.PROPERTY, execution);
            exchange.getMessage().setBody(execution.input());
            execution
                    .traceparent()
                    .ifPresent(trace -> exchange.getMessage().setHeader(StartRequest.TRACEPARENT, trace));
        });
        Exception thrown = states.getException();
        if (thrown == null) {
            return execution.end(states.getMessage().getBody(String.class));
        }
        if (routes.getCamelContext().isStopping() || routes.getCamelContext().isStopped()) {
            // The error handlers are at their end too: neither Retry nor Catch was asked
            throw new RejectedExecutionException(execution.id() + " is cut off by the stop of the container", thrown);
        }
        if (execution.isCancelled()) {
            // It ends when it is undone, and not before
            throw thrown;
        }
        if (thrown instanceof TaskFailedException failure) {
            return execution.fail(failure);
        }
        if (thrown instanceof ExecutionTimedOutException) {
            return execution.timeOut();
        }
        if (isPassing(thrown)) {
            throw thrown;
        }
        LOG.error("{}: a defect of ours", execution.id(), thrown);
        return execution.fail(new TaskFailedException(ErrorName.RUNTIME, thrown.toString(), thrown));
    }

    /**
     * Whether the run may come further another time: a service is away, another run has taken over, the container
     * stops.
     */
    public static boolean isPassing(Exception thrown) {
        return thrown instanceof JournalException
                || thrown instanceof ServiceUnavailableException
                || thrown instanceof SdkException
                || thrown instanceof RejectedExecutionException
                || thrown instanceof InterruptedException;
    }
}
