package org.linkmoderation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The record of one execution and its history, as the journal holds them.
 *
 * @param stateMachine the name of the state machine, {@code moderation} or {@code domains}
 * @param name the name, unique within the state machine
 * @param requestIds what identifies the requests that started it and redrove it, in order, see
 *     {@link StartRequest#requestId()}
 * @param deliveryId the message that sees it through, see {@link StartRequest#deliveryId()}
 * @param status the status
 * @param input the input, a JSON document
 * @param startDate when it started
 * @param stopDate when it reached its final status
 * @param output the output, a JSON document; only of an execution that succeeded
 * @param error the name of the error; only of one that failed, timed out or was aborted
 * @param cause the cause of the error
 * @param redriveCount how often it was redriven
 * @param doubt what keeps it from being undone; only of one in doubt
 * @param events its history, in order
 */
public record Execution(
        String stateMachine,
        String name,
        List<String> requestIds,
        String deliveryId,
        ExecutionStatus status,
        String input,
        Instant startDate,
        Optional<Instant> stopDate,
        Optional<String> output,
        Optional<String> error,
        Optional<String> cause,
        int redriveCount,
        Optional<Doubt> doubt,
        List<HistoryEvent> events) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public Execution {
        requestIds = List.copyOf(requestIds);
        events = List.copyOf(events);
    }

    /** An execution that starts: nothing has happened yet. */
    public static Execution started(StartRequest request, Instant startDate) {
        return new Execution(
                request.stateMachine(),
                request.name(),
                List.of(request.requestId()),
                request.deliveryId(),
                ExecutionStatus.RUNNING,
                request.input(),
                startDate,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty(),
                List.of());
    }

    /** This execution, running again since an event. */
    public Execution redriven(StartRequest request, HistoryEvent event) {
        return new Execution(
                stateMachine,
                name,
                Stream.concat(requestIds.stream(), Stream.of(request.requestId()))
                        .toList(),
                request.deliveryId(),
                ExecutionStatus.RUNNING,
                input,
                startDate,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                redriveCount + 1,
                Optional.empty(),
                Stream.concat(events.stream(), Stream.of(event)).toList());
    }

    /** This execution at its end, with the output, error and cause that the details of its last event have. */
    public Execution ended(ExecutionStatus end, Instant date, Map<String, String> details) {
        return new Execution(
                stateMachine,
                name,
                requestIds,
                deliveryId,
                end,
                input,
                startDate,
                Optional.of(date),
                Optional.ofNullable(details.get("output")),
                Optional.ofNullable(details.get("error")),
                Optional.ofNullable(details.get("cause")),
                redriveCount,
                Optional.empty(),
                events);
    }

    /** What identifies it. */
    public ExecutionId id() {
        return new ExecutionId(stateMachine, name);
    }

    /** The names of the states that were entered, in order: {@code [CheckSafety, IsSafe, Reject]}. */
    public List<String> trail() {
        return events.stream()
                .filter(event -> event.type().isStateEntered())
                .map(event -> event.details().get("name"))
                .toList();
    }

    /** The details of the last event of a type, if there is one. */
    public Optional<Map<String, String>> last(HistoryEventType type) {
        return events.stream()
                .filter(event -> event.type() == type)
                .map(HistoryEvent::details)
                .reduce((first, second) -> second);
    }

    /** Whether a request is delivered by the message that sees the execution through. */
    public boolean isRunOf(StartRequest request) {
        return deliveryId.equals(request.deliveryId());
    }

    /**
     * Checks that it can be redriven.
     *
     * @throws InvalidRequestException if it has succeeded or is running
     */
    public void checkRedrivable() throws InvalidRequestException {
        if (!status.isFinal() || status == ExecutionStatus.SUCCEEDED) {
            throw new InvalidRequestException("ExecutionNotRedrivable: the execution '" + name + "' has status "
                    + status + "; expected FAILED, TIMED_OUT or ABORTED");
        }
    }

    /** The trace that it belongs to, as the W3C header of this name says it; the last one, if it was redriven. */
    public Optional<String> traceparent() {
        return events.stream()
                .flatMap(event -> Optional.ofNullable(event.details().get(StartRequest.TRACEPARENT)).stream())
                .reduce((first, second) -> second);
    }

    /** When it started, or was redriven last: its timeout counts from here. */
    public Instant lastStartDate() {
        return events.stream()
                .filter(event -> event.type() == HistoryEventType.ExecutionRedriven)
                .map(HistoryEvent::timestamp)
                .reduce(startDate, (first, second) -> second);
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
