package org.linkmoderation.itests.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Messages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is left behind a run in which parts were killed: waits until all is done, notes what is wrong, and gives the
 * figures, which also go to {@code target/<name>.txt}.
 */
public final class Aftermath {

    private static final Logger LOG = LoggerFactory.getLogger(Aftermath.class);

    private static final int MOST_SHOWN = 20;

    private final String name;
    private final long seed;
    private final List<String> faults = new ArrayList<>();

    /**
     * @param name the name of the run
     * @param seed its seed
     */
    public Aftermath(String name, long seed) {
        this.name = name;
        this.seed = seed;
    }

    /** Notes that something is wrong. */
    public void fault(String what) {
        faults.add(what);
    }

    /** Notes what a check throws. */
    public void check(Runnable check) {
        try {
            check.run();
        } catch (AssertionError e) {
            fault(e.getMessage());
        }
    }

    /**
     * Waits until all executions have ended; else that is a fault.
     *
     * @param asked the names of those that were asked for; all others are faults
     * @param executions reads all that there are
     * @return all as they were read last
     */
    public Map<String, RecordedExecution> awaitAllEnded(
            Set<String> asked, Supplier<Map<String, RecordedExecution>> executions, Duration atMost) {
        AtomicReference<Map<String, RecordedExecution>> last = new AtomicReference<>(Map.of());
        try {
            Awaitility.await("the end of all executions")
                    .atMost(atMost)
                    .pollInterval(Duration.ofSeconds(1))
                    .ignoreExceptions()
                    .until(() -> {
                        Map<String, RecordedExecution> all = executions.get();
                        last.set(all);
                        return all.keySet().containsAll(asked)
                                && all.values().stream().allMatch(RecordedExecution::isEnded);
                    });
        } catch (ConditionTimeoutException e) {
            fault("after " + atMost.toMinutes() + " minutes some executions had not ended");
        }
        last.get().keySet().stream()
                .filter(execution -> !asked.contains(execution))
                .forEach(execution -> fault("nobody asked for execution " + execution));
        return last.get();
    }

    /** Waits until a queue is empty; else that is a fault. */
    public void awaitEmptyQueue(Messages messages, String queue) {
        try {
            Awaitility.await("an empty queue")
                    .atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .until(() -> messages.count(queue) == 0);
        } catch (ConditionTimeoutException e) {
            fault(messages.count(queue) + " messages are left in the queue");
        }
    }

    /** How many executions have each status. */
    public static Map<String, Integer> statuses(Map<String, RecordedExecution> executions) {
        Map<String, Integer> statuses = new TreeMap<>();
        executions.values().forEach(execution -> statuses.merge(execution.status(), 1, Integer::sum));
        return statuses;
    }

    /**
     * Gives the figures as a table, with the seed, the kills and the number of faults.
     *
     * @param killed how often each part was killed
     * @param figures the other figures
     * @throws AssertionError with the figures and what was wrong, if anything was
     */
    public String conclude(Map<String, Integer> killed, Map<String, Object> figures) {
        Map<String, Object> lines = new LinkedHashMap<>();
        lines.put("seed", seed);
        lines.put("kills", killed.values().stream().mapToInt(Integer::intValue).sum() + " " + killed);
        lines.putAll(figures);
        lines.put("faults", faults.size());
        StringBuilder text = new StringBuilder();
        lines.forEach((figure, value) -> text.append(String.format(Locale.ROOT, "%-15s %s%n", figure, value)));
        LOG.info("{} with seed {}\n{}", name, seed, text);
        try {
            Files.writeString(KarafNode.MODULE.resolve("target/" + name + ".txt"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!faults.isEmpty()) {
            throw new AssertionError(faults.size() + " faults after seed " + seed + "\n" + text + "\n"
                    + String.join("\n", faults.subList(0, Math.min(MOST_SHOWN, faults.size()))));
        }
        return text.toString();
    }

    /** How long the run took, for {@link #conclude}; all times by {@link System#nanoTime()}. */
    public static String seconds(long begin, long lastKill, long end) {
        return String.format(
                Locale.ROOT,
                "%.0f with kills, %.0f until all was done",
                (lastKill - begin) / 1e9,
                (end - lastKill) / 1e9);
    }
}
