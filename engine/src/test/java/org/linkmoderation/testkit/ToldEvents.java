package org.linkmoderation.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionStatus;

/** A listener that notes what it is told, a line an event, without durations and the journal's requests. */
public final class ToldEvents implements ExecutionListener {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    /** The lines, in order. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** Forgets all. */
    public void clear() {
        lines.clear();
    }

    @Override
    public void runBegan(ExecutionId id) {
        lines.add("run of " + id.name() + " began");
    }

    @Override
    public void runEnded(ExecutionId id) {
        lines.add("run of " + id.name() + " ended");
    }

    @Override
    public void started(ExecutionId id) {
        lines.add(id.name() + " started");
    }

    @Override
    public void redriven(ExecutionId id) {
        lines.add(id.name() + " redriven");
    }

    @Override
    public void ended(ExecutionId id, ExecutionStatus status, Duration duration) {
        lines.add(id.name() + " " + status);
    }

    @Override
    public void stateLeft(ExecutionId id, String state, Optional<String> output, Duration duration) {
        lines.add(state + (output.isPresent() ? " exited" : " failed"));
    }

    @Override
    public void retried(ExecutionId id, String state, String error) {
        lines.add(state + " retried after " + error);
    }

    @Override
    public void journaled(String request, Instant began, Duration duration, boolean answered) {
        if (!answered) {
            lines.add(request + " not answered");
        }
    }
}
