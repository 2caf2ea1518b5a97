package org.linkmoderation.itests.domains;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.linkmoderation.itests.crash.Aftermath;
import org.linkmoderation.itests.crash.Kills;
import org.linkmoderation.itests.crash.RecordedExecution;
import org.linkmoderation.itests.domains.SagaGate.Act;
import org.linkmoderation.itests.domains.SagaGate.Treatment;

/**
 * Sells domains while acts and undos fail at random and every part of the site is killed; then lets everything come
 * back, waits until all is done, and counts money and domains. The seed decides the failures and the order and times of
 * the kills; what a kill meets is chance.
 */
final class SagaRun {

    private static final Duration DRAIN = Duration.ofMinutes(8);
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
    private final int pauseMillis;
    private final Kills kills;
    private final Random random;
    private final Map<String, Fate> sent = new ConcurrentSkipListMap<>();
    private final Aftermath aftermath;

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
        this.aftermath = new Aftermath("saga-run", seed);
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
        Map<String, RecordedExecution> executions = aftermath.awaitAllEnded(sent.keySet(), site::executions, DRAIN);
        aftermath.awaitEmptyQueue(site.messages(), DomainsSite.REQUESTS);
        long end = System.nanoTime();

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
                aftermath.fault("a domain that is neither free nor sold: " + item);
            }
        }
        if (paid != confirmed * DomainsSite.PRICE) {
            aftermath.fault("paid " + paid + " for " + confirmed + " domains of " + DomainsSite.PRICE);
        }
        long charges = site.cards().entries().stream()
                .filter(entry -> entry.get("status").s().equals("CHARGED"))
                .count();
        if (charges != confirmed) {
            aftermath.fault(charges + " charges for " + confirmed + " domains");
        }
        int deadLetters = site.messages().count(DomainsSite.DEAD_LETTERS);
        if (deadLetters > 0) {
            aftermath.fault(deadLetters + " dead letters");
        }
        return aftermath.conclude(
                kills.killed(), figures(executions, confirmed, paid, Aftermath.seconds(begin, lastKill, end)));
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
        Kills.tryUntilDone("DynamoDB takes the card of " + name, () -> {
            site.cards().issue(DomainsSite.card(name), fate == Fate.NO_MONEY ? 0 : FUNDS);
            if (fate == Fate.DOMAIN_TAKEN) {
                site.domains().take(name);
            }
        });
        Kills.tryUntilDone("the broker takes " + name, () -> site.request(name));
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
            aftermath.fault("execution " + name + " is lost");
            return 0;
        }
        long paid = (fate == Fate.NO_MONEY ? 0 : FUNDS) - site.cards().balance(DomainsSite.card(name));
        String domain = site.domains().state(name);
        boolean sold = execution.status().equals("SUCCEEDED");
        String expected = sold
                ? "confirmed by " + DomainsSite.owner(name)
                : fate == Fate.DOMAIN_TAKEN ? "confirmed by " + Domains.SOMEBODY_ELSE : "free";
        if (!domain.equals(expected) || paid != (sold ? DomainsSite.PRICE : 0)) {
            aftermath.fault(fate + ", domain " + domain + ", paid " + paid + ": " + execution);
        }
        boolean mayBeSold = fate == Fate.NOTHING || fate == Fate.PASSING_FAILURE;
        if (sold && !mayBeSold || !List.of("SUCCEEDED", "FAILED").contains(execution.status())) {
            aftermath.fault("not the end that is due to " + fate + ": " + execution);
        }
        List<Act> effects = site.gate().effects(name);
        if (effects.stream().distinct().count() != effects.size()
                || effects.contains(Act.RefundCharge)
                        && effects.contains(Act.ReleaseDomain)
                        && effects.indexOf(Act.RefundCharge) > effects.indexOf(Act.ReleaseDomain)) {
            aftermath.fault("effects " + effects + ": " + execution);
        }
        return paid;
    }

    private Map<String, Object> figures(
            Map<String, RecordedExecution> executions, long confirmed, long paid, String seconds) {
        Map<String, Integer> statuses = Aftermath.statuses(executions);
        Map<String, Integer> fates = new TreeMap<>();
        sent.values().forEach(fate -> fates.merge(fate.name(), 1, Integer::sum));
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("sales", sent.size() + " " + fates);
        figures.put("executions", executions.size() + " " + statuses);
        figures.put("undone", count(executions, execution -> execution.trail().contains("FailSaga")));
        figures.put("resumed", count(executions, execution -> execution.count("ExecutionResumed") > 0));
        figures.put("domains sold", confirmed);
        figures.put("paid", paid + " = " + confirmed + " x " + DomainsSite.PRICE);
        figures.put("in doubt", statuses.getOrDefault("IN_DOUBT", 0));
        figures.put("seconds", seconds);
        return figures;
    }

    private static long count(Map<String, RecordedExecution> executions, Predicate<RecordedExecution> which) {
        return executions.values().stream().filter(which).count();
    }
}
