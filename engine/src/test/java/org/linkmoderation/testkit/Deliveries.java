package org.linkmoderation.testkit;

import java.time.Clock;
import org.linkmoderation.StartRequest;
import org.linkmoderation.run.ExecutionRunner;
import org.linkmoderation.run.Outcome;
import org.linkmoderation.run.Wake;

/**
 * A broker with one message: the request, and after the execution was parked its wake-up. A message that was not done
 * with is delivered again, with the same id.
 */
public final class Deliveries {
    private final ExecutionRunner runner;
    private final Clock clock;
    private Wake wake;
    private int wakes;

    /**
     * @param runner runs what is delivered
     * @param clock says whether a wake-up is due
     */
    public Deliveries(ExecutionRunner runner, Clock clock) {
        this.runner = runner;
        this.clock = clock;
    }

    /** The execution was parked, or its wake-up is not due yet. */
    public static final class ParkedExecution extends Exception {
        private static final long serialVersionUID = 1L;

        ParkedExecution(Wake wake) {
            super(wake.id() + " waits until " + wake.at());
        }
    }

    /** Forgets what waits. */
    public void clear() {
        wake = null;
    }

    /** The wake-up that waits; null if none does. */
    public Wake wake() {
        return wake;
    }

    /** A wake-up that came by another way than by parking, as from an operator's hand. */
    public void wakeWith(Wake other) {
        wake = other;
        wakes++;
    }

    /**
     * Delivers what waits, or a request.
     *
     * @return what came of it
     * @throws ParkedExecution if the execution was parked, or is not to be woken yet
     * @throws Exception to have it delivered again
     */
    public Outcome deliver(StartRequest request) throws Exception {
        if (wake != null && !wake.id().equals(request.id())) {
            wake = null;
        }
        if (wake != null && clock.instant().isBefore(wake.at())) {
            throw new ParkedExecution(wake);
        }
        Outcome outcome = wake == null ? runner.run(request) : runner.wake(wake, "wake " + wakes);
        if (outcome instanceof Outcome.Parked parked) {
            wakeWith(parked.wake());
            throw new ParkedExecution(wake);
        }
        wake = null;
        return outcome;
    }
}
