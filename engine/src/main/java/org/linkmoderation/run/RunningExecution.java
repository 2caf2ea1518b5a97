package org.linkmoderation.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.linkmoderation.Doubt;
import org.linkmoderation.ErrorName;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.HistoryWriter;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.run.RecordedState.Attempt;
import org.linkmoderation.states.CurrentExecution;
import org.linkmoderation.states.TaskKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * One run of an execution through its state machine. The routes tell it of each transition; it journals them before
 * anything is done in the world outside, and answers from the journal what an earlier run has done already.
 *
 * <p>The routes always run from the first state. In a run that resumes, states that are recorded add no events, and a
 * task whose end is recorded is not asked for again: its result is used, or its error thrown again, so that Retry and
 * Catch count as if the run had never been cut off.
 *
 * <p>Belongs to one thread.
 */
public final class RunningExecution implements CurrentExecution {
    /** What the log lines of a run carry in their MDC: the state machine, the execution's name, the state. */
    private static final String MDC_MACHINE = "machine";

    private static final String MDC_EXECUTION = "execution";
    private static final String MDC_STATE = "state";

    private static final Duration LONGEST = Duration.ofDays(366);

    private static final Logger LOG = LoggerFactory.getLogger(RunningExecution.class);

    private final StartRequest request;
    private final ExecutionId id;
    private final Execution found;
    private final RunHistory history;
    private final Clock clock;
    private final ExecutionListener listener;
    private final Map<String, RecordedState> recorded;
    private Instant deadline;

    private String state;
    private Optional<HistoryEventType> exit;
    private Instant entered;
    private ListIterator<Attempt> attempts;
    private Optional<String> lastError = Optional.empty();
    private int undoAttempts;

    private RunningExecution(
            StartRequest request,
            Execution found,
            Duration timeout,
            HistoryWriter journal,
            Clock clock,
            ExecutionListener listener) {
        this.request = request;
        this.id = request.id();
        this.found = found;
        this.history = new RunHistory(request, found, journal, clock, listener);
        this.clock = clock;
        this.listener = listener;
        this.recorded = history.states();
        this.deadline = isCancelled() ? Instant.MAX : found.lastStartDate().plus(timeout);
        this.undoAttempts = found.doubt().map(Doubt::attempts).orElse(0);
    }

    /** The run that an exchange in a state machine belongs to. */
    public static RunningExecution of(Exchange exchange) {
        return exchange.getProperty(CurrentExecution.PROPERTY, RunningExecution.class);
    }

    /**
     * A run from the start. Its record is created with the first events, when they are journaled.
     *
     * @param input the input as it is journaled
     * @param timeout the execution's TimeoutSeconds
     */
    public static RunningExecution start(
            StartRequest request,
            String input,
            Duration timeout,
            HistoryWriter journal,
            Clock clock,
            ExecutionListener listener) {
        RunningExecution run = new RunningExecution(
                request,
                Execution.started(request.withInput(input), RunHistory.now(clock)),
                timeout,
                journal,
                clock,
                listener);
        run.history.add(HistoryEventType.ExecutionStarted, traced(request, Map.of("input", input)));
        return run;
    }

    /** A run that goes on where the recorded one was cut off. */
    public static RunningExecution resume(
            StartRequest request,
            Execution recorded,
            Duration timeout,
            Journal journal,
            Clock clock,
            ExecutionListener listener) {
        RunningExecution run = new RunningExecution(request, recorded, timeout, journal, clock, listener);
        LOG.info("{} resumed behind event {}", run.id, run.history.journaled());
        run.history.add(HistoryEventType.ExecutionResumed, Map.of());
        return run;
    }

    /**
     * A run that goes on at the state where the recorded one ended without success. The execution runs again when this
     * returns.
     *
     * @throws ExecutionFencedException if it does so already
     */
    public static RunningExecution redrive(
            StartRequest request,
            Execution recorded,
            Duration timeout,
            Journal journal,
            Clock clock,
            ExecutionListener listener) {
        HistoryEvent redriven = new HistoryEvent(
                recorded.events().size() + 1L,
                RunHistory.now(clock),
                HistoryEventType.ExecutionRedriven,
                traced(request, Map.of("redriveCount", Integer.toString(recorded.redriveCount() + 1))));
        journal.redrive(recorded, request, List.of(redriven));
        LOG.info("{} redriven behind event {}", recorded.id(), redriven.previousEventId());
        listener.redriven(recorded.id());
        return new RunningExecution(request, recorded.redriven(request, redriven), timeout, journal, clock, listener);
    }

    private static Map<String, String> traced(StartRequest request, Map<String, String> details) {
        Map<String, String> traced = new LinkedHashMap<>(details);
        request.traceparent().ifPresent(trace -> traced.put(StartRequest.TRACEPARENT, trace));
        return traced;
    }

    @Override
    public ExecutionId id() {
        return id;
    }

    @Override
    public String name() {
        return request.name();
    }

    /** The trace that the execution belongs to: the recorded one, also where the message brings another. */
    public Optional<String> traceparent() {
        return found.traceparent().or(request::traceparent);
    }

    /** Marks the log lines of this thread as the run's, until {@link #unmark()}; each state entered adds its name. */
    public void mark() {
        MDC.put(MDC_MACHINE, id.stateMachine());
        MDC.put(MDC_EXECUTION, id.name());
    }

    /** The log lines of this thread belong to no run any more. */
    public static void unmark() {
        MDC.remove(MDC_MACHINE);
        MDC.remove(MDC_EXECUTION);
        MDC.remove(MDC_STATE);
    }

    @Override
    public String input() {
        return found.input();
    }

    @Override
    public String receivedInput() {
        return request.input();
    }

    @Override
    public Instant startDate() {
        return found.startDate();
    }

    /** What kept the execution from being undone when this run began. */
    public Optional<Doubt> doubt() {
        return found.doubt();
    }

    /** The details of the last event of a type, in this run or before it, if there is one. */
    public Optional<Map<String, String>> last(HistoryEventType type) {
        return history.last(type).map(HistoryEvent::details);
    }

    /** Whether what the execution has done is to be undone: each task from there on is an undo. */
    public boolean isCancelled() {
        return history.last(HistoryEventType.SagaCancelling).isPresent();
    }

    private boolean isSaga() {
        return history.last(HistoryEventType.SagaStarted).isPresent();
    }

    /** Whether a task may have had its effect: an attempt succeeded, or its answer was no definite refusal. */
    public boolean mayHaveDone(String task) {
        RecordedState record = history.states().get(task);
        return record != null && record.mayBeDone();
    }

    /** Whether an attempt of a task may have its effect yet: its answer was never seen. */
    public boolean isUnanswered(String task) {
        RecordedState record = history.states().get(task);
        return record != null && record.isUnanswered();
    }

    /** Adds an event of a saga, to be journaled with the next ones; once in an execution. */
    public void note(HistoryEventType type, Map<String, String> details) {
        if (last(type).isEmpty()) {
            history.add(type, details);
        }
    }

    /** Journals what has happened so far. */
    public void flush() {
        history.flush();
    }

    /**
     * What the saga has done is to be undone: journaled when this returns, so that no other run goes on forward. The
     * current state is left with the error as its output, as a Catch does it.
     */
    public void cancel(Cancellation cancellation, String output) {
        exit(output);
        note(HistoryEventType.SagaCancelling, cancellation.details());
        flush();
        listener.compensationBegan(id);
        // An undo is tried for as long as it takes
        deadline = Instant.MAX;
    }

    @Override
    public Instant now() {
        return RunHistory.now(clock);
    }

    /**
     * A state is entered, and the one before it exited.
     *
     * @param type {@code TaskStateEntered}, {@code ChoiceStateEntered} or {@code FailStateEntered}
     * @param name the state's name
     * @param input its input, which is the output of the state before it
     */
    public void enter(HistoryEventType type, String name, String input) {
        exit(input);
        state = name;
        mark();
        MDC.put(MDC_STATE, name);
        entered = now();
        lastError = Optional.empty();
        exit = switch (type) {
            case TaskStateEntered -> Optional.of(HistoryEventType.TaskStateExited);
            case ChoiceStateEntered -> Optional.of(HistoryEventType.ChoiceStateExited);
            default -> Optional.empty();
        };
        RecordedState record = recorded.get(name);
        attempts = record == null
                ? List.<Attempt>of().listIterator()
                : record.attempts().listIterator();
        if (record == null) {
            history.add(type, Map.of("name", name, "input", input));
        }
    }

    /** The current state is left, though none is entered next. */
    public void leave(String output) {
        exit(output);
    }

    private void exit(String output) {
        if (state == null) {
            return;
        }
        RecordedState record = recorded.get(state);
        if (exit.isPresent() && (record == null || !record.isExited())) {
            history.add(exit.get(), Map.of("name", state, "output", output));
            Duration duration = Duration.between(entered, now());
            LOG.info("{} {} exited after {} ms", id, state, duration.toMillis());
            listener.stateLeft(id, state, Optional.of(output), duration);
        }
        MDC.remove(MDC_STATE);
        state = null;
    }

    /**
     * Makes one attempt of the current state's task, or gives what an earlier run has recorded of it.
     *
     * @param kind the kind of task
     * @param resource the details of the resource, journaled before the attempt
     * @param task the attempt; gives the result, a JSON document
     * @return the result
     * @throws RecordedFailureException if the failure of this attempt is recorded
     * @throws TaskFailedException if the task failed; the failure is journaled
     */
    public String attempt(TaskKind kind, Map<String, String> resource, Callable<String> task) throws Exception {
        if (isCancelled()) {
            return undo(kind, resource, task);
        }
        if (attempts.hasNext()) {
            Attempt attempt = attempts.next();
            if (attempt instanceof Attempt.Failed failure) {
                lastError = Optional.of(failure.error());
                throw new RecordedFailureException(
                        failure.error(), failure.cause(), attempts.nextIndex(), failure.at());
            }
            return ((Attempt.Succeeded) attempt).output();
        }
        checkDeadline();
        history.checkRoom();
        history.add(kind.scheduled(), resource);
        history.add(kind.started(), Map.of());
        history.flush();
        lastError.ifPresent(error -> listener.retried(id, state, error));
        try {
            String output = task.call();
            history.add(kind.succeeded(), Map.of("output", output));
            return output;
        } catch (TaskFailedException failure) {
            history.add(
                    failure.error().equals(ErrorName.TIMEOUT) ? kind.timedOut() : kind.failed(),
                    RecordedState.details(failure, isSaga()));
            history.flush();
            LOG.info("{} {} failed: {}", id, state, failure.error());
            lastError = Optional.of(failure.error());
            checkDeadline();
            throw failure;
        }
    }

    /**
     * Makes one attempt of an undo. Its first failure is journaled like any other's, and puts the execution in doubt;
     * the failures after it are only counted, for they may be many.
     */
    private String undo(TaskKind kind, Map<String, String> resource, Callable<String> task) throws Exception {
        boolean isFirst = !attempts.hasNext();
        while (attempts.hasNext()) {
            if (attempts.next() instanceof Attempt.Succeeded undone) {
                return undone.output();
            }
        }
        if (isFirst) {
            history.add(kind.scheduled(), resource);
            history.add(kind.started(), Map.of());
            history.flush();
        }
        String output;
        try {
            output = task.call();
        } catch (TaskFailedException failure) {
            throw inDoubt(kind, isFirst, failure);
        } catch (AbortedException | RejectedExecutionException stopped) {
            throw stopped;
        } catch (RuntimeException other) {
            // No answer, or a defect: whatever it is, the undo is not done
            String error = other instanceof SdkException ? other.getClass().getSimpleName() : ErrorName.RUNTIME;
            throw inDoubt(kind, isFirst, new TaskFailedException(error, other.toString(), other));
        }
        if (!isFirst) {
            history.add(kind.scheduled(), resource);
            history.add(kind.started(), Map.of());
        }
        history.add(kind.succeeded(), Map.of("output", output));
        if (undoAttempts > 0) {
            history.flush(Optional.of(ExecutionStatus.RUNNING));
            undoAttempts = 0;
        }
        return output;
    }

    private UndoInDoubtException inDoubt(TaskKind kind, boolean isFirst, TaskFailedException failure) {
        if (isFirst) {
            history.add(failure.error().equals(ErrorName.TIMEOUT) ? kind.timedOut() : kind.failed(), details(failure));
        }
        undoAttempts++;
        Doubt doubt = new Doubt(undoAttempts, failure.error(), failure.errorCause(), now());
        // Of a doubt that lasts not even the resumed run is journaled: there may be many
        history.doubt(doubt, isFirst);
        listener.undoFailed(id, state, failure.error());
        return new UndoInDoubtException(id, state, undoAttempts, failure);
    }

    /**
     * The routes have come to their end: the execution has succeeded; or, where it was cancelled, ends as it was
     * cancelled to.
     */
    public Execution end(String output) {
        Optional<Cancellation> cancellation =
                last(HistoryEventType.SagaCancelling).map(Cancellation::of);
        return cancellation.isEmpty()
                ? succeed(output)
                : end(
                        cancellation.get().end(),
                        cancellation.get().lastEvent(),
                        cancellation.get().lastDetails());
    }

    /** The execution has succeeded. */
    public Execution succeed(String output) {
        exit(output);
        return end(ExecutionStatus.SUCCEEDED, HistoryEventType.ExecutionSucceeded, Map.of("output", output));
    }

    /** The execution has failed, in the current state. */
    public Execution fail(TaskFailedException failure) {
        return end(ExecutionStatus.FAILED, HistoryEventType.ExecutionFailed, details(failure));
    }

    /** The execution has run longer than it may. */
    public Execution timeOut() {
        return end(
                ExecutionStatus.TIMED_OUT,
                HistoryEventType.ExecutionTimedOut,
                details(new TaskFailedException(ErrorName.TIMEOUT, "The execution did not end by " + deadline + ".")));
    }

    /** How long the execution may still run; at least a millisecond, at most a year. */
    public Duration remaining() {
        if (deadline.equals(Instant.MAX)) {
            return LONGEST;
        }
        Duration remaining = Duration.between(now(), deadline);
        return remaining.toMillis() < 1 ? Duration.ofMillis(1) : remaining;
    }

    private void checkDeadline() {
        if (!now().isBefore(deadline)) {
            throw new ExecutionTimedOutException(id);
        }
    }

    private Execution end(ExecutionStatus status, HistoryEventType type, Map<String, String> details) {
        if (history.isNew()) {
            history.flush();
        }
        Instant stopDate = history.add(type, details).timestamp();
        history.flush(Optional.of(status));
        Duration duration = Duration.between(found.startDate(), stopDate);
        LOG.info(
                "{} {} after {} ms{}",
                id,
                status,
                duration.toMillis(),
                details.containsKey("error") ? ": " + details.get("error") : "");
        if (state != null) {
            listener.stateLeft(id, state, Optional.empty(), Duration.between(entered, stopDate));
        }
        listener.ended(id, status, duration);
        return found.ended(status, stopDate, details);
    }

    private static Map<String, String> details(TaskFailedException failure) {
        return Map.of("error", failure.error(), "cause", failure.errorCause());
    }
}
