package org.linkmoderation.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;

/**
 * What the history of an execution tells of one visit to a state: enough to go on after it instead of doing it again. A
 * state that is entered twice has two visits.
 */
final class StateVisit {
    /** The detail of a failed attempt of a saga's step that says that it has had no effect. */
    static final String REFUSED = "refused";

    /** What came of one attempt of a task. */
    sealed interface Attempt {
        /** @param output the result, a JSON document */
        record Succeeded(String output) implements Attempt {}

        /** @param at when it failed: a retry's delay counts from here */
        record Failed(String error, String cause, Instant at) implements Attempt {}
    }

    private final HistoryEventType type;
    private final String name;
    private final Instant entered;
    private final boolean undo;
    private final List<Attempt> attempts = new ArrayList<>();
    private int scheduled;
    private int refused;
    private boolean exited;

    private StateVisit(HistoryEvent event, boolean undo) {
        this.type = event.type();
        this.name = event.details().get("name");
        this.entered = event.timestamp();
        this.undo = undo;
    }

    /** The event that says that the state was entered. */
    HistoryEventType type() {
        return type;
    }

    /** The state's name. */
    String name() {
        return name;
    }

    /** When it was entered. */
    Instant entered() {
        return entered;
    }

    /** Whether it belongs to the undoing of a saga. */
    boolean isUndo() {
        return undo;
    }

    /** The attempts that came to an end, in order; one that was cut off is not among them. */
    List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    /** Whether an attempt was announced and not refused: the task may have had its effect. */
    boolean mayBeDone() {
        return scheduled > refused;
    }

    /** Whether the answer of an attempt was never seen: it may have its effect yet. */
    boolean isUnanswered() {
        return scheduled > attempts.size();
    }

    /** Whether the state was left. */
    boolean isExited() {
        return exited;
    }

    /** Reads a history: its visits, in order. A redrive wipes the attempts of the state that it starts with. */
    static List<StateVisit> of(List<HistoryEvent> events) {
        List<StateVisit> visits = new ArrayList<>();
        boolean undoing = false;
        for (HistoryEvent event : events) {
            if (event.type().isStateEntered()) {
                visits.add(new StateVisit(event, undoing));
            } else if (event.type() == HistoryEventType.SagaCancelling) {
                undoing = true;
            } else if (!visits.isEmpty()) {
                visits.get(visits.size() - 1).add(event);
            }
        }
        return visits;
    }

    private void add(HistoryEvent event) {
        Map<String, String> details = event.details();
        switch (event.type()) {
            case LambdaFunctionScheduled, TaskScheduled -> scheduled++;
            case LambdaFunctionSucceeded, TaskSucceeded -> attempts.add(new Attempt.Succeeded(details.get("output")));
            case LambdaFunctionFailed, LambdaFunctionTimedOut, TaskFailed, TaskTimedOut -> {
                attempts.add(
                        new Attempt.Failed(details.get("error"), details.getOrDefault("cause", ""), event.timestamp()));
                if (details.containsKey(REFUSED)) {
                    refused++;
                }
            }
            case UndoResolved -> attempts.add(new Attempt.Succeeded("{}"));
            case TaskStateExited, ChoiceStateExited, WaitStateExited, PassStateExited -> exited = true;
            case ExecutionRedriven -> {
                attempts.clear();
                scheduled = 0;
                refused = 0;
            }
            default -> {
                // Says nothing of what a state came to
            }
        }
    }
}
