package org.linkmoderation.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.linkmoderation.Doubt;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.StartRequest;
import org.linkmoderation.journal.DynamoDbJournal;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.ExecutionRecordedException;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.JournalUnavailableException;

/**
 * A journal with the contract of {@link DynamoDbJournal}: a record is created once, and events are appended behind the
 * one that the writer knows as the last. It can be told to fail at a write, so that a test decides at which one a
 * container dies.
 */
public class InMemoryJournal implements Journal {
    /** Where a failing write fails. */
    public enum Failure {
        /** Nothing was written. */
        BEFORE,
        /** It was written; its answer was lost. */
        AFTER
    }

    private static final Set<ExecutionStatus> RUNNING = EnumSet.of(ExecutionStatus.RUNNING, ExecutionStatus.IN_DOUBT);

    private final Map<ExecutionId, Execution> executions = new LinkedHashMap<>();
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
        failures.clear();
        failuresByType.clear();
        writes = 0;
    }

    /** Deletes a record, as an operator or its expiry does. */
    public void forget(ExecutionId id) {
        executions.remove(id);
    }

    @Override
    public void create(StartRequest request, Instant startDate, List<HistoryEvent> events) {
        write(events, () -> {
            Execution recorded = executions.get(request.id());
            if (recorded != null) {
                throw new ExecutionRecordedException(recorded);
            }
            String input = events.get(0).details().getOrDefault("input", request.input());
            put(behind(Execution.started(request.withInput(input), startDate), events, Optional.empty()));
        });
    }

    @Override
    public void append(ExecutionId id, long after, List<HistoryEvent> events, Optional<ExecutionStatus> status) {
        write(events, () -> put(behind(fenced(id, after, RUNNING), events, status)));
    }

    @Override
    public void doubt(ExecutionId id, long after, List<HistoryEvent> events, Doubt doubt) {
        write(events, () -> {
            Execution recorded = behind(fenced(id, after, RUNNING), events, Optional.empty());
            put(with(recorded, ExecutionStatus.IN_DOUBT, Optional.of(doubt), recorded.events()));
        });
    }

    @Override
    public void redrive(Execution found, StartRequest request, List<HistoryEvent> events) {
        write(events, () -> {
            Execution recorded = fenced(found.id(), found.events().size(), Set.of(found.status()));
            put(recorded.redriven(request, events.get(0)));
        });
    }

    private Execution fenced(ExecutionId id, long after, Set<ExecutionStatus> expected) {
        Execution recorded = executions.get(id);
        if (recorded == null) {
            throw new ExecutionFencedException(id, Optional.empty());
        }
        if (!expected.contains(recorded.status()) || recorded.events().size() != after) {
            throw new ExecutionFencedException(id, Optional.of(recorded.status()));
        }
        return recorded;
    }

    private static Execution behind(Execution recorded, List<HistoryEvent> events, Optional<ExecutionStatus> status) {
        List<HistoryEvent> all = new ArrayList<>(recorded.events());
        all.addAll(events);
        HistoryEvent last = all.get(all.size() - 1);
        Execution ended = status.filter(ExecutionStatus::isFinal)
                .map(end -> recorded.ended(end, last.timestamp(), last.details()))
                .orElse(recorded);
        return with(
                ended, status.orElse(recorded.status()), status.isPresent() ? Optional.empty() : recorded.doubt(), all);
    }

    private static Execution with(
            Execution ended, ExecutionStatus status, Optional<Doubt> doubt, List<HistoryEvent> events) {
        return new Execution(
                ended.stateMachine(),
                ended.name(),
                ended.requestIds(),
                ended.deliveryId(),
                status,
                ended.input(),
                ended.startDate(),
                ended.stopDate(),
                ended.output(),
                ended.error(),
                ended.cause(),
                ended.redriveCount(),
                doubt,
                events);
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
        write(
                List.of(),
                () -> executions.remove(fenced(found.id(), found.events().size(), Set.of(found.status()))
                        .id()));
    }

    @Override
    public ExecutionPage list(ExecutionQuery query) {
        throw new UnsupportedOperationException("Lists are the business of the table's indexes");
    }

    private void put(Execution execution) {
        executions.put(execution.id(), execution);
    }
}
