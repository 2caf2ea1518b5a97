package org.linkmoderation;

import java.time.Instant;
import java.util.Optional;

/**
 * A line of a list of executions.
 *
 * @param stateMachine the name of the state machine
 * @param name the name of the execution
 * @param status its status
 * @param startDate when it started
 * @param stopDate when it reached its final status
 * @param waiting what it waits for; empty while it is driven and after its end
 * @param redriveCount how often it was redriven; empty if the list does not have it
 */
public record ExecutionSummary(
        String stateMachine,
        String name,
        ExecutionStatus status,
        Instant startDate,
        Optional<Instant> stopDate,
        Optional<Waiting> waiting,
        Optional<Integer> redriveCount) {
    /** An execution that does not wait, and was not redriven. */
    public ExecutionSummary(
            String stateMachine, String name, ExecutionStatus status, Instant startDate, Optional<Instant> stopDate) {
        this(stateMachine, name, status, startDate, stopDate, Optional.empty(), Optional.of(0));
    }
}
