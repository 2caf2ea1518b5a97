package org.linkmoderation.jmx;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.linkmoderation.ExecutionEvent;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionStatus;
import org.osgi.service.component.annotations.Component;

/** Counts what runs in this container, over all its state machines. Asks nobody: it is told. */
@Component(service = {ExecutionListener.class, ExecutionCounts.class})
public final class ExecutionCounts implements ExecutionListener {
    private final Instant since = Instant.now();
    private final LongAdder inFlight = new LongAdder();
    private final LongAdder started = new LongAdder();
    private final LongAdder redriven = new LongAdder();
    private final Map<ExecutionStatus, LongAdder> ended = new EnumMap<>(ExecutionStatus.class);

    public ExecutionCounts() {
        for (ExecutionStatus status : ExecutionStatus.values()) {
            ended.put(status, new LongAdder());
        }
    }

    @Override
    public void on(ExecutionEvent event) {
        if (event instanceof ExecutionEvent.RunBegan) {
            inFlight.increment();
        } else if (event instanceof ExecutionEvent.RunEnded) {
            inFlight.decrement();
        } else if (event instanceof ExecutionEvent.Started) {
            started.increment();
        } else if (event instanceof ExecutionEvent.Redriven) {
            redriven.increment();
        } else if (event instanceof ExecutionEvent.Ended end) {
            ended.get(end.status()).increment();
        }
    }

    Instant since() {
        return since;
    }

    long inFlight() {
        return inFlight.sum();
    }

    long started() {
        return started.sum();
    }

    long redriven() {
        return redriven.sum();
    }

    long ended(ExecutionStatus status) {
        return ended.get(status).sum();
    }
}
