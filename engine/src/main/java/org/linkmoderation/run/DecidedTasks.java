package org.linkmoderation.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.linkmoderation.Decision;
import org.linkmoderation.Execution;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.PendingTask;
import org.linkmoderation.StartRequest;
import org.linkmoderation.Waiting;
import org.linkmoderation.states.CallbackTask;

/** The tasks of an execution that people decide: the one that waits for a decision, or what became of the last. */
public final class DecidedTasks {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Execution execution;

    /** @param execution its record and history, as they were found */
    public DecidedTasks(Execution execution) {
        this.execution = execution;
    }

    /** The task that waits for a decision, if there is one. */
    public Optional<PendingTask> pending() {
        Optional<Waiting> waiting =
                execution.waiting().filter(wait -> wait.callback().isPresent());
        Optional<HistoryEvent> scheduled = last(HistoryEventType.TaskScheduled);
        return waiting.isPresent()
                        && scheduled.filter(DecidedTasks::isForPeople).isPresent()
                ? Optional.of(new PendingTask(
                        execution.id(),
                        waiting.get().state(),
                        scheduled.get().details().getOrDefault("parameters", "{}"),
                        scheduled.get().timestamp(),
                        waiting.get().until()))
                : Optional.empty();
    }

    /** Says why no task waits for a decision. */
    String whyNotPending() {
        String subject = "No task of the execution '" + execution.name() + "' waits for a decision; ";
        List<HistoryEvent> events = execution.events();
        boolean decidable = false;
        String last = "its status is " + execution.status();
        for (HistoryEvent event : events) {
            switch (event.type()) {
                case TaskScheduled -> decidable = isForPeople(event);
                case TaskSucceeded -> last = decidable ? decided(event) : last;
                case TaskFailed, TaskTimedOut ->
                    last = decidable
                            ? "it ended with " + event.details().getOrDefault("error", "an error") + " at "
                                    + event.timestamp()
                            : last;
                default -> {
                    // Says nothing of a decision
                }
            }
        }
        return subject + last;
    }

    private static String decided(HistoryEvent event) {
        JsonNode result = read(event.details().getOrDefault("output", "{}"));
        String by = result.path("decidedBy").asText("");
        return "it was " + (result.path("approved").asBoolean() ? "approved" : "rejected")
                + (by.isEmpty() ? "" : " by " + StartRequest.abbreviate(by)) + " at " + event.timestamp();
    }

    /** The result of a task that was decided. */
    static String result(Decision decision, Instant now) {
        ObjectNode result = JsonNodeFactory.instance
                .objectNode()
                .put("approved", decision.approved())
                .put("decidedBy", decision.decidedBy())
                .put("decidedAt", now.toString());
        if (!decision.reason().isBlank()) {
            result.put("reason", decision.reason());
        }
        return result.toString();
    }

    private Optional<HistoryEvent> last(HistoryEventType type) {
        return execution.events().stream().filter(event -> event.type() == type).reduce((first, second) -> second);
    }

    private static boolean isForPeople(HistoryEvent scheduled) {
        Map<String, String> details = scheduled.details();
        return CallbackTask.PEOPLE.equals(details.get("resourceType"));
    }

    private static JsonNode read(String document) {
        try {
            return JSON.readTree(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A result that is no JSON: " + document, e);
        }
    }
}
