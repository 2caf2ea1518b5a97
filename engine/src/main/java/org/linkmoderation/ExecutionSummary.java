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
 */
public record ExecutionSummary(
        String stateMachine, String name, ExecutionStatus status, Instant startDate, Optional<Instant> stopDate) {}
