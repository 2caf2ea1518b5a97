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
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.linkmoderation.ErrorName;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionEvent;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.PendingCallback;
import org.linkmoderation.RunState;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.TaskRefusedException;
import org.linkmoderation.UndoFailure;
import org.linkmoderation.Waiting;
import org.linkmoderation.journal.HistoryWriter;
import org.linkmoderation.journal.JournalRefusedException;
import org.linkmoderation.run.StateVisit.Attempt;
import org.linkmoderation.states.CurrentExecution;
import org.linkmoderation.states.TaskKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
    private static final Duration LONGEST = Duration.ofDays(366);

    private static final Logger LOG = LoggerFactory.getLogger(RunningExecution.class);

    private final StartRequest request;
    private final ExecutionId id;
    private final Execution found;
    private final RunPolicy policy;
    private final RunHistory history;
    private final Parking parking;
    private final Clock clock;
    private final ExecutionListener listener;
    private ListIterator<StateVisit> recorded;
    private Instant deadline;

    private String state;
    private Optional<HistoryEventType> exit;
    private StateVisit visit;
    private Instant entered;
    private ListIterator<Attempt> attempts;
    private Optional<String> lastError = Optional.empty();
    /** Whether the attempt is announced that this run begins with: it was parked for the service did not answer. */
    private boolean isAnnounced;

    private int undoAttempts;

    /**
     * @param request what the message asks for, with the input as it brought it
     * @param found the execution as the journal has it, or as it is to be created
     * @param policy how it is run
     * @param journal where its events go
     * @param clock the clock
     * @param listener is told what happens
     */
    RunningExecution(
            StartRequest request,
            Execution found,
            RunPolicy policy,
            HistoryWriter journal,
            Clock clock,
            ExecutionListener listener) {
        this.request = request;
        this.id = request.id();
        this.found = found;
        this.policy = policy;
        this.history = new RunHistory(found, journal, clock, listener);
        this.clock = clock;
        this.listener = listener;
        boolean isUndoing = isCancelled();
        this.recorded = history.visits().stream()
                .filter(candidate -> candidate.isUndo() == isUndoing)
                .toList()
                .listIterator();
        this.deadline = isUndoing
                ? Instant.MAX
                : found.lastStartDate().plus(request.type().longest(policy.timeout()));
        this.parking = new Parking(found, request.input(), policy, history, clock, listener);
        this.undoAttempts = found.doubt().map(UndoFailure::attempts).orElse(0);
        this.isAnnounced = found.waiting()
                .filter(waiting -> waiting.reason() == Waiting.Reason.SERVICE_UNAVAILABLE)
                .isPresent();
    }

    /** The run that an exchange in a state machine belongs to. */
    public static RunningExecution of(Exchange exchange) {
        return exchange.getProperty(CurrentExecution.PROPERTY, RunningExecution.class);
    }

    /** A run whose first event says how it began; it is journaled with the next ones. */
    RunningExecution beginning(HistoryEventType type, Map<String, String> details) {
        history.add(type, details);
        return this;
    }

    /** A run that drives the execution from its first write on: of two that are woken, one goes on. */
    RunningExecution claiming() {
        history.change(run -> run.claimed(request.deliveryId(), now().plus(policy.takeOverAfter())));
        return this;
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
    public Optional<UndoFailure> doubt() {
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

    /** Whether a task may have had its effect: an attempt succeeded, or its answer was no definite refusal. */
    public boolean mayHaveDone(String task) {
        return lastVisit(task).filter(StateVisit::mayBeDone).isPresent();
    }

    /** Whether an attempt of a task may have its effect yet: its answer was never seen. */
    public boolean isUnanswered(String task) {
        return lastVisit(task).filter(StateVisit::isUnanswered).isPresent();
    }

    private Optional<StateVisit> lastVisit(String name) {
        return history.visits().stream()
                .filter(candidate -> candidate.name().equals(name))
                .reduce((first, second) -> second);
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
        listener.on(new ExecutionEvent.CompensationBegan(id));
        // What is undone is decided by what was done, not by what this run had still to replay
        recorded = List.<StateVisit>of().listIterator();
        // An undo is tried for as long as it takes
        deadline = Instant.MAX;
    }

    /** Whether it is a saga that has begun, and so ends in no other way than undone or done. */
    boolean isSaga() {
        return last(HistoryEventType.SagaStarted).isPresent();
    }

    /** Whether what happens to it is journaled, so that it can be parked. */
    boolean isStandard() {
        return request.type() == ExecutionType.STANDARD;
    }

    @Override
    public Instant now() {
        return RunHistory.now(clock);
    }

    /**
     * A state is entered, and the one before it exited.
     *
     * @param type the event of its entry, such as {@code TaskStateEntered}
     * @param name the state's name
     * @param input its input, which is the output of the state before it
     */
    public void enter(HistoryEventType type, String name, String input) {
        exit(input);
        state = name;
        RunContext.enter(id, name);
        entered = now();
        lastError = Optional.empty();
        exit = switch (type) {
            case TaskStateEntered -> Optional.of(HistoryEventType.TaskStateExited);
            case ChoiceStateEntered -> Optional.of(HistoryEventType.ChoiceStateExited);
            case WaitStateEntered -> Optional.of(HistoryEventType.WaitStateExited);
            case PassStateEntered -> Optional.of(HistoryEventType.PassStateExited);
            default -> Optional.empty();
        };
        visit = recorded.hasNext() ? recorded.next() : null;
        if (visit == null) {
            attempts = List.<Attempt>of().listIterator();
            history.add(type, Map.of("name", name, "input", input));
            return;
        }
        if (!visit.name().equals(name) || visit.type() != type) {
            throw definitionChanged(visit, name);
        }
        attempts = visit.attempts().listIterator();
    }

    private DefinitionChangedException definitionChanged(StateVisit expected, String reached) {
        return new DefinitionChangedException(
                id, expected.name(), reached, found.definition().equals(policy.definition()));
    }

    /** The current state is left, though none is entered next. */
    public void leave(String output) {
        exit(output);
    }

    private void exit(String output) {
        if (state == null) {
            return;
        }
        if (exit.isPresent() && (visit == null || !visit.isExited())) {
            history.add(exit.get(), Map.of("name", state, "output", output));
            Duration duration = Duration.between(entered, now());
            LOG.info("{} {} exited after {} ms", id, state, duration.toMillis());
            listener.on(new ExecutionEvent.StateLeft(id, state, Optional.of(output), duration));
        }
        RunContext.exit();
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
            return recorded(attempts.next());
        }
        checkDeadline();
        announce(kind, resource);
        lastError.ifPresent(error -> listener.on(new ExecutionEvent.Retried(id, state, error)));
        try {
            String output = task.call();
            history.add(kind.succeeded(), Map.of("output", output));
            return output;
        } catch (TaskFailedException failure) {
            failed(kind, failure);
            throw failure;
        }
    }

    private String recorded(Attempt attempt) throws RecordedFailureException {
        if (attempt instanceof Attempt.Failed failure) {
            lastError = Optional.of(failure.error());
            throw new RecordedFailureException(failure.error(), failure.cause(), attempts.nextIndex(), failure.at());
        }
        return ((Attempt.Succeeded) attempt).output();
    }

    /**
     * Journals an attempt before it is made, unless it was when it was made before, and the service did not answer. In
     * a saga each call is journaled: which of them was never answered decides what is to be undone.
     */
    private void announce(TaskKind kind, Map<String, String> resource) throws TaskFailedException {
        boolean again = isAnnounced && !isSaga() && visit != null && visit.isUnanswered();
        isAnnounced = false;
        if (!again) {
            history.checkRoom();
            history.add(kind.scheduled(), resource);
            history.add(kind.started(), Map.of());
        }
        history.flush();
    }

    /** What comes next, the park of a Retry or the next state, is written with the failure. */
    private void failed(TaskKind kind, TaskFailedException failure) {
        Map<String, String> details = new LinkedHashMap<>(details(failure));
        if (isSaga() && failure instanceof TaskRefusedException) {
            details.put(StateVisit.REFUSED, "true");
        }
        history.add(failure.error().equals(ErrorName.TIMEOUT) ? kind.timedOut() : kind.failed(), details);
        LOG.info("{} {} failed: {}", id, state, failure.error());
        lastError = Optional.of(failure.error());
        checkDeadline();
    }

    /**
     * Waits before a retry: a short delay in memory, a longer one parked.
     *
     * @param delay the rest of the delay
     * @throws ParkedException if the execution is to be parked
     */
    public void beforeRetry(Duration delay) {
        checkDeadline();
        if (delay.compareTo(Parking.SHORTEST) >= 0 && request.type() == ExecutionType.STANDARD) {
            throw new ParkedException(
                    new Waiting(Waiting.Reason.RETRY, state, lastError.orElse(""), now().plus(delay)));
        }
        if (delay.toMillis() > 0) {
            history.flush();
        }
    }

    /**
     * Waits in a Wait state.
     *
     * @param until makes of the time that the state was entered the time that it is left
     * @throws ParkedException if the execution is to be parked
     */
    public void waitUntil(UnaryOperator<Instant> until) throws InterruptedException {
        if (visit != null && visit.isExited()) {
            return;
        }
        checkDeadline();
        Instant due = until.apply(visit == null ? entered : visit.entered());
        Duration rest = Duration.between(now(), due);
        if (rest.compareTo(Parking.SHORTEST) >= 0 && request.type() == ExecutionType.STANDARD) {
            throw new ParkedException(new Waiting(Waiting.Reason.WAIT_STATE, state, "", due));
        }
        if (rest.toMillis() > 0) {
            history.flush();
            Thread.sleep(rest.toMillis());
        }
    }

    /** Hands a task to the party that answers it. */
    @FunctionalInterface
    public interface Submission {
        /**
         * @param token the token that the answer must show; known to nobody else
         * @throws Exception if the task could not be handed over
         */
        void submit(String token) throws Exception;
    }

    /**
     * Makes one attempt of a task that somebody else answers, by its token: hands it over and parks the execution; or,
     * in a run after that, gives the answer.
     *
     * @param timeout the state's TimeoutSeconds
     * @param heartbeat the state's HeartbeatSeconds
     * @return the result, a JSON document
     * @throws ParkedException if the execution is to wait for the answer
     * @throws TaskFailedException if the task failed, or nobody answered in time; the failure is journaled
     */
    public String callback(
            TaskKind kind,
            Map<String, String> resource,
            Duration timeout,
            Optional<Duration> heartbeat,
            Submission submission)
            throws Exception {
        if (attempts.hasNext()) {
            return recorded(attempts.next());
        }
        checkDeadline();
        if (request.type() == ExecutionType.EXPRESS) {
            throw new TaskFailedException(
                    ErrorName.RUNTIME,
                    "The state '" + state
                            + "' waits for an answer, which an EXPRESS execution cannot; expected STANDARD.");
        }
        Optional<Waiting> waited =
                found.waiting().filter(waiting -> waiting.callback().isPresent());
        if (waited.isPresent() && visit != null && visit.isUnanswered() && lastError.isEmpty()) {
            throw unanswered(kind, waited.get());
        }
        announce(kind, resource);
        lastError.ifPresent(error -> listener.on(new ExecutionEvent.Retried(id, state, error)));
        String token = TaskToken.create(id);
        try {
            submission.submit(token);
        } catch (TaskFailedException failure) {
            failed(kind, failure);
            throw failure;
        }
        history.add(HistoryEventType.TaskSubmitted, submitted(resource));
        PendingCallback callback = new PendingCallback(TaskToken.digest(token), heartbeat, now().plus(timeout));
        throw new ParkedException(new Waiting(
                Waiting.Reason.CALLBACK,
                state,
                "the answer with the task's token",
                callback.until(now()),
                Optional.of(callback)));
    }

    private static Map<String, String> submitted(Map<String, String> resource) {
        Map<String, String> details = new LinkedHashMap<>(resource);
        details.keySet().retainAll(List.of("resourceType", "resource"));
        return details;
    }

    /** The execution was woken although nobody has answered. */
    private Exception unanswered(TaskKind kind, Waiting waited) {
        if (now().isBefore(waited.until())) {
            return new ParkedException(waited);
        }
        boolean isOver = !now().isBefore(waited.callback().orElseThrow().deadline());
        TaskFailedException failure = isOver
                ? new TaskFailedException(ErrorName.TIMEOUT, "Nobody answered the task in time.")
                : new TaskFailedException(ErrorName.HEARTBEAT_TIMEOUT, "The task's heartbeat did not come in time.");
        history.add(kind.timedOut(), details(failure));
        LOG.info("{} {} failed: {}", id, state, failure.error());
        lastError = Optional.of(failure.error());
        return failure;
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
        }
        history.flush();
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
            history.change(RunState::settled);
            history.flush();
            undoAttempts = 0;
        }
        return output;
    }

    private UndoInDoubtException inDoubt(TaskKind kind, boolean isFirst, TaskFailedException failure) {
        if (isFirst) {
            history.add(failure.error().equals(ErrorName.TIMEOUT) ? kind.timedOut() : kind.failed(), details(failure));
        }
        undoAttempts++;
        listener.on(new ExecutionEvent.UndoFailed(id, state, failure.error()));
        return new UndoInDoubtException(
                id, state, new UndoFailure(undoAttempts, failure.error(), failure.errorCause(), now()), failure);
    }

    /**
     * Parks the execution for a Wait state, a retry or an answer: until its time is over at the latest, which may have
     * come since the wait began; see {@link Parking#park(Waiting, Instant)}.
     */
    Optional<Wake> park(Waiting waiting) {
        return parking.park(waiting.until().isAfter(deadline) ? waiting.until(deadline) : waiting, deadline);
    }

    /** Parks the execution, which cannot be undone for now. */
    Optional<Wake> park(UndoInDoubtException undo) {
        return parking.park(undo);
    }

    /** Parks the execution for an operator; what this run has come to is forgotten. */
    Optional<Wake> park(DefinitionChangedException change) {
        return parking.parkForOperator(stateOrNone(), deadline);
    }

    /** Parks the execution, for a service does not answer. */
    Optional<Wake> parkForService(Exception unavailable) {
        return parking.parkForService(stateOrNone(), unavailable, deadline);
    }

    private String stateOrNone() {
        return state == null ? "" : state;
    }

    /**
     * The routes have come to their end: the execution has succeeded; or, where it was cancelled, ends as it was
     * cancelled to.
     */
    Execution end(String output) {
        if (recorded.hasNext() && last(HistoryEventType.SagaClosing).isEmpty()) {
            throw definitionChanged(recorded.next(), "the end");
        }
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
    private Execution succeed(String output) {
        exit(output);
        return end(ExecutionStatus.SUCCEEDED, HistoryEventType.ExecutionSucceeded, Map.of("output", output));
    }

    /** The execution has failed, in the current state. */
    Execution fail(TaskFailedException failure) {
        return end(ExecutionStatus.FAILED, HistoryEventType.ExecutionFailed, details(failure));
    }

    /** The execution has run longer than it may. */
    Execution timeOut() {
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

    /**
     * Checks that the execution may still run.
     *
     * @throws ExecutionTimedOutException if its time is over
     */
    public void checkDeadline() {
        if (!now().isBefore(deadline)) {
            throw new ExecutionTimedOutException(id);
        }
    }

    private Execution end(ExecutionStatus status, HistoryEventType type, Map<String, String> details) {
        if (history.isNew()) {
            history.flush();
        }
        Instant stopDate = history.add(type, details).timestamp();
        history.change(run -> run.ended(status));
        history.flush();
        Duration duration = Duration.between(found.startDate(), stopDate);
        LOG.info(
                "{} {} after {} ms{}",
                id,
                status,
                duration.toMillis(),
                details.containsKey("error") ? ": " + details.get("error") : "");
        if (state != null) {
            listener.on(new ExecutionEvent.StateLeft(id, state, Optional.empty(), Duration.between(entered, stopDate)));
        }
        listener.on(new ExecutionEvent.Ended(id, status, duration));
        return history.execution();
    }

    /** The execution has failed, for the journal refuses, and always would, what this run has come to. */
    Execution fail(JournalRefusedException refusal) {
        history.forget();
        return fail(new TaskFailedException(ErrorName.RUNTIME, refusal.getMessage(), refusal));
    }

    private static Map<String, String> details(TaskFailedException failure) {
        return Map.of("error", failure.error(), "cause", failure.errorCause());
    }
}
