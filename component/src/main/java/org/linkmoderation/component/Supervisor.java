package org.linkmoderation.component;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one thing running in the background: what keeps it from starting (its port is taken, say) is logged as one
 * sentence and tried again until it starts, and a run that ends by itself is followed by another. The delay before a
 * start doubles with every failure in a row.
 */
public final class Supervisor {

    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    private final String name;
    private final BackOff backOff;
    private final Start start;
    private final ScheduledExecutorService thread;
    private Run run;
    private int attempt;
    private long startedNanos;
    private int failures = 1;
    private volatile String lastFailure;

    /** Starts one run. */
    @FunctionalInterface
    public interface Start {

        /**
         * Starts, and returns when the run does its work.
         *
         * @param ended to be called when the run has ended by itself, from any thread; calls after its stop are ignored
         * @return the run
         * @throws Exception if it cannot start; the message says why, to be read after "cannot start:"
         */
        Run start(Runnable ended) throws Exception;
    }

    /** Something that was started. */
    @FunctionalInterface
    public interface Run {

        /**
         * Stops, and returns when nothing of the run is left. Is also called for a run that ended by itself.
         *
         * @throws Exception if something may be left
         */
        void stop() throws Exception;
    }

    /**
     * Starts in the background.
     *
     * @param name what is started, as a sentence begins with it
     * @param firstDelay the delay before the first further start
     * @param longestDelay the longest delay; a run that lasted longer than this makes the next delay the first again
     * @param start starts a run
     */
    public Supervisor(String name, Duration firstDelay, Duration longestDelay, Start start) {
        this.name = Objects.requireNonNull(name);
        this.backOff = new BackOff(firstDelay, longestDelay);
        this.start = Objects.requireNonNull(start);
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "start of " + name));
        thread.execute(this::begin);
    }

    /** What kept it from starting the last time, or null if it runs. */
    public String lastFailure() {
        return lastFailure;
    }

    /** Stops the run, or what is on its way to one, and returns when nothing is left. */
    public void stop() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("{} is still starting; it is stopped when it has started.", name);
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stopRun();
    }

    private void begin() {
        try {
            startedNanos = System.nanoTime();
            int current = ++attempt;
            run = start.start(() -> ended(current));
            lastFailure = null;
        } catch (Exception | LinkageError e) {
            if (!thread.isShutdown()) {
                sayOnce(e);
                beginLater();
            }
        }
        if (thread.isShutdown()) {
            // Stopping may wait, which the interrupt of shutdownNow would cut short
            Thread.interrupted();
            stopRun();
        }
    }

    private void sayOnce(Throwable failure) {
        var message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        var reason = message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
        if (!reason.equals(lastFailure)) {
            LOG.error("{} cannot start: {}. It is tried again until it starts.", name, reason);
            LOG.debug("{} cannot start.", name, failure);
            lastFailure = reason;
        }
    }

    private void ended(int which) {
        try {
            thread.execute(() -> {
                if (which != attempt || run == null) {
                    // It did not start, which is tried again already, or has ended before
                    return;
                }
                if (System.nanoTime() - startedNanos > backOff.longest().toNanos()) {
                    failures = 1;
                }
                LOG.warn("{} ended by itself; it is started again in {} s.", name, delay().toMillis() / 1000.0);
                stopRun();
                beginLater();
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("{} ended because it was stopped.", name, e);
        }
    }

    private void beginLater() {
        thread.schedule(this::begin, delay().toMillis(), TimeUnit.MILLISECONDS);
        failures++;
    }

    private Duration delay() {
        return backOff.delay(failures);
    }

    private synchronized void stopRun() {
        if (run != null) {
            try {
                run.stop();
            } catch (Exception e) {
                LOG.error("{} did not stop cleanly.", name, e);
            }
            run = null;
        }
    }
}
