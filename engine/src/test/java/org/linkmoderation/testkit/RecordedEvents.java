package org.linkmoderation.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.linkmoderation.ExecutionEvent;
import org.linkmoderation.ExecutionListener;

/** A listener that notes what it is told, a line an event, without durations and the journal's requests. */
public final class RecordedEvents implements ExecutionListener {
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
    public void on(ExecutionEvent event) {
        if (event instanceof ExecutionEvent.RunBegan began) {
            lines.add("run of " + began.id().name() + " began");
        } else if (event instanceof ExecutionEvent.RunEnded ended) {
            lines.add("run of " + ended.id().name() + " ended");
        } else if (event instanceof ExecutionEvent.Started started) {
            lines.add(started.id().name() + " started");
        } else if (event instanceof ExecutionEvent.Redriven redriven) {
            lines.add(redriven.id().name() + " redriven");
        } else if (event instanceof ExecutionEvent.Ended ended) {
            lines.add(ended.id().name() + " " + ended.status());
        } else if (event instanceof ExecutionEvent.StateLeft left) {
            lines.add(left.state() + (left.output().isPresent() ? " exited" : " failed"));
        } else if (event instanceof ExecutionEvent.Retried retried) {
            lines.add(retried.state() + " retried after " + retried.error());
        } else if (event instanceof ExecutionEvent.Journaled journaled && !journaled.answered()) {
            lines.add(journaled.request() + " not answered");
        }
    }
}
