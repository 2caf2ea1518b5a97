package org.linkmoderation.local.dynamodb.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Callers that write to a store at the same time, each items of its own, until it is gone. */
public final class Callers {

    /** Long enough for a machine that has little time for them. */
    private static final int PATIENCE_SECONDS = 300;

    private final ExecutorService threads;
    private final Queue<RuntimeException> refusals = new ConcurrentLinkedQueue<>();

    private Callers(int number) {
        threads = Executors.newFixedThreadPool(number);
    }

    /**
     * Starts them; each has written when this returns.
     *
     * @param number how many
     * @param written what they write, and note there
     * @param prefix begins the keys of their items
     */
    public static Callers start(int number, DynamoDbClient client, WrittenItems written, String prefix)
            throws InterruptedException {
        var callers = new Callers(number);
        var begun = new CountDownLatch(number);
        for (int caller = 0; caller < number; caller++) {
            var name = prefix + "-" + caller + "-";
            callers.threads.execute(() -> {
                try {
                    for (int i = 0; ; i++) {
                        written.write(client, name + i);
                        begun.countDown();
                    }
                } catch (SdkClientException e) {
                    // The store was killed, or the caller ended
                } catch (RuntimeException e) {
                    callers.refusals.add(e);
                } finally {
                    begun.countDown();
                }
            });
        }
        assertThat(begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return callers;
    }

    /**
     * Ends them in the middle of what they write, and waits until they have ended.
     *
     * @throws AssertionError if the store has refused a write
     */
    public void end() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(refusals).isEmpty();
    }
}
