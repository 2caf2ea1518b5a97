package org.linkmoderation.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.ProducerTemplate;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.RunState;
import org.linkmoderation.StartRequest;
import org.linkmoderation.Waiting;
import org.linkmoderation.journal.ExecutionDeletedException;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.ExecutionRecordedException;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.Transition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the execution that a message asks for, until it ends or waits. When a method returns, the message is done with
 * once the outcome is; when it throws, the message is to be delivered again.
 *
 * <p>Of the messages that can drive an execution (the one that started it, delivered again; the one that wakes it; one
 * sent twice) the record decides which does: by the token that each parking changes, and by the claim of the message
 * that drives it.
 */
public final class ExecutionRunner {
    /** A message that wakes so much too early comes from a broker that can't delay it. */
    private static final Duration EARLY = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(ExecutionRunner.class);

    private final Journal journal;
    private final RunFactory runs;
    private final StatesRunner states;
    private final RunPolicy policy;
    private final Clock clock;
    private final AtomicBoolean brokerDelays = new AtomicBoolean(true);

    /**
     * @param journal the journal
     * @param routes sends to the route that is the diagram of the state machine
     * @param policy how the executions are run
     * @param clock the clock
     * @param listener is told what happens to the executions
     */
    public ExecutionRunner(
            Journal journal, ProducerTemplate routes, RunPolicy policy, Clock clock, ExecutionListener listener) {
        this.journal = new ObservedJournal(journal, listener);
        this.runs = new RunFactory(this.journal, policy, clock, listener);
        this.states = new StatesRunner(routes, listener);
        this.policy = policy;
        this.clock = clock;
    }

    /** Whether the broker has delivered no message before its time. */
    public boolean brokerDelays() {
        return brokerDelays.get();
    }

    /**
     * Runs the execution that a request asks for.
     *
     * @throws InvalidRequestException if there is nothing that this request can run
     * @throws Exception whatever stopped the run before the execution ended or was parked; it is resumed when the
     *     request is delivered again
     */
    public Outcome run(StartRequest request) throws Exception {
        if (request.type() == ExecutionType.EXPRESS) {
            if (request.redrive()) {
                throw new InvalidRequestException("An EXPRESS execution has no record to redrive");
            }
            return states.run(runs.start(request));
        }
        try {
            return request.redrive() ? redrive(request) : start(request);
        } catch (ExecutionDeletedException e) {
            LOG.info("{}; its request is dropped", e.getMessage());
            return new Outcome.Done();
        } catch (ExecutionFencedException e) {
            return fenced(request.id(), RunState.token(request.deliveryId()), request.deliveryId(), e);
        }
    }

    /**
     * Of an execution that was ended from outside the run that was cut off tells; one that moved on is looked at again.
     */
    private Outcome fenced(ExecutionId id, String token, String messageId, ExecutionFencedException fence) {
        if (!fence.isEnded()) {
            throw fence;
        }
        LOG.info(fence.getMessage());
        return journal.find(id).map(found -> told(found, token, messageId)).orElseGet(Outcome.Done::new);
    }

    private Outcome start(StartRequest request) throws Exception {
        Optional<Execution> recorded = policy.readsFirst() ? journal.find(request.id()) : Optional.empty();
        if (recorded.isPresent()) {
            return goOn(request, recorded.get());
        }
        try {
            return states.run(runs.start(request));
        } catch (ExecutionRecordedException e) {
            return goOn(request, e.execution());
        }
    }

    /** There is a record of that name: of an earlier delivery of this message, or of another. */
    private Outcome goOn(StartRequest request, Execution recorded) throws Exception {
        if (recorded.run().origin().equals(request.deliveryId())) {
            return deliveredAgain(request, recorded);
        }
        recorded.checkRequestedBy(request.withInput(policy.journaledInput().apply(request.input())));
        // Of a second request for what is running another message sees it through
        return recorded.requestIds().contains(request.requestId()) && isLost(recorded)
                ? takeOver(recorded, Optional.of(request.input()))
                : new Outcome.Done();
    }

    /** The message that started or redrove the execution is delivered again. */
    private Outcome deliveredAgain(StartRequest request, Execution recorded) throws Exception {
        String token = RunState.token(request.deliveryId());
        if (recorded.run().isParkedBy(token)) {
            return sentAgain(recorded, Optional.of(request.input()));
        }
        if (!recorded.run().token().equals(token)) {
            return new Outcome.Done();
        }
        return recorded.status().isFinal()
                ? told(recorded, token, request.deliveryId())
                : states.run(runs.resume(request, recorded));
    }

    private static Outcome told(Execution ended, String token, String messageId) {
        return ended.run().isEndToldBy(token, messageId) ? new Outcome.Ended(ended) : new Outcome.Done();
    }

    /** Its run parked the execution, and was cut off before the wake-up was sent, or before that was known. */
    private Outcome sentAgain(Execution parked, Optional<String> input) {
        return parked.waiting().orElseThrow().callback().isPresent()
                ? new Outcome.Done()
                : new Outcome.Parked(Wake.of(parked, unjournaled(parked, input)));
    }

    private static Optional<String> unjournaled(Execution recorded, Optional<String> input) {
        return input.filter(text -> !text.equals(recorded.input()));
    }

    private Outcome redrive(StartRequest request) throws Exception {
        Execution recorded = journal.find(request.id())
                .orElseThrow(() -> new InvalidRequestException("There is no execution '" + request.name()
                        + "' of state machine '" + request.stateMachine() + "' to redrive"));
        if (recorded.run().origin().equals(request.deliveryId())) {
            return deliveredAgain(request.withInput(recorded.input()), recorded);
        }
        if (recorded.requestIds().contains(request.requestId())) {
            return isLost(recorded) ? takeOver(recorded, Optional.empty()) : new Outcome.Done();
        }
        recorded.checkRedrivable();
        return states.run(runs.redrive(request.withInput(recorded.input()), recorded));
    }

    /**
     * Takes up an execution that waits, if the message is the one that it waits for.
     *
     * @param wake what the message says
     * @param messageId the id of the message
     * @throws Exception whatever stopped the run before the execution ended or was parked again
     */
    public Outcome wake(Wake wake, String messageId) throws Exception {
        Optional<Execution> found = journal.find(wake.id());
        if (found.isEmpty()) {
            LOG.debug("{} is not there; its wake-up is dropped", wake.id());
            return new Outcome.Done();
        }
        Execution recorded = found.get();
        if (recorded.status().isFinal()) {
            // It was stopped while it waited, or the message was delivered again: its end is told
            return told(recorded, wake.token(), messageId);
        }
        if (wake.input().isPresent()
                && !recorded.hasInput(policy.journaledInput().apply(wake.input().get()))) {
            LOG.warn("{}: a wake-up with another input is dropped", wake.id());
            return new Outcome.Done();
        }
        try {
            return wake(wake, recorded, messageId);
        } catch (ExecutionFencedException e) {
            return fenced(wake.id(), wake.token(), messageId, e);
        }
    }

    private Outcome wake(Wake wake, Execution recorded, String messageId) throws Exception {
        RunState run = recorded.run();
        if (run.isParkedBy(wake.token())) {
            return sentAgain(recorded, wake.input());
        }
        if (!run.token().equals(wake.token())) {
            return new Outcome.Done();
        }
        StartRequest request = StartRequest.wake(recorded, messageId, wake.input());
        if (run.waiting().isPresent()) {
            Waiting waiting = run.waiting().get();
            if (waiting.until().isAfter(clock.instant().plus(EARLY))) {
                return early(recorded, waiting);
            }
            return states.run(runs.wake(request, recorded));
        }
        return run.claimedBy().equals(Optional.of(messageId))
                ? states.run(runs.resume(request, recorded))
                : new Outcome.Done();
    }

    /** The sweep wakes the execution instead, so that no message goes round in a circle. */
    private Outcome early(Execution recorded, Waiting waiting) {
        if (brokerDelays.compareAndSet(true, false)) {
            LOG.warn(
                    "The broker delivered a message before its time ({}, due at {}): it can't delay messages, or its"
                            + " clock is wrong. What waits is woken by the sweep instead, up to 30 s late.",
                    recorded.id(),
                    waiting.until());
        }
        journal.postpone(recorded, waiting.until());
        return new Outcome.Done();
    }

    /**
     * Looks at an execution that the sweep has found.
     *
     * @param found the execution
     * @return the wake-up to send; empty if nothing is to be done
     */
    Optional<Wake> sweep(Execution found) {
        Instant now = RunHistory.now(clock);
        if (found.status().isFinal() || found.run().wakeAt().isEmpty()) {
            return Optional.empty();
        }
        boolean needsMessage = needsMessage(found);
        Instant deadline = found.lastStartDate().plus(policy.timeout());
        if (needsMessage && now.isBefore(deadline)) {
            // Only its own message has all of its input: until its time is over nothing can be done without
            journal.postpone(found, deadline);
            return Optional.empty();
        }
        if (found.waiting().isPresent()) {
            return journal.postpone(found, now.plus(Parking.WAKE_MARGIN))
                    ? Optional.of(Wake.of(found, Optional.empty()))
                    : Optional.empty();
        }
        if (!isLost(found)) {
            journal.postpone(
                    found, found.lastEventDate().plus(policy.takeOverAfter()).plusMillis(1));
            return Optional.empty();
        }
        try {
            return takeOver(found, Optional.empty()) instanceof Outcome.Parked parked
                    ? Optional.of(parked.wake())
                    : Optional.empty();
        } catch (ExecutionFencedException e) {
            // It is alive, or another node was faster
            return Optional.empty();
        }
    }

    /** Whether it can't go on forward without the input as its request brought it. */
    private boolean needsMessage(Execution found) {
        return policy.readsFirst()
                && found.last(HistoryEventType.SagaCancelling).isEmpty();
    }

    /** Whether its run must be gone: nothing has happened to it for longer than any call takes. */
    private boolean isLost(Execution recorded) {
        return !recorded.status().isFinal()
                && recorded.waiting().isEmpty()
                && recorded.lastEventDate().plus(policy.takeOverAfter()).isBefore(clock.instant());
    }

    /** Parks an execution that nobody drives any more, to be woken at once. */
    private Outcome takeOver(Execution lost, Optional<String> input) {
        Instant now = RunHistory.now(clock);
        RunState parked = lost.run()
                .parked(
                        new Waiting(Waiting.Reason.TAKEOVER, "", "its run was lost", now),
                        now.plus(Parking.WAKE_MARGIN));
        journal.write(Transition.of(lost, parked, List.of()));
        LOG.warn("{} was driven by nobody since {}; it is taken up", lost.id(), lost.lastEventDate());
        return new Outcome.Parked(Wake.of(lost.with(parked, lost.events()), unjournaled(lost, input)));
    }
}
