package org.linkmoderation.run;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.linkmoderation.ErrorName;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionEvent;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.RunState;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.journal.HistoryWriter;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.Transition;

/**
 * The history of an execution as one run of it knows it: what earlier runs have journaled, and the events of this one,
 * which wait until they are flushed, so that several make one write.
 */
final class RunHistory {
    /** An item of DynamoDB holds 409,600 bytes; what an execution needs to end must still fit in. */
    private static final long MAX_BYTES = 300_000;

    private final Execution found;
    private final HistoryWriter journal;
    private final Clock clock;
    private final ExecutionListener listener;
    private final List<HistoryEvent> events;
    private final List<HistoryEvent> pending = new ArrayList<>();
    private RunState written;
    private RunState next;
    private long journaled;
    private long bytes;

    RunHistory(Execution found, HistoryWriter journal, Clock clock, ExecutionListener listener) {
        this.found = found;
        this.journal = journal;
        this.clock = clock;
        this.listener = listener;
        this.events = new ArrayList<>(found.events());
        this.written = found.run();
        this.next = found.run();
        this.journaled = found.events().size();
        this.bytes = found.events().stream().mapToLong(RunHistory::bytes).sum();
    }

    /** The time of a clock, to the millisecond, as events have it. */
    static Instant now(Clock clock) {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** The execution as it is after what was flushed. */
    Execution execution() {
        return found.with(written, events.subList(0, (int) journaled));
    }

    /** The visits to states, in this run or before it. */
    List<StateVisit> visits() {
        return StateVisit.of(events);
    }

    /** The last event of a type, in this run or before it. */
    Optional<HistoryEvent> last(HistoryEventType type) {
        for (int i = events.size() - 1; i >= 0; i--) {
            if (events.get(i).type() == type) {
                return Optional.of(events.get(i));
            }
        }
        return Optional.empty();
    }

    /** When something happened to the execution last. */
    Instant lastEventDate() {
        return events.isEmpty()
                ? found.startDate()
                : events.get(events.size() - 1).timestamp();
    }

    /** Adds an event, to be journaled with the next ones. */
    HistoryEvent add(HistoryEventType type, Map<String, String> details) {
        HistoryEvent event = new HistoryEvent(journaled + pending.size() + 1, now(clock), type, details);
        bytes += bytes(event);
        pending.add(event);
        events.add(event);
        return event;
    }

    /** Changes who drives the execution, or what it waits for, with the next write. */
    void change(UnaryOperator<RunState> change) {
        next = change.apply(next);
    }

    /** @throws TaskFailedException if there is no room for another attempt of a task */
    void checkRoom() throws TaskFailedException {
        if (bytes > MAX_BYTES) {
            throw new TaskFailedException(
                    ErrorName.RUNTIME,
                    "The history of the execution is full: more than " + MAX_BYTES + " bytes in " + journaled
                            + " events.");
        }
    }

    /** Whether nothing is journaled yet: there is no record of the execution. */
    boolean isNew() {
        return journaled == 0;
    }

    /** Journals the events that wait and the change of the run's state, if any. The first create the record. */
    void flush() {
        if (pending.isEmpty() && next.equals(written)) {
            return;
        }
        if (isNew()) {
            journal.create(found.with(next, List.of()), pending);
            listener.on(new ExecutionEvent.Started(found.id()));
        } else {
            journal.write(new Transition(
                    found.id(), found.incarnation(), journaled, written, next, pending, Optional.empty()));
        }
        journaled += pending.size();
        pending.clear();
        written = next;
    }

    /** Drops the events that wait. */
    void forget() {
        events.subList((int) journaled, events.size()).clear();
        pending.clear();
    }

    /** About how many bytes an event takes in the record. */
    private static long bytes(HistoryEvent event) {
        return 120
                + event.details().values().stream().mapToLong(RunHistory::bytes).sum();
    }

    private static long bytes(String text) {
        boolean isInline = text.length() <= Journal.MAX_INLINE_CHARACTERS;
        return 20 + (isInline ? text.getBytes(StandardCharsets.UTF_8).length : 120);
    }
}
