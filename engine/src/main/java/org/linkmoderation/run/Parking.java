package org.linkmoderation.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionEvent;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.Waiting;
import org.linkmoderation.component.VisibleText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a run parks its execution: one write says what it waits for and until when, together with what has happened in
 * the run. From then on it holds nothing.
 */
final class Parking {
    /** A shorter delay is waited for in memory: parking costs more than it saves. */
    static final Duration SHORTEST = Duration.ofSeconds(1);

    /** How long after a message should have woken an execution the sweep does so. */
    static final Duration WAKE_MARGIN = Duration.ofMinutes(1);

    /** A longer wait needs no message: the sweep ends it. A message would hold its file in the broker's store. */
    private static final Duration LONGEST_MESSAGE = Duration.ofHours(1);

    private static final Duration LONGEST_SERVICE_DELAY = Duration.ofMinutes(1);

    /** An operator may have deployed the right definition meanwhile. */
    private static final Duration DEFINITION_DELAY = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(Parking.class);

    private final Execution found;
    private final String receivedInput;
    private final RunPolicy policy;
    private final RunHistory history;
    private final Clock clock;
    private final ExecutionListener listener;

    /**
     * @param found the execution as the run found it
     * @param receivedInput the input as the run's message brought it
     * @param policy how it is run
     * @param history what the run has come to
     * @param clock the clock
     * @param listener is told
     */
    Parking(
            Execution found,
            String receivedInput,
            RunPolicy policy,
            RunHistory history,
            Clock clock,
            ExecutionListener listener) {
        this.found = found;
        this.receivedInput = receivedInput;
        this.policy = policy;
        this.history = history;
        this.clock = clock;
        this.listener = listener;
    }

    /**
     * Parks the execution: journaled when this returns.
     *
     * @param wanted what it waits for, and until when
     * @param deadline when its time is over: it is woken then at the latest. After that it is its end that waits, which
     *     has a delay of its own
     * @return the wake-up to send before the message of this run is acknowledged; empty if the sweep wakes it
     */
    Optional<Wake> park(Waiting wanted, Instant deadline) {
        Instant now = RunHistory.now(clock);
        boolean isCut = now.isBefore(deadline) && wanted.until().isAfter(deadline);
        Waiting waiting = isCut ? wanted.until(deadline) : wanted;
        boolean isByMessage = waiting.callback().isEmpty()
                && Duration.between(now, waiting.until()).compareTo(LONGEST_MESSAGE) <= 0;
        Instant wakeAt = isByMessage ? waiting.until().plus(WAKE_MARGIN) : waiting.until();
        history.change(run -> run.parked(waiting, wakeAt));
        history.flush();
        LOG.info(
                "{} waits until {}: {} {}",
                found.id(),
                waiting.until(),
                waiting.reason(),
                VisibleText.of(waiting.detail()));
        listener.on(new ExecutionEvent.Parked(found.id(), waiting));
        return isByMessage ? Optional.of(Wake.of(history.execution(), unjournaledInput())) : Optional.empty();
    }

    private Optional<String> unjournaledInput() {
        return Optional.of(receivedInput).filter(input -> !input.equals(found.input()));
    }

    /** Parks an execution that cannot be undone for now. An undo has no deadline. */
    Optional<Wake> park(UndoInDoubtException undo) {
        if (undo.doubt().attempts() == 1) {
            LOG.warn(VisibleText.of(undo.getMessage()));
        }
        history.change(run -> run.inDoubt(undo.doubt()));
        Waiting waiting = new Waiting(
                Waiting.Reason.UNDO_FAILED,
                undo.undo(),
                undo.doubt().error(),
                policy.undoDue().apply(undo.doubt()));
        return park(waiting, Instant.MAX);
    }

    /** Parks an execution whose history does not fit its definition; what the run has come to is forgotten. */
    Optional<Wake> parkForOperator(String state, Instant deadline) {
        history.forget();
        Waiting waiting = new Waiting(
                Waiting.Reason.DEFINITION_CHANGED,
                state,
                "an operator: its history does not fit the definition that is deployed",
                RunHistory.now(clock).plus(DEFINITION_DELAY));
        return park(waiting, deadline);
    }

    /**
     * Parks an execution, for a service does not answer: each time as long as nothing has happened to it, so that the
     * delay doubles.
     */
    Optional<Wake> parkForService(String state, Exception unavailable, Instant deadline) {
        Instant now = RunHistory.now(clock);
        Duration silent = Duration.between(history.lastEventDate(), now);
        Duration delay = silent.compareTo(SHORTEST) < 0
                ? SHORTEST
                : silent.compareTo(LONGEST_SERVICE_DELAY) > 0 ? LONGEST_SERVICE_DELAY : silent;
        Waiting waiting = new Waiting(
                Waiting.Reason.SERVICE_UNAVAILABLE,
                state,
                String.valueOf(unavailable.getMessage()).replaceAll("\\s+", " "),
                now.plus(delay));
        return park(waiting, deadline);
    }
}
