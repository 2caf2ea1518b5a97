package org.linkmoderation.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionEvent;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.RunState;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.Waiting;
import org.linkmoderation.component.VisibleText;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.Transition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes an execution from outside its run: a run that drives it is fenced off by the change, and an execution that
 * waits is taken up at once.
 *
 * <p>Each method throws {@link ExecutionFencedException} if the execution has moved on since it was read, and
 * {@link org.linkmoderation.journal.JournalUnavailableException} if the journal does not answer.
 */
public final class Intervention {
    /** How long after a message should have woken an execution the sweep does so. */
    private static final Duration WAKE_MARGIN = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(Intervention.class);

    private final Journal journal;
    private final Clock clock;
    private final ExecutionListener listener;
    private final Consumer<Wake> wakes;

    /**
     * @param journal the journal
     * @param clock the clock
     * @param listener is told what is done
     * @param wakes sends a wake-up
     */
    public Intervention(Journal journal, Clock clock, ExecutionListener listener, Consumer<Wake> wakes) {
        this.journal = journal;
        this.clock = clock;
        this.listener = listener;
        this.wakes = wakes;
    }

    /** Ends an execution with status ABORTED. */
    public void abort(Execution found, TaskFailedException failure) {
        boolean isParked = found.waiting().isPresent();
        RunState run = found.run();
        Execution aborted = append(
                found,
                HistoryEventType.ExecutionAborted,
                failure.details(),
                isParked ? run.endedWhileParked(ExecutionStatus.ABORTED) : run.ended(ExecutionStatus.ABORTED));
        Duration duration =
                Duration.between(found.startDate(), aborted.stopDate().orElseThrow());
        LOG.info(
                "{} {} after {} ms: {}",
                found.id(),
                ExecutionStatus.ABORTED,
                duration.toMillis(),
                VisibleText.of(failure.error()));
        listener.on(new ExecutionEvent.Ended(found.id(), ExecutionStatus.ABORTED, duration));
        if (isParked) {
            // No run is cut off by this, which would tell of the end
            wake(new Wake(found.id(), aborted.run().token(), clock.instant(), Optional.empty(), found.traceparent()));
        }
    }

    /** Has what a saga has done be undone. */
    public void cancel(Execution found, Cancellation cancellation) {
        proceed(found, HistoryEventType.SagaCancelling, cancellation.details(), found.run(), "it is to be undone");
        listener.on(new ExecutionEvent.CompensationBegan(found.id()));
    }

    /**
     * Appends an event that lets an execution go on.
     *
     * @param to who drives it, were it not taken up
     * @param why what it is taken up for, in a few words
     */
    public void proceed(Execution found, HistoryEventType type, Map<String, String> details, RunState to, String why) {
        if (found.waiting().isEmpty()) {
            append(found, type, details, to);
            return;
        }
        Instant now = RunHistory.now(clock);
        Execution parked = append(found, type, details, to.parked(Waiting.ready(why, now), now.plus(WAKE_MARGIN)));
        wake(Wake.of(parked, Optional.empty()));
    }

    private Execution append(Execution found, HistoryEventType type, Map<String, String> details, RunState to) {
        HistoryEvent event = new HistoryEvent(found.events().size() + 1L, RunHistory.now(clock), type, details);
        journal.write(Transition.of(found, to, List.of(event)));
        return found.with(
                to, Stream.concat(found.events().stream(), Stream.of(event)).toList());
    }

    /** Where no message can be sent the sweep wakes it within two minutes. */
    private void wake(Wake wake) {
        try {
            wakes.accept(wake);
        } catch (RuntimeException e) {
            LOG.warn("{} could not be woken at once: {}", wake.id(), e.getMessage());
        }
    }
}
