package org.linkmoderation.journal;

import java.util.List;
import java.util.Optional;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.RunState;

/**
 * One step of an execution that has a record. It is written whole or not at all, and only where the record is of the
 * same incarnation, has as many events, and is driven as it was: with status, token and claim of {@code from}.
 *
 * @param id what identifies the execution
 * @param incarnation the incarnation that the writer knows
 * @param after how many events the writer knows
 * @param from who drove the execution, as the writer knows it
 * @param to who drives it from now on
 * @param events the events to append; may be none
 * @param requestId what identifies the request to redrive it; empty if this is no redrive
 */
public record Transition(
        ExecutionId id,
        String incarnation,
        long after,
        RunState from,
        RunState to,
        List<HistoryEvent> events,
        Optional<String> requestId) {
    public Transition {
        events = List.copyOf(events);
    }

    /** A transition of an execution as it was found. */
    public static Transition of(Execution found, RunState to, List<HistoryEvent> events) {
        return new Transition(
                found.id(), found.incarnation(), found.events().size(), found.run(), to, events, Optional.empty());
    }
}
