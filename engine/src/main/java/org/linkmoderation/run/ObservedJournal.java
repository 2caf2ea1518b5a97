package org.linkmoderation.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.linkmoderation.Doubt;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.StartRequest;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.JournalUnavailableException;

/** A journal whose requests a listener is told of, with the time that each took. */
public final class ObservedJournal implements Journal {
    private final Journal journal;
    private final ExecutionListener listener;

    /**
     * @param journal does it
     * @param listener is told
     */
    public ObservedJournal(Journal journal, ExecutionListener listener) {
        this.journal = journal;
        this.listener = listener;
    }

    @Override
    public void create(StartRequest request, Instant startDate, List<HistoryEvent> events) {
        observed("create", () -> journal.create(request, startDate, events));
    }

    @Override
    public void append(ExecutionId id, long after, List<HistoryEvent> events, Optional<ExecutionStatus> status) {
        observed("append", () -> journal.append(id, after, events, status));
    }

    @Override
    public void doubt(ExecutionId id, long after, List<HistoryEvent> events, Doubt doubt) {
        observed("append", () -> journal.doubt(id, after, events, doubt));
    }

    @Override
    public void redrive(Execution recorded, StartRequest request, List<HistoryEvent> events) {
        observed("redrive", () -> journal.redrive(recorded, request, events));
    }

    @Override
    public Optional<Execution> find(ExecutionId id) {
        return observed("find", () -> journal.find(id));
    }

    @Override
    public ExecutionPage list(ExecutionQuery query) {
        return journal.list(query);
    }

    @Override
    public void delete(Execution recorded) {
        journal.delete(recorded);
    }

    @Override
    public ServiceCheck check() {
        return journal.check();
    }

    private void observed(String request, Runnable call) {
        observed(request, () -> {
            call.run();
            return null;
        });
    }

    private <T> T observed(String request, Supplier<T> call) {
        Instant began = Instant.now();
        long nanos = System.nanoTime();
        boolean answered = true;
        try {
            return call.get();
        } catch (JournalUnavailableException e) {
            answered = false;
            throw e;
        } finally {
            listener.journaled(request, began, Duration.ofNanos(System.nanoTime() - nanos), answered);
        }
    }
}
