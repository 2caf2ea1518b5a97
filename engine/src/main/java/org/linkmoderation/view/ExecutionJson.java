package org.linkmoderation.view;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.linkmoderation.DeadLetter;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.ImportedExecutions;
import org.linkmoderation.PendingTask;
import org.linkmoderation.PendingTaskPage;
import org.linkmoderation.ServiceStatus;
import org.linkmoderation.StartRequest;
import org.linkmoderation.StateMachineDescription;
import org.linkmoderation.Waiting;

/**
 * Executions as JSON, with the member names of the Step Functions API; inputs and outputs stand as documents, not as
 * text.
 */
public final class ExecutionJson {
    private static final ObjectMapper JSON = new ObjectMapper(
                    new JsonFactoryBuilder().characterEscapes(new VisibleJson()).build())
            .enable(SerializationFeature.INDENT_OUTPUT);

    private ExecutionJson() {}

    /** As {@code DescribeExecution} answers. */
    public static ObjectNode describe(Execution execution) {
        ObjectNode json = JSON.createObjectNode()
                .put("name", execution.name())
                .put("stateMachine", execution.stateMachine())
                .put("status", execution.status().name())
                .put("startDate", execution.startDate().toString());
        execution.stopDate().ifPresent(date -> json.put("stopDate", date.toString()));
        execution.traceparent().flatMap(StartRequest::traceId).ifPresent(trace -> json.put("traceId", trace));
        json.set("input", document(execution.input()));
        execution.output().ifPresent(output -> json.set("output", document(output)));
        execution.error().ifPresent(error -> json.put("error", error));
        execution.cause().ifPresent(cause -> json.put("cause", cause));
        execution
                .doubt()
                .ifPresent(doubt -> json.putObject("doubt")
                        .put("attempts", doubt.attempts())
                        .put("error", doubt.error())
                        .put("cause", doubt.cause())
                        .put("lastAttempt", doubt.lastAttempt().toString()));
        execution.waiting().ifPresent(waiting -> json.set("waiting", waiting(waiting)));
        return json.put("redriveCount", execution.redriveCount());
    }

    private static ObjectNode waiting(Waiting waiting) {
        return JSON.createObjectNode()
                .put("reason", waiting.reason().name())
                .put("state", waiting.state())
                .put("detail", waiting.detail())
                .put("until", waiting.until().toString());
    }

    /** As {@code ListExecutions} answers. */
    public static JsonNode list(ExecutionPage page) {
        ObjectNode json = JSON.createObjectNode();
        ArrayNode list = json.putArray("executions");
        for (ExecutionSummary execution : page.executions()) {
            ObjectNode line = list.addObject()
                    .put("name", execution.name())
                    .put("stateMachine", execution.stateMachine())
                    .put("status", execution.status().name())
                    .put("startDate", execution.startDate().toString());
            execution.stopDate().ifPresent(date -> line.put("stopDate", date.toString()));
            execution.waiting().ifPresent(waiting -> line.set("waiting", waiting(waiting)));
        }
        page.nextToken().ifPresent(token -> json.put("nextToken", token));
        return json;
    }

    /** The tasks that wait for a person's decision. */
    public static JsonNode pendingTasks(PendingTaskPage page) {
        ObjectNode json = JSON.createObjectNode();
        ArrayNode list = json.putArray("tasks");
        for (PendingTask task : page.tasks()) {
            list.addObject()
                    .put("name", task.id().name())
                    .put("stateMachine", task.id().stateMachine())
                    .put("state", task.state())
                    .put("since", task.since().toString())
                    .put("until", task.until().toString())
                    .set("parameters", document(task.parameters()));
        }
        page.nextToken().ifPresent(token -> json.put("nextToken", token));
        return json;
    }

    /** The states that an execution entered. */
    public static JsonNode trail(Execution execution) {
        ObjectNode json = JSON.createObjectNode().put("name", execution.name());
        execution.trail().forEach(json.putArray("trail")::add);
        return json;
    }

    /** As {@code GetExecutionHistory} answers. */
    public static JsonNode history(List<HistoryEvent> events) {
        ObjectNode json = JSON.createObjectNode();
        ArrayNode list = json.putArray("events");
        events.stream().map(ExecutionJson::event).forEach(list::add);
        return json;
    }

    /** One event of a history. */
    public static ObjectNode event(HistoryEvent event) {
        ObjectNode json = JSON.createObjectNode()
                .put("id", event.id())
                .put("previousEventId", event.previousEventId())
                .put("timestamp", event.timestamp().toString())
                .put("type", event.type().name());
        if (!event.details().isEmpty()) {
            ObjectNode details = json.putObject(event.type().detailsName());
            for (Map.Entry<String, String> detail : event.details().entrySet()) {
                details.put(detail.getKey(), detail.getValue());
            }
        }
        return json;
    }

    /**
     * A page of a history: the events after one of them.
     *
     * @param after the id of the event before the page; 0 for the first page
     * @param limit how many at the most
     */
    public static JsonNode historyPage(Execution execution, long after, int limit) {
        List<HistoryEvent> events = execution.events();
        int from = (int) Math.min(events.size(), after);
        int to = Math.min(events.size(), from + limit);
        return ((ObjectNode) history(events.subList(from, to))).put("eventCount", events.size());
    }

    /** The record and the history in one document. */
    public static JsonNode export(Execution execution) {
        ObjectNode json = describe(execution);
        json.set("events", history(execution.events()).get("events"));
        return json;
    }

    /** What a state machine is: its definition, its graph, and its diagram as Mermaid text. */
    public static JsonNode stateMachine(StateMachineDescription stateMachine) {
        StateGraph graph = StateGraph.of(stateMachine);
        ObjectNode json = JSON.createObjectNode()
                .put("name", stateMachine.name())
                .put("isSaga", stateMachine.isSaga())
                .put("isRedrivable", stateMachine.isRedrivable())
                .put("deployed", stateMachine.deployed().toString());
        json.set("definition", document(stateMachine.definition()));
        json.set("graph", graph.json());
        return json.put("mermaid", graph.mermaid());
    }

    /** The messages that could not become executions. */
    public static JsonNode deadLetters(List<DeadLetter> letters) {
        ObjectNode json = JSON.createObjectNode();
        ArrayNode list = json.putArray("deadLetters");
        letters.forEach(letter -> list.addObject()
                .put("id", letter.id())
                .put("date", letter.date().toString())
                .put("reason", letter.reason())
                .put("executionName", letter.executionName())
                .put("text", letter.text()));
        return json;
    }

    /** What became of the executions of another journal. */
    public static JsonNode imported(ImportedExecutions imported) {
        ObjectNode json = JSON.createObjectNode()
                .put("copied", imported.copied())
                .put("present", imported.present())
                .put("deleted", imported.deleted())
                .put("conflicts", imported.conflicts());
        imported.reasons().forEach(json.putArray("reasons")::add);
        return json;
    }

    /** What the services answered. */
    public static JsonNode status(List<ServiceStatus> statuses) {
        ObjectNode json = JSON.createObjectNode().put("ok", statuses.stream().allMatch(ServiceStatus::ok));
        ArrayNode list = json.putArray("services");
        statuses.forEach(status -> list.addObject()
                .put("service", status.service())
                .put("ok", status.ok())
                .put("detail", status.detail()));
        return json;
    }

    /** A document as text, indented. */
    public static String text(JsonNode json) {
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A document that can't be written", e);
        }
    }

    private static JsonNode document(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A payload that is no JSON: " + text, e);
        }
    }
}
