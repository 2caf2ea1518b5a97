package org.linkmoderation.itests.domains;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.crash.Kills;
import org.linkmoderation.itests.crash.RecordedExecution;
import org.linkmoderation.itests.domains.SagaGate.Act;
import org.linkmoderation.itests.domains.SagaGate.Treatment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sells domains while acts and undos fail at random and every part of the site is killed; then lets everything come
 * back, waits until all is done, and counts money and domains. The seed decides the failures and the order and times of
 * the kills; what a kill meets is chance.
 */
final class SagaRun {

    private static final Logger LOG = LoggerFactory.getLogger(SagaRun.class);

    private static final Duration DRAIN = Duration.ofMinutes(8);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long FUNDS = 10_000;

    /** What a sale is given to meet. */
    private enum Fate {
        NOTHING,
        DOMAIN_TAKEN,
        NO_MONEY,
        PASSING_FAILURE,
        FINAL_FAILURE,
        UNDO_FAILS
    }

    private final DomainsSite site;
    private final int sales;
    private final long seed;
    private final int pauseMillis;
    private final Kills kills;
    private final Random random;
    private final Map<String, Fate> sent = new ConcurrentSkipListMap<>();
    private final List<String> faults = new ArrayList<>();

    /**
     * @param site a site that has been started
     * @param sales how many sales
     * @param kills how many kills, over all parts
     * @param seed the seed
     * @param pauseMillis the mean pause between two sales while parts are killed
     */
    SagaRun(DomainsSite site, int sales, int kills, long seed, int pauseMillis) {
        this.site = site;
        this.sales = sales;
        this.seed = seed;
        this.pauseMillis = pauseMillis;
        this.random = new Random(seed);
        List<Kills.Part> parts = new ArrayList<>();
        parts.add(new Kills.Part("container", site.node()::kill, site.node()::launch, 6_000, 25_000, 1_000));
        parts.add(part("coordinator", site.coordinator()::kill, site.coordinator()::start));
        parts.add(part("broker", site.broker()::kill, site.broker()::start));
        parts.add(part("dynamodb", site.dynamoDb()::kill, site.dynamoDb()::start));
        this.kills = new Kills(parts, kills, seed);
    }

    private static Kills.Part part(String name, Runnable kill, Runnable start) {
        return new Kills.Part(name, kill, start, 2_000, 25_000, 4_000);
    }

    /**
     * Runs, and gives the figures as a table.
     *
     * @throws AssertionError with the figures and what was wrong, if anything was
     */
    String run() {
        long begin = System.nanoTime();
        kills.during(this::sellUntil);
        while (sent.size() < sales) {
            sell();
        }
        long lastKill = System.nanoTime();
        site.node().awaitReady();
        Map<String, RecordedExecution> executions = awaitAllEnded();
        awaitEmptyQueue();
        long end = System.nanoTime();

        executions.keySet().stream()
                .filter(name -> !sent.containsKey(name))
                .forEach(name -> faults.add("nobody asked for execution " + name));
        long paid = 0;
        long confirmed = 0;
        for (Map.Entry<String, Fate> sale : sent.entrySet()) {
            paid += check(sale.getKey(), sale.getValue(), executions.get(sale.getKey()));
        }
        for (var item : site.domains().sold()) {
            if (item.get("owner").s().equals(Domains.SOMEBODY_ELSE)) {
                continue;
            }
            confirmed++;
            if (!item.get("status").s().equals("confirmed")) {
                faults.add("a domain that is neither free nor sold: " + item);
            }
        }
        if (paid != confirmed * DomainsSite.PRICE) {
            faults.add("paid " + paid + " for " + confirmed + " domains of " + DomainsSite.PRICE);
        }
        long charges = site.cards().entries().stream()
                .filter(entry -> entry.get("status").s().equals("CHARGED"))
                .count();
        if (charges != confirmed) {
            faults.add(charges + " charges for " + confirmed + " domains");
        }
        int deadLetters = site.messages().count(DomainsSite.DEAD_LETTERS);
        if (deadLetters > 0) {
            faults.add(deadLetters + " dead letters");
        }
        String figures = figures(executions, confirmed, paid, seconds(begin, lastKill), seconds(lastKill, end));
        LOG.info("Saga run with seed {}\n{}", seed, figures);
        write(figures);
        if (!faults.isEmpty()) {
            throw new AssertionError(faults.size() + " faults after seed " + seed + "\n" + figures + "\n"
                    + String.join("\n", faults.subList(0, Math.min(20, faults.size()))));
        }
        return figures;
    }

    private void sellUntil(CountDownLatch end) throws InterruptedException {
        do {
            if (sent.size() < sales) {
                sell();
            }
        } while (!end.await(1 + random.nextInt(2 * pauseMillis), TimeUnit.MILLISECONDS));
    }

    private void sell() {
        String name = "sale-" + sent.size();
        Fate fate = fate(name);
        until("DynamoDB takes the card of " + name, () -> {
            site.cards().issue(DomainsSite.card(name), fate == Fate.NO_MONEY ? 0 : FUNDS);
            if (fate == Fate.DOMAIN_TAKEN) {
                site.domains().take(name);
            }
        });
        until("the broker takes " + name, () -> site.request(name));
        sent.put(name, fate);
    }

    private Fate fate(String name) {
        int kind = random.nextInt(100);
        Act act = Act.values()[random.nextInt(3)];
        Act undo = Act.values()[3 + random.nextInt(2)];
        Treatment once = oneOf(SagaGate.refused(), SagaGate.answerLost(), SagaGate.requestLost(), slow());
        if (kind < 40) {
            return Fate.NOTHING;
        }
        if (kind < 50) {
            return Fate.DOMAIN_TAKEN;
        }
        if (kind < 60) {
            return Fate.NO_MONEY;
        }
        if (kind < 75) {
            treat(name, act, once, SagaGate.passes());
            return Fate.PASSING_FAILURE;
        }
        if (kind < 88) {
            treat(name, act, SagaGate.refused());
            return Fate.FINAL_FAILURE;
        }
        treat(name, Act.ConfirmDomain, SagaGate.refused());
        treat(name, undo, once, oneOf(SagaGate.passes(), SagaGate.refused(), SagaGate.answerLost()), SagaGate.passes());
        return Fate.UNDO_FAILS;
    }

    private void treat(String name, Act act, Treatment... treatments) {
        site.gate().treat(name, act, treatments);
    }

    private Treatment oneOf(Treatment... treatments) {
        return treatments[random.nextInt(treatments.length)];
    }

    /** Takes its time, so that kills meet acts in flight. */
    private Treatment slow() {
        int millis = 100 + random.nextInt(2_000);
        CountDownLatch never = new CountDownLatch(1);
        return attempt -> {
            if (!never.await(millis, TimeUnit.MILLISECONDS)) {
                SagaGate.passes().of(attempt);
            }
        };
    }

    /** Checks one sale; gives what was paid for it. */
    private long check(String name, Fate fate, RecordedExecution execution) {
        if (execution == null) {
            faults.add("execution " + name + " is lost");
            return 0;
        }
        long paid = (fate == Fate.NO_MONEY ? 0 : FUNDS) - site.cards().balance(DomainsSite.card(name));
        String domain = site.domains().state(name);
        boolean sold = execution.status().equals("SUCCEEDED");
        String expected = sold
                ? "confirmed by " + DomainsSite.owner(name)
                : fate == Fate.DOMAIN_TAKEN ? "confirmed by " + Domains.SOMEBODY_ELSE : "free";
        if (!domain.equals(expected) || paid != (sold ? DomainsSite.PRICE : 0)) {
            faults.add(fate + ", domain " + domain + ", paid " + paid + ": " + execution);
        }
        boolean mayBeSold = fate == Fate.NOTHING || fate == Fate.PASSING_FAILURE;
        if (sold && !mayBeSold || !List.of("SUCCEEDED", "FAILED").contains(execution.status())) {
            faults.add("not the end that is due to " + fate + ": " + execution);
        }
        List<Act> effects = site.gate().effects(name);
        if (effects.stream().distinct().count() != effects.size()
                || effects.contains(Act.RefundCharge)
                        && effects.contains(Act.ReleaseDomain)
                        && effects.indexOf(Act.RefundCharge) > effects.indexOf(Act.ReleaseDomain)) {
            faults.add("effects " + effects + ": " + execution);
        }
        return paid;
    }

    private Map<String, RecordedExecution> awaitAllEnded() {
        AtomicReference<Map<String, RecordedExecution>> last = new AtomicReference<>(Map.of());
        try {
            Awaitility.await("the end of all executions")
                    .atMost(DRAIN)
                    .pollInterval(Duration.ofSeconds(3))
                    .ignoreExceptions()
                    .until(() -> {
                        Map<String, RecordedExecution> all = site.executions();
                        last.set(all);
                        return all.keySet().containsAll(sent.keySet())
                                && all.values().stream().allMatch(RecordedExecution::isEnded);
                    });
        } catch (ConditionTimeoutException e) {
            faults.add("after " + DRAIN.toMinutes() + " minutes some executions had not ended");
        }
        return last.get();
    }

    private void awaitEmptyQueue() {
        try {
            Awaitility.await("an empty queue")
                    .atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .until(() -> site.messages().count(DomainsSite.REQUESTS) == 0);
        } catch (ConditionTimeoutException e) {
            faults.add(site.messages().count(DomainsSite.REQUESTS) + " messages are left in the queue");
        }
    }

    private String figures(
            Map<String, RecordedExecution> executions,
            long confirmed,
            long paid,
            double killSeconds,
            double drainSeconds) {
        Map<String, Integer> statuses = new TreeMap<>();
        Map<String, Integer> fates = new TreeMap<>();
        long resumed = 0;
        long undone = 0;
        for (RecordedExecution execution : executions.values()) {
            statuses.merge(execution.status(), 1, Integer::sum);
            resumed += execution.count("ExecutionResumed") > 0 ? 1 : 0;
            undone += execution.trail().contains("ReleaseDomain") ? 1 : 0;
        }
        sent.values().forEach(fate -> fates.merge(fate.name(), 1, Integer::sum));
        Map<String, Integer> killed = kills.killed();
        Map<String, Object> lines = new LinkedHashMap<>();
        lines.put("seed", seed);
        lines.put("kills", killed.values().stream().mapToInt(Integer::intValue).sum() + " " + killed);
        lines.put("sales", sent.size() + " " + fates);
        lines.put("executions", executions.size() + " " + statuses);
        lines.put("undone", undone);
        lines.put("resumed", resumed);
        lines.put("domains sold", confirmed);
        lines.put("paid", paid + " = " + confirmed + " x " + DomainsSite.PRICE);
        lines.put("in doubt", statuses.getOrDefault("IN_DOUBT", 0));
        lines.put(
                "seconds",
                String.format(Locale.ROOT, "%.0f with kills, %.0f until all was done", killSeconds, drainSeconds));
        lines.put("faults", faults.size());
        StringBuilder text = new StringBuilder();
        lines.forEach((name, value) -> text.append(String.format(Locale.ROOT, "%-15s %s%n", name, value)));
        return text.toString();
    }

    private static void write(String figures) {
        try {
            Files.writeString(KarafNode.MODULE.resolve("target/saga-run.txt"), figures);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double seconds(long from, long to) {
        return (to - from) / 1e9;
    }

    /** Tries until it works. */
    private static void until(String what, Runnable action) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> {
                    action.run();
                    return true;
                });
    }
}
