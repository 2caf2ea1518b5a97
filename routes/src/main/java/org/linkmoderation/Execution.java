package org.linkmoderation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The record of one execution and its history, as the journal holds them.
 *
 * @param stateMachine the name of the state machine, {@code moderation} or {@code domains}
 * @param name the name, unique within the state machine
 * @param requestId what identifies the request that started it, see {@link StartRequest#requestId()}
 * @param status the status
 * @param input the input, a JSON document
 * @param startDate when it started
 * @param stopDate when it reached its final status
 * @param output the output, a JSON document; only of an execution that succeeded
 * @param error the name of the error; only of one that failed, timed out or was aborted
 * @param cause the cause of the error
 * @param redriveCount how often it was redriven
 * @param events its history, in order
 */
public record Execution(
        String stateMachine,
        String name,
        String requestId,
        ExecutionStatus status,
        String input,
        Instant startDate,
        Optional<Instant> stopDate,
        Optional<String> output,
        Optional<String> error,
        Optional<String> cause,
        int redriveCount,
        List<HistoryEvent> events) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public Execution {
        events = List.copyOf(events);
    }

    /** The names of the states that were entered, in order: {@code [CheckSafety, IsSafe, Reject]}. */
    public List<String> trail() {
        return events.stream()
                .filter(event -> event.type().isStateEntered())
                .map(event -> event.details().get("name"))
                .toList();
    }

    /** Whether the input is the same JSON value as another. */
    public boolean hasInput(String other) {
        try {
            return JSON.readTree(input).equals(JSON.readTree(other));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("An input that is no JSON: " + e.getOriginalMessage(), e);
        }
    }
}
