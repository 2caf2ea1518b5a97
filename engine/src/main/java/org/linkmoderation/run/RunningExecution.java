package org.linkmoderation.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
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
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.UndoFailure;
import org.linkmoderation.Waiting;
import org.linkmoderation.component.VisibleText;
import org.linkmoderation.journal.HistoryWriter;
import org.linkmoderation.journal.JournalRefusedException;
import org.linkmoderation.states.CurrentExecution;
import org.linkmoderation.states.TaskKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private final Callbacks callbacks;
    private final Undo undo;
    private final Clock clock;
    private final ExecutionListener listener;
    private ListIterator<StateVisit> recorded;
    private Instant deadline;

    /** Null outside of one. */
    private StateRun state;

    /** Whether the attempt is announced that this run begins with: it was parked for the service did not answer. */
    private boolean isAnnounced;

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
        this.callbacks = new Callbacks(id, history, clock);
        this.undo = new Undo(id, found.doubt(), history, clock, listener);
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
        RunContext.enter(id, name);
        Optional<StateVisit> visit = recorded.hasNext() ? Optional.of(recorded.next()) : Optional.empty();
        state = new StateRun(id, type, name, visit, history, clock, listener);
        if (visit.isEmpty()) {
            history.add(type, Map.of("name", name, "input", input));
        } else if (!visit.get().name().equals(name) || visit.get().type() != type) {
            throw definitionChanged(visit.get(), name);
        }
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
        if (state != null) {
            state.exit(output);
            RunContext.exit();
            state = null;
        }
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
            return undo.attempt(state, kind, resource, task);
        }
        if (state.hasRecorded()) {
            return state.recorded();
        }
        checkDeadline();
        announce(kind, resource);
        String output;
        try {
            output = task.call();
        } catch (TaskFailedException failure) {
            throw failed(kind, failure);
        }
        state.succeeded(kind, output);
        return output;
    }

    /**
     * Journals an attempt before it is made, unless it was when it was made before, and the service did not answer. In
     * a saga each call is journaled: which of them was never answered decides what is to be undone.
     */
    private void announce(TaskKind kind, Map<String, String> resource) throws TaskFailedException {
        boolean again = isAnnounced && !isSaga() && state.isUnanswered();
        isAnnounced = false;
        if (!again) {
            history.checkRoom();
            state.started(kind, resource);
        }
        history.flush();
        state.attempted();
    }

    /** What comes next, the park of a Retry or the next state, is written with the failure. */
    private TaskFailedException failed(TaskKind kind, TaskFailedException failure) {
        state.failed(kind, failure, isSaga());
        checkDeadline();
        return failure;
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
            throw new ParkedException(new Waiting(
                    Waiting.Reason.RETRY, state.name(), state.lastError().orElse(""), now().plus(delay)));
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
        if (state.isExited()) {
            return;
        }
        checkDeadline();
        Instant due = until.apply(state.entered());
        Duration rest = Duration.between(now(), due);
        if (rest.compareTo(Parking.SHORTEST) >= 0 && request.type() == ExecutionType.STANDARD) {
            throw new ParkedException(new Waiting(Waiting.Reason.WAIT_STATE, state.name(), "", due));
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
        if (state.hasRecorded()) {
            return state.recorded();
        }
        checkDeadline();
        if (request.type() == ExecutionType.EXPRESS) {
            throw new TaskFailedException(
                    ErrorName.RUNTIME,
                    "The state '" + state.name()
                            + "' waits for an answer, which an EXPRESS execution cannot; expected STANDARD.");
        }
        Optional<Waiting> waited =
                found.waiting().filter(waiting -> waiting.callback().isPresent());
        if (waited.isPresent() && state.isUnanswered() && state.lastError().isEmpty()) {
            throw callbacks.unanswered(state, kind, waited.get());
        }
        announce(kind, resource);
        try {
            throw callbacks.submit(state, resource, timeout, heartbeat, submission);
        } catch (TaskFailedException failure) {
            throw failed(kind, failure);
        }
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
        return state == null ? "" : state.name();
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
        return end(ExecutionStatus.FAILED, HistoryEventType.ExecutionFailed, failure.details());
    }

    /** The execution has run longer than it may. */
    Execution timeOut() {
        return end(
                ExecutionStatus.TIMED_OUT,
                HistoryEventType.ExecutionTimedOut,
                new TaskFailedException(ErrorName.TIMEOUT, "The execution did not end by " + deadline + ".").details());
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
        Execution ended = history.execution();
        LOG.info(
                "{} {} after {} ms: {}{}",
                id,
                status,
                duration.toMillis(),
                details.containsKey("error") ? VisibleText.of(details.get("error")) + "; " : "",
                String.join(" ", ended.trail()));
        if (state != null) {
            state.abandon(stopDate);
        }
        listener.on(new ExecutionEvent.Ended(id, status, duration));
        return ended;
    }

    /** The execution has failed, for the journal refuses, and always would, what this run has come to. */
    Execution fail(JournalRefusedException refusal) {
        history.forget();
        return fail(new TaskFailedException(ErrorName.RUNTIME, refusal.getMessage(), refusal));
    }
}
