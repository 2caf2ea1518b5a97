package org.linkmoderation.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.RunState;
import org.linkmoderation.StartRequest;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.Transition;

/** Puts executions into a journal that no run has made. */
public final class Recorded {
    private Recorded() {}

    /** An execution that starts, as a run would create it. */
    public static Execution started(StartRequest request, Instant startDate) {
        return Execution.started(request, "definition", startDate, startDate.plus(Duration.ofMinutes(5)));
    }

    /** Records an execution with its first events. */
    public static Execution create(Journal journal, StartRequest request, Instant startDate, HistoryEvent... events) {
        Execution started = started(request, startDate);
        journal.create(started, List.of(events));
        return started.with(started.run(), List.of(events));
    }

    /** The line of a list that an execution has. */
    public static ExecutionSummary summary(Execution execution) {
        return new ExecutionSummary(
                execution.stateMachine(),
                execution.name(),
                execution.status(),
                execution.startDate(),
                execution.stopDate(),
                execution.waiting(),
                Optional.of(execution.redriveCount()));
    }

    /** Appends an event, whoever drives the execution. */
    public static void append(Journal journal, Execution found, HistoryEvent event) {
        journal.write(Transition.of(found, found.run(), List.of(event)));
    }

    /** Ends an execution. */
    public static void end(Journal journal, Execution found, HistoryEvent event, ExecutionStatus status) {
        RunState ended = found.run().ended(status);
        journal.write(Transition.of(found, ended, List.of(event)));
    }
}
