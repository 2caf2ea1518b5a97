package org.linkmoderation;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Is told what happens to the executions of this container: registered as an OSGi service, it is called from then on.
 * Metrics and traces are made of it.
 *
 * <p>The calls come on the threads that run the executions, many at once: they must not block. What they throw is
 * logged, and harms no execution.
 */
public interface ExecutionListener {
    /** A thread of this container runs an execution from now on: one that starts, is resumed or redriven. */
    default void runBegan(ExecutionId id) {}

    /** The thread has left it: at its end, or because the run was cut off. */
    default void runEnded(ExecutionId id) {}

    /** An execution has started. */
    default void started(ExecutionId id) {}

    /** An execution that had ended runs again. */
    default void redriven(ExecutionId id) {}

    /**
     * An execution has its final status.
     *
     * @param duration since its start
     */
    default void ended(ExecutionId id, ExecutionStatus status, Duration duration) {}

    /**
     * A state was left.
     *
     * @param state the state's name
     * @param output its output, a JSON document; empty if the execution ends in this state without success
     * @param duration since the state was entered, in this run
     */
    default void stateLeft(ExecutionId id, String state, Optional<String> output, Duration duration) {}

    /**
     * A task is tried again.
     *
     * @param state the state's name
     * @param error the name of the error that the attempt before it failed with
     */
    default void retried(ExecutionId id, String state, String error) {}

    /** An execution waits from now on, and holds nothing. */
    default void parked(ExecutionId id, Waiting waiting) {}

    /** A saga begins to undo what it has done. */
    default void compensationBegan(ExecutionId id) {}

    /**
     * The undo of a step failed; it is tried again.
     *
     * @param state the name of the undo's state
     * @param error the name of the error
     */
    default void undoFailed(ExecutionId id, String state, String error) {}

    /**
     * The journal was read or written.
     *
     * @param request {@code create}, {@code append}, {@code redrive} or {@code find}
     * @param began when it was asked
     * @param duration how long it took
     * @param answered false if the journal gave no answer; a refused write is an answer
     */
    default void journaled(String request, Instant began, Duration duration, boolean answered) {}
}
