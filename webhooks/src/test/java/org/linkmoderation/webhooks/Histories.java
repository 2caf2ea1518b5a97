package org.linkmoderation.webhooks;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.Executions;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.RunState;
import org.linkmoderation.view.ExecutionJson;

/** The histories of a journal that can be down. */
final class Histories {
    static final Instant START = Instant.parse("2026-11-29T10:00:00Z");

    private final Map<ExecutionId, Execution> recorded = new ConcurrentHashMap<>();
    volatile boolean isDown;

    /** Records how an execution goes, and gives the notice of its last end as the engine makes it. */
    String record(String name, HistoryEventType... types) {
        List<HistoryEvent> events = new ArrayList<>();
        int redrives = 0;
        for (HistoryEventType type : types) {
            long id = events.size() + 1L;
            events.add(new HistoryEvent(id, START.plusSeconds(id), type, details(type, id)));
            redrives += type == HistoryEventType.ExecutionRedriven ? 1 : 0;
        }
        HistoryEventType last = types[types.length - 1];
        RunState run = new RunState(
                switch (last) {
                    case ExecutionSucceeded -> ExecutionStatus.SUCCEEDED;
                    case ExecutionFailed -> ExecutionStatus.FAILED;
                    case ExecutionTimedOut -> ExecutionStatus.TIMED_OUT;
                    case ExecutionAborted -> ExecutionStatus.ABORTED;
                    default -> ExecutionStatus.RUNNING;
                },
                "message~0",
                Optional.of("message"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                redrives);
        Execution execution = new Execution(
                "moderation", name, "incarnation", List.of("request"), "definition", run, "{}", START, events);
        recorded.put(execution.id(), execution);
        return ExecutionJson.text(ExecutionJson.describe(execution));
    }

    private static Map<String, String> details(HistoryEventType type, long id) {
        return switch (type) {
            case ExecutionFailed, ExecutionTimedOut, ExecutionAborted ->
                Map.of("error", "Error" + id, "cause", "cause " + id);
            case ExecutionSucceeded -> Map.of("output", "{\"n\":" + id + "}");
            default -> Map.of();
        };
    }

    void forget(String name) {
        recorded.remove(new ExecutionId("moderation", name));
    }

    Executions executions() {
        return (Executions) Proxy.newProxyInstance(
                Executions.class.getClassLoader(), new Class<?>[] {Executions.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("describe") || !(arguments[0] instanceof ExecutionId id)) {
                        throw new UnsupportedOperationException(method.toString());
                    }
                    if (isDown) {
                        throw new IllegalStateException("the journal is down");
                    }
                    return Optional.ofNullable(recorded.get(id))
                            .orElseThrow(() -> new InvalidRequestException("There is no " + id));
                });
    }
}
