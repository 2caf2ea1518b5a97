package org.linkmoderation;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What an {@link ExecutionListener} is told. */
public sealed interface ExecutionEvent {
    /** A thread of this container runs an execution from now on: one that starts, is resumed or redriven. */
    record RunBegan(ExecutionId id) implements ExecutionEvent {}

    /** The thread has left it: the execution has ended or waits, or the run was cut off. */
    record RunEnded(ExecutionId id) implements ExecutionEvent {}

    /** An execution has started. */
    record Started(ExecutionId id) implements ExecutionEvent {}

    /** An execution that had ended runs again. */
    record Redriven(ExecutionId id) implements ExecutionEvent {}

    /**
     * An execution has its final status.
     *
     * @param duration since its start
     */
    record Ended(ExecutionId id, ExecutionStatus status, Duration duration) implements ExecutionEvent {}

    /**
     * A state was left.
     *
     * @param state the state's name
     * @param output its output, a JSON document; empty if the execution ends in this state without success
     * @param duration since the state was entered, in this run
     */
    record StateLeft(ExecutionId id, String state, Optional<String> output, Duration duration)
            implements ExecutionEvent {}

    /**
     * A task is tried again.
     *
     * @param state the state's name
     * @param error the name of the error that the attempt before it failed with
     */
    record Retried(ExecutionId id, String state, String error) implements ExecutionEvent {}

    /**
     * An execution waits from now on, and holds nothing.
     *
     * @param waiting what for, and until when
     */
    record Parked(ExecutionId id, Waiting waiting) implements ExecutionEvent {}

    /** A saga begins to undo what it has done. */
    record CompensationBegan(ExecutionId id) implements ExecutionEvent {}

    /**
     * The undo of a step failed; it is tried again.
     *
     * @param state the name of the undo's state
     * @param error the name of the error
     */
    record UndoFailed(ExecutionId id, String state, String error) implements ExecutionEvent {}

    /**
     * The journal was read or written.
     *
     * @param request {@code create}, {@code append}, {@code redrive} or {@code find}
     * @param began when it was asked
     * @param duration how long it took
     * @param answered false if the journal gave no answer; a refused write is an answer
     */
    record Journaled(String request, Instant began, Duration duration, boolean answered) implements ExecutionEvent {}
}
