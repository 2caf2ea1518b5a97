package org.linkmoderation.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.linkmoderation.ErrorName;
import org.linkmoderation.Execution;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;

/**
 * The history of an execution as the service writes it. Events that the service does not know are left out; those that
 * remain are numbered without gaps.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html">HistoryEvent</a>
 */
final class ApiHistory {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Set<HistoryEventType> OURS = Set.of(
            HistoryEventType.ExecutionResumed,
            HistoryEventType.SagaStarted,
            HistoryEventType.SagaClosing,
            HistoryEventType.SagaCancelling,
            HistoryEventType.UndoResolved);

    private final Arns arns;
    private final List<HistoryEvent> events;
    private Map<String, String> task = Map.of();
    private String function = "";
    private long entered;
    private String state = "";

    private ApiHistory(Arns arns, Execution execution) {
        this.arns = arns;
        this.events = execution.events().stream()
                .filter(event -> !OURS.contains(event.type()))
                .toList();
    }

    /**
     * The events, oldest first.
     *
     * @param includesData whether with input and output
     */
    static List<ObjectNode> of(Arns arns, Execution execution, boolean includesData) {
        return new ApiHistory(arns, execution).write(includesData);
    }

    /** The cause of the end of an execution, as its last event has it. */
    static Optional<String> cause(Arns arns, Execution execution) {
        List<ObjectNode> events = of(arns, execution, true);
        return events.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(events.get(events.size() - 1)
                                .path("executionFailedEventDetails")
                                .path("cause")
                                .textValue())
                        .or(() -> execution.cause().filter(cause -> !cause.isEmpty()));
    }

    /** A point in time as the API has it: seconds with milliseconds as fraction. */
    static BigDecimal seconds(Instant time) {
        return BigDecimal.valueOf(time.toEpochMilli(), 3);
    }

    private List<ObjectNode> write(boolean includesData) {
        List<ObjectNode> written = new ArrayList<>();
        for (HistoryEvent event : events) {
            long id = written.size() + 1L;
            if (event.type().isStateEntered()) {
                entered = id;
                state = event.details().get("name");
            }
            if (event.type() == HistoryEventType.TaskScheduled) {
                task = event.details();
            }
            if (event.type() == HistoryEventType.LambdaFunctionScheduled) {
                function = event.details().get("resource");
            }
            ObjectNode node = JSON.createObjectNode()
                    .put("id", id)
                    .put("previousEventId", previous(event, id))
                    .put("timestamp", seconds(event.timestamp()))
                    .put("type", event.type().name());
            if (event.type() != HistoryEventType.LambdaFunctionStarted) {
                node.set(event.type().detailsName(), details(event, includesData));
            }
            written.add(node);
        }
        return written;
    }

    /** As the service has it: the first two events, and the one of an abort, follow none. */
    private static long previous(HistoryEvent event, long id) {
        return id <= 2 || event.type() == HistoryEventType.ExecutionAborted ? 0 : id - 1;
    }

    private ObjectNode details(HistoryEvent event, boolean includesData) {
        ObjectNode details = JSON.createObjectNode();
        Map<String, String> from = event.details();
        switch (event.type()) {
            case ExecutionStarted -> {
                data(details, "input", from, includesData);
                details.put("roleArn", arns.role());
            }
            case TaskStateEntered, ChoiceStateEntered, WaitStateEntered, PassStateEntered, FailStateEntered -> {
                text(details, "name", from);
                data(details, "input", from, includesData);
            }
            case TaskStateExited, ChoiceStateExited, WaitStateExited, PassStateExited -> {
                text(details, "name", from);
                data(details, "output", from, includesData);
            }
            case LambdaFunctionScheduled -> {
                details.put("resource", arns.function(from.get("resource")));
                data(details, "input", from, includesData);
                number(details, "timeoutInSeconds", from);
            }
            case TaskScheduled -> {
                resource(details);
                details.put("region", from.getOrDefault("region", arns.region()));
                text(details, "parameters", from);
                number(details, "timeoutInSeconds", from);
                number(details, "heartbeatInSeconds", from);
            }
            case TaskStarted -> resource(details);
            case TaskSubmitted, TaskSucceeded -> {
                resource(details);
                data(details, "output", from, includesData);
            }
            case TaskFailed -> {
                resource(details);
                error(details, from);
            }
            case TaskTimedOut -> {
                resource(details);
                text(details, "error", from);
            }
            case LambdaFunctionSucceeded, ExecutionSucceeded -> data(details, "output", from, includesData);
            case LambdaFunctionFailed, ExecutionAborted -> error(details, from);
            case LambdaFunctionTimedOut -> text(details, "error", from);
            case ExecutionFailed -> failed(details, from);
            case ExecutionRedriven -> number(details, "redriveCount", from);
            default -> {
                // The time of an execution is over without an error or a cause
            }
        }
        return details;
    }

    private void resource(ObjectNode details) {
        text(details, "resourceType", task);
        text(details, "resource", task);
    }

    /** A timeout has no cause; what ends an execution in a state names the state. */
    private void failed(ObjectNode details, Map<String, String> from) {
        text(details, "error", from);
        String error = from.getOrDefault("error", "");
        String cause = from.getOrDefault("cause", "");
        if (error.equals(ErrorName.TIMEOUT) || cause.isEmpty()) {
            return;
        }
        details.put(
                "cause",
                error.equals(ErrorName.RUNTIME) && entered > 0
                        ? "An error occurred while executing the state '" + state + "' (entered at the event id #"
                                + entered + "). " + cause
                        : withArn(error, cause));
    }

    private void error(ObjectNode details, Map<String, String> from) {
        text(details, "error", from);
        String cause = from.getOrDefault("cause", "");
        if (!cause.isEmpty()) {
            details.put("cause", withArn(from.getOrDefault("error", ""), cause));
        }
    }

    /** A result that is too large is that of the function's ARN, whatever it was called by. */
    private String withArn(String error, String cause) {
        return error.equals(ErrorName.DATA_LIMIT_EXCEEDED) && !function.isEmpty()
                ? cause.replace("'" + function + "'", "'" + arns.function(function) + "'")
                : cause;
    }

    private static void data(ObjectNode details, String member, Map<String, String> from, boolean included) {
        if (included && from.containsKey(member)) {
            details.put(member, from.get(member));
            details.putObject(member + "Details").put("truncated", false);
        }
    }

    private static void text(ObjectNode details, String member, Map<String, String> from) {
        String value = from.getOrDefault(member, "");
        if (!value.isEmpty()) {
            details.put(member, value);
        }
    }

    private static void number(ObjectNode details, String member, Map<String, String> from) {
        if (from.containsKey(member)) {
            details.put(member, Long.parseLong(from.get(member)));
        }
    }
}
