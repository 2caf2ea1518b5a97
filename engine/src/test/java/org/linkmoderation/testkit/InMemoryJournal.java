package org.linkmoderation.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.RunState;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.UndoFailure;
import org.linkmoderation.Waiting;
import org.linkmoderation.journal.CallbackPage;
import org.linkmoderation.journal.ExecutionDeletedException;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.ExecutionRecordedException;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.JournalRefusedException;
import org.linkmoderation.journal.JournalUnavailableException;
import org.linkmoderation.journal.Transition;

/**
 * A journal with the {@link JournalContract contract} of the others: a record is created once, and moves on only from
 * where the writer knows it. It can be told to fail at a write, so that a test decides at which one a container dies.
 */
public class InMemoryJournal implements Journal {
    /** Where a failing write fails. */
    public enum Failure {
        /** Nothing was written. */
        BEFORE,
        /** It was written; its answer was lost. */
        AFTER
    }

    private final Map<ExecutionId, Execution> executions = new LinkedHashMap<>();
    /** The requests of executions that were deleted, by name. */
    private final Map<ExecutionId, Set<String>> deleted = new HashMap<>();

    private final Map<Integer, Failure> failures = new LinkedHashMap<>();
    private final Map<HistoryEventType, Failure> failuresByType = new EnumMap<>(HistoryEventType.class);
    private int writes;

    @Override
    public ServiceCheck check() {
        return new ServiceCheck("journal", () -> "in memory");
    }

    /** Fails at a write: the {@code n}-th from now on, counted from 1. */
    public void failAt(int n, Failure failure) {
        failures.put(writes + n, failure);
    }

    /** Fails at the next write of an event of a type. */
    public void failAt(HistoryEventType type, Failure failure) {
        failuresByType.put(type, failure);
    }

    /** How many writes were tried. */
    public synchronized int writes() {
        return writes;
    }

    /** Forgets all. */
    public void clear() {
        executions.clear();
        deleted.clear();
        failures.clear();
        failuresByType.clear();
        writes = 0;
    }

    /** Deletes a record, as its expiry does. */
    public void forget(ExecutionId id) {
        executions.remove(id);
    }

    @Override
    public void create(Execution started, List<HistoryEvent> events) {
        add(started.with(started.run(), events));
    }

    @Override
    public void restore(Execution ended) {
        add(ended);
    }

    private void add(Execution execution) {
        write(execution.events(), () -> {
            if (deleted.getOrDefault(execution.id(), Set.of()).stream().anyMatch(execution.requestIds()::contains)) {
                throw new ExecutionDeletedException(execution.id());
            }
            Execution recorded = executions.get(execution.id());
            if (recorded != null) {
                throw new ExecutionRecordedException(recorded);
            }
            put(execution);
        });
    }

    @Override
    public void write(Transition transition) {
        write(transition.events(), () -> {
            Execution recorded =
                    fenced(transition.id(), transition.incarnation(), transition.after(), transition.from());
            List<HistoryEvent> events = new ArrayList<>(recorded.events());
            events.addAll(transition.events());
            Execution asked = transition.requestId().map(recorded::requestedBy).orElse(recorded);
            put(asked.with(abbreviated(transition.to()), events));
        });
    }

    private static RunState abbreviated(RunState run) {
        return run.doubt()
                .map(doubt -> run.inDoubt(new UndoFailure(
                        doubt.attempts(),
                        doubt.error(),
                        doubt.cause().substring(0, Math.min(doubt.cause().length(), MAX_INLINE_CHARACTERS)),
                        doubt.lastAttempt())))
                .orElse(run);
    }

    private Execution fenced(ExecutionId id, String incarnation, long after, RunState from) {
        Execution recorded = executions.get(id);
        if (recorded == null) {
            throw new ExecutionFencedException(id, Optional.empty());
        }
        RunState run = recorded.run();
        if (!recorded.incarnation().equals(incarnation)
                || recorded.events().size() != after
                || run.status() != from.status()
                || !run.token().equals(from.token())
                || !run.claimedBy().equals(from.claimedBy())) {
            throw new ExecutionFencedException(id, Optional.of(recorded.status()));
        }
        return recorded;
    }

    @Override
    public synchronized Map<Waiting.Reason, Integer> waiting(String stateMachine, int limit) {
        return executions.values().stream()
                .filter(execution -> execution.stateMachine().equals(stateMachine))
                .flatMap(execution -> execution.waiting().stream())
                .limit(limit)
                .collect(Collectors.toMap(Waiting::reason, waiting -> 1, Integer::sum));
    }

    @Override
    public synchronized List<ExecutionId> due(String stateMachine, Instant now, int limit) {
        return executions.values().stream()
                .filter(execution -> execution.stateMachine().equals(stateMachine))
                .filter(execution -> execution
                        .run()
                        .wakeAt()
                        .filter(wakeAt -> !wakeAt.isAfter(now))
                        .isPresent())
                .map(Execution::id)
                .limit(limit)
                .toList();
    }

    /** The token of a page is how many executions come before it. */
    @Override
    public synchronized CallbackPage callbacks(String stateMachine, int limit, Optional<String> token) {
        List<ExecutionId> all = executions.values().stream()
                .filter(execution -> execution.stateMachine().equals(stateMachine))
                .filter(execution ->
                        execution.waiting().stream().anyMatch(waiting -> waiting.reason() == Waiting.Reason.CALLBACK))
                .sorted(Comparator.comparing(
                        execution -> execution.waiting().orElseThrow().until()))
                .map(Execution::id)
                .toList();
        int from = token.map(InMemoryJournal::position).orElse(0);
        int to = Math.min(all.size(), from + limit);
        return new CallbackPage(
                all.subList(from, to), to < all.size() ? Optional.of(Integer.toString(to)) : Optional.empty());
    }

    @Override
    public synchronized int inFlight(String stateMachine, int limit) {
        return (int) executions.values().stream()
                .filter(execution -> execution.stateMachine().equals(stateMachine))
                .filter(execution -> !execution.status().isFinal())
                .limit(limit)
                .count();
    }

    @Override
    public synchronized boolean postpone(Execution found, Instant wakeAt) {
        Execution recorded = executions.get(found.id());
        if (recorded == null || !recorded.run().equals(found.run())) {
            return false;
        }
        RunState run = recorded.run();
        put(recorded.with(
                new RunState(
                        run.status(),
                        run.token(),
                        run.claimedBy(),
                        run.waiting(),
                        Optional.of(wakeAt),
                        run.doubt(),
                        run.redriveCount()),
                recorded.events()));
        return true;
    }

    private synchronized void write(List<HistoryEvent> events, Runnable write) {
        writes++;
        Failure failure = failures.remove(writes);
        for (HistoryEvent event : events) {
            Failure byType = failuresByType.remove(event.type());
            failure = byType == null ? failure : byType;
        }
        if (failure != Failure.BEFORE) {
            write.run();
        }
        if (failure != null) {
            throw new JournalUnavailableException("Told to fail " + failure + " write " + writes, null);
        }
    }

    @Override
    public synchronized Optional<Execution> find(ExecutionId id) {
        return Optional.ofNullable(executions.get(id));
    }

    @Override
    public void delete(Execution found) {
        write(List.of(), () -> {
            Execution recorded =
                    fenced(found.id(), found.incarnation(), found.events().size(), found.run());
            executions.remove(recorded.id());
            deleted.computeIfAbsent(recorded.id(), id -> new HashSet<>()).addAll(recorded.requestIds());
        });
    }

    /**
     * Newest first, or in the order of names if some start alike; the token of a page is how many executions come
     * before it.
     */
    @Override
    public synchronized ExecutionPage list(ExecutionQuery query) {
        List<ExecutionSummary> all = new ArrayList<>(executions.values().stream()
                .filter(execution -> execution.stateMachine().equals(query.stateMachine()))
                .map(Recorded::summary)
                .filter(query::includes)
                .filter(execution -> execution.name().startsWith(query.namePrefix()))
                .toList());
        if (query.namePrefix().isEmpty()) {
            // What started in the same millisecond too
            Collections.reverse(all);
        } else {
            all.sort(Comparator.comparing(ExecutionSummary::name));
        }
        int from = query.token().map(InMemoryJournal::position).orElse(0);
        int to = Math.min(all.size(), from + query.limit());
        return new ExecutionPage(
                all.subList(from, to), to < all.size() ? Optional.of(Integer.toString(to)) : Optional.empty());
    }

    private static int position(String token) {
        try {
            return Integer.parseInt(token);
        } catch (NumberFormatException e) {
            throw new JournalRefusedException("'" + token + "' is no token of a page", e);
        }
    }

    private void put(Execution execution) {
        executions.put(execution.id(), execution);
    }
}
