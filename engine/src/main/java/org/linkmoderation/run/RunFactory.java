package org.linkmoderation.run;

import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionEvent;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.StartRequest;
import org.linkmoderation.Waiting;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.HistoryWriter;
import org.linkmoderation.journal.Journal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins runs of executions. */
final class RunFactory {
    private static final Logger LOG = LoggerFactory.getLogger(RunFactory.class);

    private final Journal journal;
    private final RunPolicy policy;
    private final Clock clock;
    private final ExecutionListener listener;

    /**
     * @param journal the journal
     * @param policy how the executions are run
     * @param clock the clock
     * @param listener is told what happens to the executions
     */
    RunFactory(Journal journal, RunPolicy policy, Clock clock, ExecutionListener listener) {
        this.journal = journal;
        this.policy = policy;
        this.clock = clock;
        this.listener = listener;
    }

    /** A run from the start. Its record is created with the first events; an EXPRESS execution has none. */
    RunningExecution start(StartRequest request) {
        HistoryWriter history = request.type() == ExecutionType.EXPRESS ? HistoryWriter.NONE : journal;
        String input = policy.journaledInput().apply(request.input());
        Instant now = RunHistory.now(clock);
        Execution started =
                Execution.started(request.withInput(input), policy.definition(), now, now.plus(policy.takeOverAfter()));
        return new RunningExecution(request, started, policy, history, clock, listener)
                .beginning(HistoryEventType.ExecutionStarted, traced(request, Map.of("input", input)));
    }

    /** A run that goes on where the recorded one was cut off. */
    RunningExecution resume(StartRequest request, Execution recorded) {
        LOG.info("{} resumed after event {}", recorded.id(), recorded.events().size());
        return new RunningExecution(request, recorded, policy, journal, clock, listener)
                .beginning(HistoryEventType.ExecutionResumed, Map.of());
    }

    /** A run of an execution that has waited. */
    RunningExecution wake(StartRequest request, Execution parked) {
        RunningExecution run = new RunningExecution(request, parked, policy, journal, clock, listener).claiming();
        if (parked.waiting().orElseThrow().reason() != Waiting.Reason.TAKEOVER) {
            return run;
        }
        LOG.info("{} taken up after event {}", parked.id(), parked.events().size());
        return run.beginning(HistoryEventType.ExecutionResumed, Map.of());
    }

    /**
     * A run that goes on at the state where the recorded one ended without success. The execution runs again when this
     * returns.
     *
     * @throws ExecutionFencedException if it does so already
     */
    RunningExecution redrive(StartRequest request, Execution recorded) {
        Instant now = RunHistory.now(clock);
        Redrive redrive = Redrive.of(
                recorded,
                recorded.run().redriven(request.deliveryId(), now.plus(policy.takeOverAfter())),
                request.requestId(),
                traced(request, Map.of()),
                now);
        journal.write(redrive.write());
        LOG.info("{} redriven after event {}", recorded.id(), recorded.events().size());
        listener.on(new ExecutionEvent.Redriven(recorded.id()));
        return new RunningExecution(request, redrive.execution(), policy, journal, clock, listener);
    }

    private static Map<String, String> traced(StartRequest request, Map<String, String> details) {
        Map<String, String> traced = new LinkedHashMap<>(details);
        request.traceparent().ifPresent(trace -> traced.put(StartRequest.TRACEPARENT, trace));
        return traced;
    }
}
