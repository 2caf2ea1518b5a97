package org.linkmoderation.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionEvent;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.Waiting;
import org.linkmoderation.journal.CallbackPage;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.JournalUnavailableException;
import org.linkmoderation.journal.Transition;

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
    public void create(Execution started, List<HistoryEvent> events) {
        observed("create", () -> journal.create(started, events));
    }

    @Override
    public void write(Transition transition) {
        observed(transition.requestId().isPresent() ? "redrive" : "append", () -> journal.write(transition));
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
    public List<ExecutionId> due(String stateMachine, Instant now, int limit) {
        return journal.due(stateMachine, now, limit);
    }

    @Override
    public Map<Waiting.Reason, Integer> waiting(String stateMachine, int limit) {
        return journal.waiting(stateMachine, limit);
    }

    @Override
    public CallbackPage callbacks(String stateMachine, int limit, Optional<String> token) {
        return journal.callbacks(stateMachine, limit, token);
    }

    @Override
    public int inFlight(String stateMachine, int limit) {
        return journal.inFlight(stateMachine, limit);
    }

    @Override
    public boolean postpone(Execution found, Instant wakeAt) {
        return journal.postpone(found, wakeAt);
    }

    @Override
    public void delete(Execution recorded) {
        journal.delete(recorded);
    }

    @Override
    public void restore(Execution ended) {
        journal.restore(ended);
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
            listener.on(new ExecutionEvent.Journaled(
                    request, began, Duration.ofNanos(System.nanoTime() - nanos), answered));
        }
    }
}
