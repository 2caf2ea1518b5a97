package org.linkmoderation.run;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.linkmoderation.ErrorName;
import org.linkmoderation.ExecutionEvent;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.RunState;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.UndoFailure;
import org.linkmoderation.states.TaskKind;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Makes the undos of a saga. The first failure of one is journaled like any other's, and puts the execution in doubt;
 * the failures after it are only counted, for they may be many.
 */
final class Undo {
    private final ExecutionId id;
    private final RunHistory history;
    private final Clock clock;
    private final ExecutionListener listener;
    /** How often the undo that the execution is in doubt for has failed. */
    private int failures;

    /** @param doubt what kept the execution from being undone when the run began */
    Undo(ExecutionId id, Optional<UndoFailure> doubt, RunHistory history, Clock clock, ExecutionListener listener) {
        this.id = id;
        this.history = history;
        this.clock = clock;
        this.listener = listener;
        this.failures = doubt.map(UndoFailure::attempts).orElse(0);
    }

    /**
     * Makes one attempt, or gives the result that an earlier run has recorded.
     *
     * @return the result
     * @throws UndoInDoubtException if it failed, or was not answered
     */
    String attempt(StateRun state, TaskKind kind, Map<String, String> resource, Callable<String> task)
            throws Exception {
        boolean isFirst = !state.hasRecorded();
        Optional<String> undone = state.recordedResult();
        if (undone.isPresent()) {
            return undone.get();
        }
        if (isFirst) {
            state.started(kind, resource);
        }
        history.flush();
        String output;
        try {
            output = task.call();
        } catch (TaskFailedException failure) {
            throw inDoubt(state, kind, isFirst, failure);
        } catch (AbortedException | RejectedExecutionException stopped) {
            throw stopped;
        } catch (RuntimeException other) {
            // No answer, or a defect: whatever it is, the undo is not done
            String error = other instanceof SdkException ? other.getClass().getSimpleName() : ErrorName.RUNTIME;
            throw inDoubt(state, kind, isFirst, new TaskFailedException(error, other.toString(), other));
        }
        if (!isFirst) {
            state.started(kind, resource);
        }
        state.succeeded(kind, output);
        if (failures > 0) {
            history.change(RunState::settled);
            history.flush();
            failures = 0;
        }
        return output;
    }

    private UndoInDoubtException inDoubt(StateRun state, TaskKind kind, boolean isFirst, TaskFailedException failure) {
        if (isFirst) {
            HistoryEventType type = failure.error().equals(ErrorName.TIMEOUT) ? kind.timedOut() : kind.failed();
            history.add(type, failure.details());
        }
        failures++;
        listener.on(new ExecutionEvent.UndoFailed(id, state.name(), failure.error()));
        return new UndoInDoubtException(
                id,
                state.name(),
                new UndoFailure(failures, failure.error(), failure.errorCause(), RunHistory.now(clock)),
                failure);
    }
}
