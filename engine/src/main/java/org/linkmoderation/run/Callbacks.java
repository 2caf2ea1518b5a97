package org.linkmoderation.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.linkmoderation.ErrorName;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.PendingCallback;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.Waiting;
import org.linkmoderation.run.RunningExecution.Submission;
import org.linkmoderation.states.TaskKind;

/** Hands tasks over to those who answer them by a token, and decides what becomes of one that nobody has answered. */
final class Callbacks {
    private final ExecutionId id;
    private final RunHistory history;
    private final Clock clock;

    Callbacks(ExecutionId id, RunHistory history, Clock clock) {
        this.id = id;
        this.history = history;
        this.clock = clock;
    }

    /**
     * Hands the current state's task over.
     *
     * @param timeout the state's TimeoutSeconds
     * @param heartbeat the state's HeartbeatSeconds
     * @return what the execution waits for
     * @throws TaskFailedException if the task could not be handed over
     */
    ParkedException submit(
            StateRun state,
            Map<String, String> resource,
            Duration timeout,
            Optional<Duration> heartbeat,
            Submission submission)
            throws Exception {
        String token = TaskToken.create(id);
        submission.submit(token);
        history.add(HistoryEventType.TaskSubmitted, submitted(resource));
        Instant now = RunHistory.now(clock);
        PendingCallback callback = new PendingCallback(TaskToken.digest(token), heartbeat, now.plus(timeout));
        return new ParkedException(new Waiting(
                Waiting.Reason.CALLBACK,
                state.name(),
                "the answer with the task's token",
                callback.until(now),
                Optional.of(callback)));
    }

    private static Map<String, String> submitted(Map<String, String> resource) {
        Map<String, String> details = new LinkedHashMap<>(resource);
        details.keySet().retainAll(List.of("resourceType", "resource"));
        return details;
    }

    /** The execution was woken although nobody has answered: it waits on, or the task has failed. */
    Exception unanswered(StateRun state, TaskKind kind, Waiting waited) {
        Instant now = RunHistory.now(clock);
        if (now.isBefore(waited.until())) {
            return new ParkedException(waited);
        }
        boolean isOver = !now.isBefore(waited.callback().orElseThrow().deadline());
        TaskFailedException failure = isOver
                ? new TaskFailedException(ErrorName.TIMEOUT, "Nobody answered the task in time.")
                : new TaskFailedException(ErrorName.HEARTBEAT_TIMEOUT, "The task's heartbeat did not come in time.");
        state.timedOut(kind, failure);
        return failure;
    }
}
