package org.linkmoderation.run;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.linkmoderation.Doubt;
import org.linkmoderation.ErrorName;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.journal.HistoryWriter;
import org.linkmoderation.journal.Journal;

/**
 * The history of an execution as one run of it knows it: what earlier runs have journaled, and the events of this one,
 * which wait until they are flushed, so that several make one write.
 */
final class RunHistory {
    /** An item of DynamoDB holds 409,600 bytes; what an execution needs to end must still fit in. */
    private static final long MAX_BYTES = 300_000;

    private final StartRequest request;
    private final Instant startDate;
    private final HistoryWriter journal;
    private final Clock clock;
    private final ExecutionListener listener;
    private final List<HistoryEvent> events;
    private final List<HistoryEvent> pending = new ArrayList<>();
    private long journaled;
    private long bytes;

    RunHistory(StartRequest request, Execution found, HistoryWriter journal, Clock clock, ExecutionListener listener) {
        this.request = request;
        this.startDate = found.startDate();
        this.journal = journal;
        this.clock = clock;
        this.listener = listener;
        this.events = new ArrayList<>(found.events());
        this.journaled = found.events().size();
        this.bytes = found.events().stream().mapToLong(RunHistory::bytes).sum();
    }

    /** The time of a clock, to the millisecond, as events have it. */
    static Instant now(Clock clock) {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** How many events are journaled. */
    long journaled() {
        return journaled;
    }

    /** What it tells of the states that were entered, in this run or before it. */
    Map<String, RecordedState> states() {
        return RecordedState.of(events);
    }

    /** The last event of a type, in this run or before it. */
    Optional<HistoryEvent> last(HistoryEventType type) {
        return events.stream().filter(event -> event.type() == type).reduce((first, second) -> second);
    }

    /** Adds an event, to be journaled with the next ones. */
    HistoryEvent add(HistoryEventType type, Map<String, String> details) {
        HistoryEvent event = new HistoryEvent(journaled + pending.size() + 1, now(clock), type, details);
        bytes += bytes(event);
        pending.add(event);
        events.add(event);
        return event;
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

    /** Journals the events that wait, if any. */
    void flush() {
        if (!pending.isEmpty()) {
            flush(Optional.empty());
        }
    }

    /**
     * Journals the events that wait. The first of all create the record of the execution.
     *
     * @param status the status from now on, if it changes
     */
    void flush(Optional<ExecutionStatus> status) {
        if (isNew()) {
            journal.create(request, startDate, pending);
            listener.started(request.id());
        } else {
            journal.append(request.id(), journaled, pending, status);
        }
        journaled += pending.size();
        pending.clear();
    }

    /**
     * Notes in the record that the execution is in doubt.
     *
     * @param withEvents whether the events that wait are written with it; they go on waiting all the same: a run in
     *     doubt is at its end
     */
    void doubt(Doubt doubt, boolean withEvents) {
        journal.doubt(request.id(), journaled, withEvents ? List.copyOf(pending) : List.of(), doubt);
    }

    /** About how many bytes an event takes in the record. */
    private static long bytes(HistoryEvent event) {
        return 120
                + event.details().values().stream().mapToLong(RunHistory::bytes).sum();
    }

    private static long bytes(String text) {
        boolean isInline = text.length() <= Journal.MAX_INLINE_CHARACTERS;
        return 20 + (isInline ? text.getBytes(StandardCharsets.UTF_8).length : 80);
    }
}
