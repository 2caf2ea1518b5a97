package org.linkmoderation.itests.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills parts of a site, each by itself and so at times several at once, and starts them again. The seed decides the
 * order and the times.
 */
public final class Kills {

    private static final Logger LOG = LoggerFactory.getLogger(Kills.class);

    /** How long a part may be away before one that needs it gives up. */
    private static final Duration PATIENCE = Duration.ofMinutes(6);

    /**
     * Something that can be killed; how long it is left alive is counted from its start, so that starts are hit too.
     *
     * @param name what it is
     * @param kill kills it
     * @param start starts it; need not wait until it is ready
     * @param minUpMillis how long it is left alive at least
     * @param maxUpMillis how long it is left alive at most
     * @param maxDownMillis how long it is down at most
     */
    public record Part(
            String name, Runnable kill, Runnable start, int minUpMillis, int maxUpMillis, int maxDownMillis) {}

    /** What is done meanwhile. */
    @FunctionalInterface
    public interface Meanwhile {
        /** @param end is down when the last part is back, or the run is given up */
        void until(CountDownLatch end) throws InterruptedException;
    }

    private final List<Part> parts;
    private final int kills;
    private final long seed;
    private final Map<String, Integer> killed = new TreeMap<>();

    /**
     * @param parts what is killed
     * @param kills how many kills, over all parts
     * @param seed the seed
     */
    public Kills(List<Part> parts, int kills, long seed) {
        this.parts = List.copyOf(parts);
        this.kills = kills;
        this.seed = seed;
    }

    /** How often each part was killed. */
    public Map<String, Integer> killed() {
        return killed;
    }

    /** Kills and starts; returns when the last part has been started again and the meanwhile has ended. */
    public void during(Meanwhile meanwhile) {
        CountDownLatch end = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            CompletableFuture<Void> sender =
                    CompletableFuture.runAsync(() -> uninterrupted(() -> meanwhile.until(end)), threads);
            List<CompletableFuture<Void>> killers = new ArrayList<>();
            int[] shares = shares();
            for (int i = 0; i < parts.size(); i++) {
                Part part = parts.get(i);
                int share = shares[i];
                Random random = new Random(seed * 31 + i);
                killed.put(part.name(), share);
                killers.add(CompletableFuture.runAsync(
                        () -> uninterrupted(() -> killer(part, share, random, end)), threads));
            }
            try {
                // One that fails ends the run
                CompletableFuture<Void> all = CompletableFuture.allOf(killers.toArray(CompletableFuture[]::new));
                killers.forEach(killer -> killer.exceptionally(failed -> {
                    end.countDown();
                    return null;
                }));
                CompletableFuture.anyOf(all, sender).join();
                all.join();
            } finally {
                end.countDown();
            }
            sender.join();
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * Does what needs the parts that are killed: tries until it works.
     *
     * @return how many tries it took
     */
    public static int tryUntilDone(String what, Runnable action) {
        AtomicInteger tries = new AtomicInteger();
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> {
                    tries.incrementAndGet();
                    action.run();
                    return true;
                });
        return tries.get();
    }

    /** Every part has its share; which ones have one more, the seed says. */
    private int[] shares() {
        int[] shares = new int[parts.size()];
        Random random = new Random(seed);
        for (int i = 0; i < shares.length; i++) {
            shares[i] = kills / shares.length;
        }
        for (int rest = kills % shares.length; rest > 0; rest--) {
            shares[random.nextInt(shares.length)]++;
        }
        return shares;
    }

    private static void killer(Part part, int share, Random random, CountDownLatch end) throws InterruptedException {
        for (int i = 1; i <= share; i++) {
            int up = part.minUpMillis() + random.nextInt(part.maxUpMillis() - part.minUpMillis());
            int down = random.nextInt(part.maxDownMillis());
            boolean over = end.await(up, TimeUnit.MILLISECONDS);
            part.kill().run();
            LOG.info("Kill {} of {} of {}, after {} ms, for {} ms", i, share, part.name(), up, down);
            over |= end.await(down, TimeUnit.MILLISECONDS);
            part.start().run();
            if (over) {
                throw new IllegalStateException("The run ended before its time");
            }
        }
    }

    private static void uninterrupted(Interruptible action) {
        try {
            action.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    @FunctionalInterface
    private interface Interruptible {
        void run() throws InterruptedException;
    }
}
