package org.linkmoderation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The record of one execution and its history, as the journal holds them.
 *
 * @param stateMachine the name of the state machine
 * @param name the name, unique within the state machine
 * @param incarnation tells it from an execution that had the same name before it and was deleted
 * @param requestIds what identifies the requests that started it and redrove it, in order, see
 *     {@link StartRequest#requestId()}
 * @param definition the fingerprint of the definition that it started with
 * @param run who drives it, and what it waits for
 * @param input the input, a JSON document
 * @param startDate when it started
 * @param events its history, in order
 */
public record Execution(
        String stateMachine,
        String name,
        String incarnation,
        List<String> requestIds,
        String definition,
        RunState run,
        String input,
        Instant startDate,
        List<HistoryEvent> events) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public Execution {
        requestIds = List.copyOf(requestIds);
        events = List.copyOf(events);
    }

    /**
     * An execution that starts: nothing has happened yet.
     *
     * @param definition the fingerprint of the definition that it starts with
     * @param takeOverAt when the sweep looks whether its run is still alive
     */
    public static Execution started(StartRequest request, String definition, Instant startDate, Instant takeOverAt) {
        return new Execution(
                request.stateMachine(),
                request.name(),
                UUID.randomUUID().toString(),
                List.of(request.requestId()),
                definition,
                RunState.started(request.deliveryId(), takeOverAt),
                request.input(),
                startDate,
                List.of());
    }

    /** This execution as it is after a transition. */
    public Execution with(RunState state, List<HistoryEvent> history) {
        return new Execution(stateMachine, name, incarnation, requestIds, definition, state, input, startDate, history);
    }

    /** This execution, asked for by one more request. */
    public Execution requestedBy(String requestId) {
        return new Execution(
                stateMachine,
                name,
                incarnation,
                Stream.concat(requestIds.stream(), Stream.of(requestId)).toList(),
                definition,
                run,
                input,
                startDate,
                events);
    }

    /** The status. */
    public ExecutionStatus status() {
        return run.status();
    }

    /** What it waits for; empty while it is driven and after its end. */
    public Optional<Waiting> waiting() {
        return run.waiting();
    }

    /** What keeps it from being undone; only of one in doubt. */
    public Optional<UndoFailure> doubt() {
        return run.doubt();
    }

    /** How often it was redriven. */
    public int redriveCount() {
        return run.redriveCount();
    }

    /** When it reached its final status. */
    public Optional<Instant> stopDate() {
        return end().map(HistoryEvent::timestamp);
    }

    /** The output, a JSON document; only of an execution that succeeded. */
    public Optional<String> output() {
        return end("output");
    }

    /** The name of the error; only of an execution that failed, timed out or was aborted. */
    public Optional<String> error() {
        return end("error");
    }

    /** The cause of the error. */
    public Optional<String> cause() {
        return end("cause");
    }

    private Optional<String> end(String detail) {
        return end().map(event -> event.details().get(detail));
    }

    private Optional<HistoryEvent> end() {
        return status().isFinal() ? Optional.of(events.get(events.size() - 1)) : Optional.empty();
    }

    /** When something happened to it last. */
    public Instant lastEventDate() {
        return events.isEmpty() ? startDate : events.get(events.size() - 1).timestamp();
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

    /**
     * Checks that it can be redriven.
     *
     * @throws InvalidRequestException if it has succeeded or is running
     */
    public void checkRedrivable() throws InvalidRequestException {
        if (!status().isFinal() || status() == ExecutionStatus.SUCCEEDED) {
            throw new InvalidRequestException("ExecutionNotRedrivable: the execution '" + name + "' has status "
                    + status() + "; expected FAILED, TIMED_OUT or ABORTED");
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

    /**
     * Checks that a request of this name is the one that started this execution, sent again, or one that asks for what
     * is running.
     *
     * @param request the request, with its input as it is journaled
     * @throws RequestIdReusedException if it has the id of a request for this execution, and another input
     * @throws ExecutionAlreadyExistsException if it asks for another execution
     */
    public void checkRequestedBy(StartRequest request)
            throws RequestIdReusedException, ExecutionAlreadyExistsException {
        boolean isSameInput = hasInput(request.input());
        if (requestIds.contains(request.requestId())) {
            if (!isSameInput) {
                throw RequestIdReusedException.of(request);
            }
        } else if (status().isFinal() || !isSameInput) {
            throw ExecutionAlreadyExistsException.of(this);
        }
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
