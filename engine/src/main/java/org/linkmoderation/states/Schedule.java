package org.linkmoderation.states;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.linkmoderation.ExecutionAlreadyExistsException;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.component.Poll;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts an execution of a state machine at each tick. Each container does so for itself: the name of the execution is
 * that of the tick, so that one is started, and the last one that was missed while all containers were down is started
 * late.
 */
public final class Schedule implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Schedule.class);
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Executions executions;
    private final Clock clock;
    private final String stateMachine;
    private final Ticks ticks;
    private final Input input;
    private final Optional<Poll> poll;
    private String done = "";

    /** Gives the input of an execution. */
    @FunctionalInterface
    public interface Input {
        /**
         * The input, a JSON document; empty if nothing is to be done at this tick.
         *
         * @throws InvalidRequestException if that can't be known yet; it is asked for again
         */
        Optional<String> get() throws InvalidRequestException;
    }

    /**
     * Starts the schedule, unless it has no ticks.
     *
     * @param executions starts executions
     * @param clock the clock
     * @param stateMachine the state machine
     * @param ticks when
     * @param input the input, asked for at each tick
     */
    public Schedule(Executions executions, Clock clock, String stateMachine, Ticks ticks, Input input) {
        this.executions = executions;
        this.clock = clock;
        this.stateMachine = stateMachine;
        this.ticks = ticks;
        this.input = input;
        poll = ticks.isNever()
                ? Optional.empty()
                : Optional.of(new Poll(
                        stateMachine + " schedule",
                        LOOK,
                        LOOK,
                        this::look,
                        failure -> LOG.warn(
                                "The scheduled execution of {} could not be started, and is tried again: {}",
                                stateMachine,
                                failure)));
    }

    /**
     * Starts the execution of the last tick, unless that was done.
     *
     * @throws InvalidRequestException if it can't be started
     */
    public synchronized void look() throws InvalidRequestException {
        if (!executions.stateMachines().contains(stateMachine)) {
            // It is starting
            return;
        }
        String tick = ticks.last(clock.instant());
        if (!tick.equals(done)) {
            Optional<String> document = input.get();
            if (document.isPresent()) {
                startOnce(executions, stateMachine, tick, document.get());
            }
            done = tick;
        }
    }

    /**
     * Starts an execution, unless one of that name was started before, with whatever input.
     *
     * @throws InvalidRequestException if it can't be started
     */
    public static void startOnce(Executions executions, String stateMachine, String name, String input)
            throws InvalidRequestException {
        try {
            executions.startRecorded(stateMachine, Optional.of(name), input);
        } catch (ExecutionAlreadyExistsException e) {
            LOG.debug("The execution {} of {} was started before", name, stateMachine);
        }
    }

    @Override
    public void close() {
        poll.ifPresent(Poll::close);
    }
}
