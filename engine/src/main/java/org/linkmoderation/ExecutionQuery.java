package org.linkmoderation;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which executions to list. Newest first; with a prefix of the name, in the order of names.
 *
 * @param stateMachine the name of the state machine
 * @param statuses the statuses wanted
 * @param from only those that started then or later
 * @param to only those that started before then
 * @param namePrefix only those whose name starts so; all if empty
 * @param limit how many on a page, 1 to 1,000
 * @param token the {@link ExecutionPage#nextToken()} of the page before; empty for the first
 */
public record ExecutionQuery(
        String stateMachine,
        Set<ExecutionStatus> statuses,
        Instant from,
        Instant to,
        String namePrefix,
        int limit,
        Optional<String> token) {
    /** The largest page. */
    public static final int MAX_LIMIT = 1_000;

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    public ExecutionQuery {
        statuses = statuses.isEmpty() ? EnumSet.allOf(ExecutionStatus.class) : EnumSet.copyOf(statuses);
    }

    /** All executions of a state machine. */
    public static ExecutionQuery all(String stateMachine, int limit) {
        return new ExecutionQuery(stateMachine, Set.of(), Instant.EPOCH, LATEST, "", limit, Optional.empty());
    }

    /** Whether an execution is in one of the statuses, and started between the bounds. */
    public boolean includes(ExecutionSummary execution) {
        return statuses.contains(execution.status())
                && !execution.startDate().isBefore(from)
                && execution.startDate().isBefore(to);
    }

    /** Whether every execution is {@link #includes included}. */
    public boolean includesAll() {
        return statuses.equals(EnumSet.allOf(ExecutionStatus.class)) && from.equals(Instant.EPOCH) && to.equals(LATEST);
    }

    /** This query with other bounds of the start date. */
    public ExecutionQuery between(Optional<Instant> newFrom, Optional<Instant> newTo) {
        return new ExecutionQuery(
                stateMachine, statuses, newFrom.orElse(from), newTo.orElse(to), namePrefix, limit, token);
    }

    /** This query for some statuses only; for all if empty. */
    public ExecutionQuery in(Set<ExecutionStatus> wanted) {
        return new ExecutionQuery(stateMachine, wanted, from, to, namePrefix, limit, token);
    }

    /** This query for names that start with a prefix. */
    public ExecutionQuery named(String prefix) {
        return new ExecutionQuery(stateMachine, statuses, from, to, prefix, limit, token);
    }

    /** This query for the page of a token. */
    public ExecutionQuery page(Optional<String> nextToken) {
        return new ExecutionQuery(stateMachine, statuses, from, to, namePrefix, limit, nextToken);
    }
}
