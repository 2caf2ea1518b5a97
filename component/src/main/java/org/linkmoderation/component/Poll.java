package org.linkmoderation.component;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks at something again and again, in a thread of its own. What fails is done again the next time; a failure is
 * reported once, and again after another failure or a success.
 */
public final class Poll implements AutoCloseable {
    private final ScheduledExecutorService timer;
    private final Look look;
    private final Consumer<String> failed;
    private String failure = "";

    /** What is done each time. */
    @FunctionalInterface
    public interface Look {
        /**
         * Looks.
         *
         * @throws Exception if it fails; its message is reported
         */
        void run() throws Exception;
    }

    /**
     * Starts.
     *
     * @param name the name of the thread
     * @param first until the first look
     * @param delay from the end of a look to the next one
     * @param look what is done each time
     * @param failed takes the message of a failure
     */
    public Poll(String name, Duration first, Duration delay, Look look, Consumer<String> failed) {
        this.look = look;
        this.failed = failed;
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleWithFixedDelay(this::look, first.toMillis(), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            look.run();
            failure = "";
        } catch (Exception e) {
            String message = String.valueOf(e.getMessage());
            if (!message.equals(failure)) {
                failed.accept(message);
                failure = message;
            }
        }
    }

    /** Ends; a look under way is interrupted. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
