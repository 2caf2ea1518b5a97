package org.linkmoderation.run;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionAlreadyExistsException;
import org.linkmoderation.ExecutionEvent;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.RunState;
import org.linkmoderation.StartRequest;
import org.linkmoderation.Waiting;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.ExecutionRecordedException;
import org.linkmoderation.journal.Journal;

/**
 * Starts and redrives executions for callers that wait for the record: it is journaled first, as that of an execution
 * that waits, and the message that wakes it is sent then. Should the container die between the two, the sweep wakes it.
 */
public final class ExecutionStarter {
    private final Journal journal;
    private final RunPolicy policy;
    private final Clock clock;
    private final ExecutionListener listener;
    private final Consumer<Wake> wakes;

    /**
     * @param journal the journal
     * @param policy how the executions are run
     * @param clock the clock
     * @param listener is told what happens to the executions
     * @param wakes sends the wake-ups
     */
    public ExecutionStarter(
            Journal journal, RunPolicy policy, Clock clock, ExecutionListener listener, Consumer<Wake> wakes) {
        this.journal = new ObservedJournal(journal, listener);
        this.policy = policy;
        this.clock = clock;
        this.listener = listener;
        this.wakes = wakes;
    }

    /**
     * Starts an execution.
     *
     * @return the execution; of a second request with the name and the input of one that runs, that one
     * @throws ExecutionAlreadyExistsException if one of that name has ended, or runs with another input
     * @throws RuntimeException if the journal or the broker does not answer; the request can be repeated
     */
    public Execution start(StartRequest request) throws ExecutionAlreadyExistsException {
        Instant now = RunHistory.now(clock);
        String input = policy.journaledInput().apply(request.input());
        Execution started =
                Execution.started(request.withInput(input), policy.definition(), now, now.plus(policy.takeOverAfter()));
        RunState waiting = waiting(started.run(), "its start", now);
        HistoryEvent first = new HistoryEvent(1, now, HistoryEventType.ExecutionStarted, Map.of("input", input));
        Execution recorded = started.with(waiting, List.of(first));
        try {
            journal.create(started.with(waiting, List.of()), List.of(first));
            listener.on(new ExecutionEvent.Started(started.id()));
        } catch (ExecutionRecordedException e) {
            recorded = e.execution();
            requireSame(recorded, input);
        }
        wakeNew(recorded, request.input());
        return recorded;
    }

    /**
     * Checks that the name of a request is not that of another's execution, as far as the journal knows by now.
     *
     * @throws InvalidRequestException if it is
     * @throws RuntimeException if the journal does not answer
     */
    public void checkName(StartRequest request) throws InvalidRequestException {
        Optional<Execution> recorded = journal.find(request.id());
        if (recorded.isPresent()) {
            recorded.get()
                    .checkRequestedBy(request.withInput(policy.journaledInput().apply(request.input())));
        }
    }

    private static void requireSame(Execution recorded, String input) throws ExecutionAlreadyExistsException {
        if (recorded.status().isFinal() || !recorded.hasInput(input)) {
            throw ExecutionAlreadyExistsException.of(recorded);
        }
    }

    /** Of two wake-ups of the same execution, one is too old: a repeated request may send another. */
    private void wakeNew(Execution recorded, String received) {
        boolean isNew = recorded.events().size() == 1
                && recorded.waiting()
                        .filter(waiting -> waiting.reason() == Waiting.Reason.READY)
                        .isPresent();
        if (isNew) {
            wakes.accept(Wake.of(recorded, Optional.of(received).filter(text -> !text.equals(recorded.input()))));
        }
    }

    /**
     * Redrives an execution that has ended without success.
     *
     * @param requestId identifies the request
     * @return the execution, which runs again
     * @throws InvalidRequestException if it runs or has succeeded
     * @throws RuntimeException if the journal or the broker does not answer
     */
    public Execution redrive(Execution found, String requestId) throws InvalidRequestException {
        found.checkRedrivable();
        Instant now = RunHistory.now(clock);
        RunState waiting =
                waiting(found.run().redriven(requestId, now.plus(policy.takeOverAfter())), "its redrive", now);
        Redrive redrive = Redrive.of(found, waiting, requestId, Map.of(), now);
        try {
            journal.write(redrive.write());
        } catch (ExecutionFencedException e) {
            throw new InvalidRequestException(
                    "ExecutionNotRedrivable: the execution '" + found.name() + "' was redriven by another request", e);
        }
        listener.on(new ExecutionEvent.Redriven(found.id()));
        wakes.accept(Wake.of(redrive.execution(), Optional.empty()));
        return redrive.execution();
    }

    private static RunState waiting(RunState run, String what, Instant now) {
        return run.parked(Waiting.ready(what, now), now.plus(Parking.WAKE_MARGIN));
    }
}
