package org.linkmoderation.journal;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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
import org.linkmoderation.journal.RecordedState.Attempt;
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
public final class RunningExecution {
    /** The exchange property that holds the run; each exchange in a state machine has it. */
    public static final String PROPERTY = "org.linkmoderation.execution";

    /** What the log lines of a run carry in their MDC: the state machine, the execution's name, the state. */
    private static final String MDC_MACHINE = "machine";

    private static final String MDC_EXECUTION = "execution";
    private static final String MDC_STATE = "state";

    /** An item of DynamoDB holds 409,600 bytes; what an execution needs to end must still fit in. */
    private static final long MAX_HISTORY_BYTES = 300_000;

    private static final Duration LONGEST = Duration.ofDays(366);

    private static final Logger LOG = LoggerFactory.getLogger(RunningExecution.class);

    private final StartRequest request;
    private final ExecutionId id;
    private final Execution found;
    private final HistoryWriter journal;
    private final Clock clock;
    private final ExecutionListener listener;
    private Instant deadline;
    private final Map<String, RecordedState> recorded;
    private final List<HistoryEvent> history;
    private final List<HistoryEvent> pending = new ArrayList<>();
    private long journaled;
    private long historyBytes;

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
        this.journal = journal;
        this.clock = clock;
        this.listener = listener;
        this.deadline = isCancelled(found.events())
                ? Instant.MAX
                : found.lastStartDate().plus(timeout);
        this.recorded = RecordedState.of(found.events());
        this.history = new ArrayList<>(found.events());
        this.undoAttempts = found.doubt().map(Doubt::attempts).orElse(0);
        this.journaled = found.events().size();
        this.historyBytes =
                found.events().stream().mapToLong(RunningExecution::bytes).sum();
    }

    /** The run that an exchange in a state machine belongs to. */
    public static RunningExecution of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, RunningExecution.class);
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
                request, Execution.started(request.withInput(input), now(clock)), timeout, journal, clock, listener);
        run.add(HistoryEventType.ExecutionStarted, traced(request, Map.of("input", input)));
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
        run.add(HistoryEventType.ExecutionResumed, Map.of());
        LOG.info("{} resumed behind event {}", run.id, run.journaled);
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
                now(clock),
                HistoryEventType.ExecutionRedriven,
                traced(request, Map.of("redriveCount", Integer.toString(recorded.redriveCount() + 1))));
        journal.redrive(recorded, request, List.of(redriven));
        LOG.info("{} redriven behind event {}", recorded.id(), redriven.previousEventId());
        listener.redriven(recorded.id());
        return new RunningExecution(request, recorded.redriven(request, redriven), timeout, journal, clock, listener);
    }

    private static Map<String, String> traced(StartRequest request, Map<String, String> details) {
        Map<String, String> traced = new LinkedHashMap<>(details);
        request.traceId().ifPresent(id -> traced.put(Execution.TRACE_ID, id));
        return traced;
    }

    /** What identifies the execution. */
    public ExecutionId id() {
        return id;
    }

    /** The execution's name. */
    public String name() {
        return request.name();
    }

    /** The trace that the run belongs to, see {@link StartRequest#traceparent()}. */
    public Optional<String> traceparent() {
        return request.traceparent();
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

    /** The execution's input as it is journaled, a JSON document. */
    public String input() {
        return found.input();
    }

    /** The input as the request of this run brought it: with what is not journaled. */
    public String receivedInput() {
        return request.input();
    }

    /** When the execution started. */
    public Instant startDate() {
        return found.startDate();
    }

    /** What kept the execution from being undone when this run began. */
    public Optional<Doubt> doubt() {
        return found.doubt();
    }

    /** The details of the last event of a type, in this run or before it, if there is one. */
    public Optional<Map<String, String>> last(HistoryEventType type) {
        return history.stream()
                .filter(event -> event.type() == type)
                .map(HistoryEvent::details)
                .reduce((first, second) -> second);
    }

    /** Whether what the execution has done is to be undone: each task from there on is an undo. */
    public boolean isCancelled() {
        return isCancelled(history);
    }

    private static boolean isCancelled(List<HistoryEvent> events) {
        return events.stream().anyMatch(event -> event.type() == HistoryEventType.SagaCancelling);
    }

    /** Whether a task may have had its effect. */
    public boolean isScheduled(String task) {
        RecordedState record = RecordedState.of(history).get(task);
        return record != null && record.isScheduled();
    }

    /** Whether an attempt of a task may have its effect yet: its answer was never seen. */
    public boolean isUnanswered(String task) {
        RecordedState record = RecordedState.of(history).get(task);
        return record != null && record.isUnanswered();
    }

    /** Adds an event of a saga, to be journaled with the next ones; once in an execution. */
    public void note(HistoryEventType type, Map<String, String> details) {
        if (last(type).isEmpty()) {
            add(type, details);
        }
    }

    /** Journals what has happened so far. */
    public void flush() {
        if (!pending.isEmpty()) {
            flush(Optional.empty());
        }
    }

    /**
     * What the saga has done is to be undone: journaled when this returns, so that no other run goes on forward. The
     * current state is left with the error as its output, as a Catch does it.
     *
     * @param end the status that the execution ends with
     */
    public void cancel(ExecutionStatus end, TaskFailedException failure, String output) {
        exit(output);
        note(HistoryEventType.SagaCancelling, cancelling(end, failure));
        flush();
        listener.compensationBegan(id);
        // An undo is tried for as long as it takes
        deadline = Instant.MAX;
    }

    /** The details of the event {@code SagaCancelling}. */
    public static Map<String, String> cancelling(ExecutionStatus end, TaskFailedException failure) {
        return Map.of("status", end.name(), "error", failure.error(), "cause", failure.errorCause());
    }

    /** The time of this run's clock, to the millisecond. */
    public Instant now() {
        return now(clock);
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
            add(type, Map.of("name", name, "input", input));
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
            add(exit.get(), Map.of("name", state, "output", output));
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
        if (historyBytes > MAX_HISTORY_BYTES) {
            throw new TaskFailedException(
                    ErrorName.RUNTIME,
                    "The history of the execution is full: more than " + MAX_HISTORY_BYTES + " bytes in " + journaled
                            + " events.");
        }
        add(kind.scheduled, resource);
        add(kind.started, Map.of());
        flush(Optional.empty());
        lastError.ifPresent(error -> listener.retried(id, state, error));
        try {
            String output = task.call();
            add(kind.succeeded, Map.of("output", output));
            return output;
        } catch (TaskFailedException failure) {
            add(failure.error().equals(ErrorName.TIMEOUT) ? kind.timedOut : kind.failed, details(failure));
            flush(Optional.empty());
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
            add(kind.scheduled, resource);
            add(kind.started, Map.of());
            flush(Optional.empty());
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
            add(kind.scheduled, resource);
            add(kind.started, Map.of());
        }
        add(kind.succeeded, Map.of("output", output));
        if (undoAttempts > 0) {
            flush(Optional.of(ExecutionStatus.RUNNING));
            undoAttempts = 0;
        }
        return output;
    }

    private UndoInDoubtException inDoubt(TaskKind kind, boolean isFirst, TaskFailedException failure) {
        if (isFirst) {
            add(failure.error().equals(ErrorName.TIMEOUT) ? kind.timedOut : kind.failed, details(failure));
        }
        undoAttempts++;
        Doubt doubt = new Doubt(undoAttempts, failure.error(), failure.errorCause(), now());
        // Of a doubt that lasts not even the resumed run is journaled: there may be many
        journal.doubt(id, journaled, isFirst ? List.copyOf(pending) : List.of(), doubt);
        listener.undoFailed(id, state, failure.error());
        return new UndoInDoubtException(id, state, undoAttempts, failure);
    }

    /**
     * The routes have come to their end: the execution has succeeded; or, where it was cancelled, ends as it was
     * cancelled to.
     */
    public Execution end(String output) {
        Optional<Map<String, String>> cancelling = last(HistoryEventType.SagaCancelling);
        if (cancelling.isEmpty()) {
            return succeed(output);
        }
        ExecutionStatus status = ExecutionStatus.valueOf(cancelling.get().get("status"));
        HistoryEventType type = switch (status) {
            case TIMED_OUT -> HistoryEventType.ExecutionTimedOut;
            case ABORTED -> HistoryEventType.ExecutionAborted;
            default -> HistoryEventType.ExecutionFailed;
        };
        return end(
                status,
                type,
                Map.of(
                        "error", cancelling.get().get("error"),
                        "cause", cancelling.get().get("cause")));
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
        if (journaled == 0) {
            flush(Optional.empty());
        }
        add(type, details);
        Instant stopDate = pending.get(pending.size() - 1).timestamp();
        flush(Optional.of(status));
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

    private void add(HistoryEventType type, Map<String, String> details) {
        HistoryEvent event = new HistoryEvent(journaled + pending.size() + 1, now(), type, details);
        historyBytes += bytes(event);
        pending.add(event);
        history.add(event);
    }

    private void flush(Optional<ExecutionStatus> status) {
        if (journaled == 0) {
            journal.create(request, found.startDate(), pending);
            listener.started(id);
        } else {
            journal.append(id, journaled, pending, status);
        }
        journaled += pending.size();
        pending.clear();
    }

    /** About how many bytes an event takes in the record. */
    private static long bytes(HistoryEvent event) {
        return 120
                + event.details().values().stream()
                        .mapToLong(RunningExecution::bytes)
                        .sum();
    }

    private static long bytes(String text) {
        boolean isInline = text.length() <= ExecutionsTable.MAX_INLINE_CHARACTERS;
        return 20 + (isInline ? text.getBytes(StandardCharsets.UTF_8).length : 80);
    }

    private static Instant now(Clock clock) {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
