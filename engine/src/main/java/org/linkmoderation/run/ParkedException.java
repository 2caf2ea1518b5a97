package org.linkmoderation.run;

import org.linkmoderation.Waiting;

/**
 * Ends a run, for its execution has to wait: thrown through the routes to the runner, which parks the execution. No
 * Retry and no Catch applies to it.
 */
public class ParkedException extends RuntimeException {
    private final transient Waiting waiting;

    ParkedException(Waiting waiting) {
        // A way out, not a failure: nobody reads where it was thrown
        super(waiting.reason() + " until " + waiting.until(), null, false, false);
        this.waiting = waiting;
    }

    /** What the execution waits for. */
    Waiting waiting() {
        return waiting;
    }
}
