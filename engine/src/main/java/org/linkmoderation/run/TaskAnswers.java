package org.linkmoderation.run;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.linkmoderation.Decision;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.PendingCallback;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.Waiting;
import org.linkmoderation.component.VisibleText;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.Transition;
import org.linkmoderation.trigger.RequestReader;
import org.linkmoderation.view.Audit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers to tasks that were handed out with a token. A token works once: what it answers is journaled, and the
 * execution taken up.
 */
public final class TaskAnswers {
    private static final int MAX_ERROR_CHARACTERS = 256;
    private static final Logger LOG = LoggerFactory.getLogger(TaskAnswers.class);

    private final Journal journal;
    private final Clock clock;
    private final Intervention intervention;

    /**
     * @param journal the journal
     * @param clock the clock
     * @param intervention takes up what was answered
     */
    public TaskAnswers(Journal journal, Clock clock, Intervention intervention) {
        this.journal = journal;
        this.clock = clock;
        this.intervention = intervention;
    }

    /** As {@link org.linkmoderation.Executions#sendTaskSuccess}. */
    public void succeed(String taskToken, String output) throws InvalidRequestException {
        int bytes = output.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > StartRequest.MAX_INPUT_BYTES) {
            throw new InvalidRequestException("InvalidOutput: the output has " + bytes + " bytes; expected at most "
                    + StartRequest.MAX_INPUT_BYTES);
        }
        try {
            RequestReader.document(output);
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException("InvalidOutput: " + e.getMessage(), e);
        }
        answer(taskToken, HistoryEventType.TaskSucceeded, Map.of("output", output));
    }

    /** As {@link org.linkmoderation.Executions#sendTaskFailure}. */
    public void fail(String taskToken, TaskFailedException failure) throws InvalidRequestException {
        if (failure.error().isBlank() || failure.error().length() > MAX_ERROR_CHARACTERS) {
            throw new InvalidRequestException("the error name has "
                    + failure.error().length() + " characters; expected 1 to " + MAX_ERROR_CHARACTERS);
        }
        answer(taskToken, HistoryEventType.TaskFailed, failure.details());
    }

    private void answer(String taskToken, HistoryEventType type, Map<String, String> details)
            throws InvalidRequestException {
        change(taskToken, (found, callback) -> {
            proceed(found, type, details);
            Audit.changed("answer the task of", found.id());
        });
    }

    private void proceed(Execution found, HistoryEventType type, Map<String, String> details) {
        Map<String, String> all = new LinkedHashMap<>(details);
        Map<String, String> scheduled =
                found.last(HistoryEventType.TaskScheduled).orElse(Map.of());
        for (String member : List.of("resourceType", "resource")) {
            if (scheduled.containsKey(member)) {
                all.put(member, scheduled.get(member));
            }
        }
        intervention.proceed(found, type, all, found.run(), "its task was answered");
    }

    /** As {@link org.linkmoderation.Executions#decide}. */
    public void decide(ExecutionId id, Decision decision) throws InvalidRequestException {
        decision.check();
        while (true) {
            Execution found = journal.find(id)
                    .orElseThrow(() -> new InvalidRequestException(
                            "There is no execution '" + id.name() + "' of state machine '" + id.stateMachine() + "'"));
            Instant now = RunHistory.now(clock);
            DecidedTasks tasks = new DecidedTasks(found);
            if (tasks.pending().filter(task -> now.isBefore(task.until())).isEmpty()) {
                throw new InvalidRequestException(tasks.whyNotPending());
            }
            try {
                proceed(found, HistoryEventType.TaskSucceeded, Map.of("output", DecidedTasks.result(decision, now)));
                LOG.info(
                        "{} {} by {}",
                        id,
                        decision.approved() ? "approved" : "rejected",
                        VisibleText.of(decision.decidedBy()));
                return;
            } catch (ExecutionFencedException e) {
                // It has moved on since it was read
            }
        }
    }

    /** As {@link org.linkmoderation.Executions#sendTaskHeartbeat}. */
    public void heartbeat(String taskToken) throws InvalidRequestException {
        change(taskToken, (found, callback) -> {
            Instant until = callback.until(RunHistory.now(clock));
            Waiting waiting = found.waiting().orElseThrow().until(until);
            journal.write(Transition.of(found, found.run().waiting(waiting, until), List.of()));
        });
    }

    /** Changes an execution that waits for the answer to its task. */
    private interface Change {
        void make(Execution found, PendingCallback callback);
    }

    /** Makes a change; once more if another writer was faster. */
    private void change(String taskToken, Change change) throws InvalidRequestException {
        ExecutionId id = TaskToken.execution(taskToken).orElseThrow(TaskAnswers::invalidToken);
        while (true) {
            Execution found = journal.find(id).orElseThrow(TaskAnswers::invalidToken);
            try {
                change.make(found, awaited(found, taskToken));
                return;
            } catch (ExecutionFencedException e) {
                // It has moved on since it was read
            }
        }
    }

    private static InvalidRequestException invalidToken() {
        return new InvalidRequestException("InvalidToken: no task was handed out with this token");
    }

    private PendingCallback awaited(Execution found, String taskToken) throws InvalidRequestException {
        Optional<Waiting> waiting = found.waiting()
                .filter(wait -> wait.callback()
                        .filter(callback -> TaskToken.matches(taskToken, callback.tokenDigest()))
                        .isPresent());
        if (waiting.isEmpty()) {
            throw new InvalidRequestException("TaskTimedOut: no task of the execution '" + found.name()
                    + "' waits for this token; it was used, or its task is over");
        }
        if (!RunHistory.now(clock).isBefore(waiting.get().until())) {
            throw new InvalidRequestException("TaskTimedOut: the task of the execution '" + found.name()
                    + "' was to be answered by " + waiting.get().until());
        }
        return waiting.get().callback().orElseThrow();
    }
}
