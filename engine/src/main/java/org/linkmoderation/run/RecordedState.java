package org.linkmoderation.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.TaskRefusedException;

/** What the history of an execution tells of one of its states: enough to go on behind it instead of doing it again. */
final class RecordedState {
    /** The detail of a failed attempt that says that it has had no effect. */
    private static final String REFUSED = "refused";

    /** What came of one attempt of a task. */
    sealed interface Attempt {
        /** @param output the result, a JSON document */
        record Succeeded(String output) implements Attempt {}

        /** @param at when it failed: a retry's delay counts from here */
        record Failed(String error, String cause, Instant at) implements Attempt {}
    }

    private final List<Attempt> attempts = new ArrayList<>();
    private int scheduled;
    private int refused;
    private boolean exited;

    private RecordedState() {}

    /** The attempts that came to an end, in order; one that was cut off is not among them. */
    List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    /** Whether an attempt was announced and not refused: the task may have had its effect. */
    boolean mayBeDone() {
        return scheduled > refused;
    }

    /**
     * The details of the event that says that an attempt failed.
     *
     * @param withRefusal whether a refusal is told from other failures: where there is something to undo
     */
    static Map<String, String> details(TaskFailedException failure, boolean withRefusal) {
        return withRefusal && failure instanceof TaskRefusedException
                ? Map.of("error", failure.error(), "cause", failure.errorCause(), REFUSED, "true")
                : Map.of("error", failure.error(), "cause", failure.errorCause());
    }

    /** Whether the answer of an attempt was never seen: it may have its effect yet. */
    boolean isUnanswered() {
        return scheduled > attempts.size();
    }

    boolean isExited() {
        return exited;
    }

    /**
     * Reads a history: each state that was entered, by name. A redrive wipes the attempts of the state that it starts
     * with.
     */
    static Map<String, RecordedState> of(List<HistoryEvent> events) {
        Map<String, RecordedState> states = new LinkedHashMap<>();
        RecordedState current = new RecordedState();
        for (HistoryEvent event : events) {
            Map<String, String> details = event.details();
            switch (event.type()) {
                case TaskStateEntered, ChoiceStateEntered, FailStateEntered -> {
                    current = new RecordedState();
                    states.put(details.get("name"), current);
                }
                case LambdaFunctionScheduled, TaskScheduled -> current.scheduled++;
                case LambdaFunctionSucceeded, TaskSucceeded ->
                    current.attempts.add(new Attempt.Succeeded(details.get("output")));
                case LambdaFunctionFailed, LambdaFunctionTimedOut, TaskFailed, TaskTimedOut -> {
                    current.attempts.add(
                            new Attempt.Failed(details.get("error"), details.get("cause"), event.timestamp()));
                    if (details.containsKey(REFUSED)) {
                        current.refused++;
                    }
                }
                case UndoResolved -> current.attempts.add(new Attempt.Succeeded("{}"));
                case TaskStateExited, ChoiceStateExited -> current.exited = true;
                case ExecutionRedriven -> current.attempts.clear();
                default -> {
                    // Says nothing of what a state came to
                }
            }
        }
        return states;
    }
}
