package org.linkmoderation.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;
import org.linkmoderation.ErrorName;
import org.linkmoderation.ExecutionEvent;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.TaskRefusedException;
import org.linkmoderation.component.VisibleText;
import org.linkmoderation.run.StateVisit.Attempt;
import org.linkmoderation.states.TaskKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state that a run is in. What an earlier run has recorded of it is given again; what is new is added to the
 * history.
 */
final class StateRun {
    private static final Logger LOG = LoggerFactory.getLogger(StateRun.class);

    private final ExecutionId id;
    private final String name;
    private final Optional<HistoryEventType> exit;
    private final Optional<StateVisit> visit;
    private final ListIterator<Attempt> attempts;
    private final RunHistory history;
    private final Clock clock;
    private final ExecutionListener listener;
    private final Instant entered;
    private Optional<String> lastError = Optional.empty();

    /**
     * @param id the execution
     * @param type the event that says that the state is entered
     * @param name the state's name
     * @param visit what an earlier run has recorded of it
     */
    StateRun(
            ExecutionId id,
            HistoryEventType type,
            String name,
            Optional<StateVisit> visit,
            RunHistory history,
            Clock clock,
            ExecutionListener listener) {
        this.id = id;
        this.name = name;
        this.visit = visit;
        this.attempts = visit.map(StateVisit::attempts).orElse(List.of()).listIterator();
        this.history = history;
        this.clock = clock;
        this.listener = listener;
        this.entered = RunHistory.now(clock);
        this.exit = switch (type) {
            case TaskStateEntered -> Optional.of(HistoryEventType.TaskStateExited);
            case ChoiceStateEntered -> Optional.of(HistoryEventType.ChoiceStateExited);
            case WaitStateEntered -> Optional.of(HistoryEventType.WaitStateExited);
            case PassStateEntered -> Optional.of(HistoryEventType.PassStateExited);
            default -> Optional.empty();
        };
    }

    /** The state's name. */
    String name() {
        return name;
    }

    /** When it was entered, in this run or before it. */
    Instant entered() {
        return visit.map(StateVisit::entered).orElse(entered);
    }

    /** Whether an earlier run has left it. */
    boolean isExited() {
        return visit.filter(StateVisit::isExited).isPresent();
    }

    /** Whether the answer of an attempt of an earlier run was never seen. */
    boolean isUnanswered() {
        return visit.filter(StateVisit::isUnanswered).isPresent();
    }

    /** The error of the last attempt that failed, in this run or before it. */
    Optional<String> lastError() {
        return lastError;
    }

    /** Leaves it. */
    void exit(String output) {
        if (exit.isPresent() && !isExited()) {
            history.add(exit.get(), Map.of("name", name, "output", output));
            Duration duration = Duration.between(entered, RunHistory.now(clock));
            LOG.debug("{} {} exited after {} ms", id, name, duration.toMillis());
            listener.on(new ExecutionEvent.StateLeft(id, name, Optional.of(output), duration));
        }
    }

    /** The execution has ended in it. */
    void abandon(Instant stopDate) {
        listener.on(new ExecutionEvent.StateLeft(id, name, Optional.empty(), Duration.between(entered, stopDate)));
    }

    /** Whether an earlier run has recorded what came of the next attempt. */
    boolean hasRecorded() {
        return attempts.hasNext();
    }

    /**
     * What came of the next attempt.
     *
     * @return its result
     * @throws RecordedFailureException if it failed
     */
    String recorded() throws RecordedFailureException {
        Attempt attempt = attempts.next();
        if (attempt instanceof Attempt.Failed failure) {
            lastError = Optional.of(failure.error());
            throw new RecordedFailureException(failure.error(), failure.cause(), attempts.nextIndex(), failure.at());
        }
        return ((Attempt.Succeeded) attempt).output();
    }

    /** The result that is recorded after the failures that are, if there is one; they are passed over. */
    Optional<String> recordedResult() {
        while (attempts.hasNext()) {
            if (attempts.next() instanceof Attempt.Succeeded succeeded) {
                return Optional.of(succeeded.output());
            }
        }
        return Optional.empty();
    }

    /** Adds that an attempt is made. */
    void started(TaskKind kind, Map<String, String> resource) {
        history.add(kind.scheduled(), resource);
        history.add(kind.started(), Map.of());
    }

    /** Tells the listener of an attempt that is a retry. */
    void attempted() {
        lastError.ifPresent(error -> listener.on(new ExecutionEvent.Retried(id, name, error)));
    }

    /** Adds that the attempt succeeded. */
    void succeeded(TaskKind kind, String output) {
        history.add(kind.succeeded(), Map.of("output", output));
    }

    /**
     * Adds that the attempt failed.
     *
     * @param isSaga whether it is recorded that a refusal had no effect
     */
    void failed(TaskKind kind, TaskFailedException failure, boolean isSaga) {
        Map<String, String> details = new LinkedHashMap<>(failure.details());
        if (isSaga && failure instanceof TaskRefusedException) {
            details.put(StateVisit.REFUSED, "true");
        }
        history.add(failure.error().equals(ErrorName.TIMEOUT) ? kind.timedOut() : kind.failed(), details);
        note(failure);
    }

    /** Adds that nobody answered the attempt in time. */
    void timedOut(TaskKind kind, TaskFailedException failure) {
        history.add(kind.timedOut(), failure.details());
        note(failure);
    }

    private void note(TaskFailedException failure) {
        LOG.info("{} {} failed: {}", id, name, VisibleText.of(failure.error()));
        lastError = Optional.of(failure.error());
    }
}
