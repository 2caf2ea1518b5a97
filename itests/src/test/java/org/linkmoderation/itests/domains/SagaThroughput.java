package org.linkmoderation.itests.domains;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.LinuxProcess;
import org.linkmoderation.itests.ModerationNode;
import org.linkmoderation.itests.Ports;
import org.linkmoderation.itests.TableStore;

/**
 * Sells domains with 1, 8 and 32 sagas in flight, and lets the same coordinator start, join and close as many actions
 * of which nothing is done, in turns. Everything is in one container but the table store and this JVM. Not part of the
 * build (its name does not end in IT); one command: {@code bench/sagas}.
 */
class SagaThroughput {

    private static final int[] IN_FLIGHT = {1, 8, 32};
    private static final int WARM_IN_FLIGHT = 16;
    private static final int SECONDS = Integer.getInteger("sagas.seconds", 10);
    private static final int ROUNDS = Integer.getInteger("sagas.rounds", 3);

    /** The compiler of the JVM needs some thousands of executions. */
    private static final int WARM = Integer.getInteger("sagas.warm", 3_000);

    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final String QUEUE = "domain.requests";

    private static final String SECRET = UUID.randomUUID().toString();
    private static final String COORDINATOR = "http://127.0.0.1:" + Ports.free() + "/lra-coordinator";
    private static final String PARTICIPANT = "http://127.0.0.1:" + Ports.free();

    private final LraCalls calls = new LraCalls(SECRET);
    private final AtomicInteger names = new AtomicInteger();

    @Test
    void shouldSellAndPrintTheFigures() throws Exception {
        List<String> table = new ArrayList<>();
        table.add(String.format(
                "%10s  %16s  %20s  %34s  %20s  %6s",
                "in flight",
                "sagas/s",
                "container's CPU ms",
                "bare start + join + close, per s",
                "container's CPU ms",
                "ratio"));
        // In memory, as for the other benchmarks: its files are what everything would wait for
        try (TableStore dynamoDb = new TableStore("sagas").forMeasurement().start();
                ModerationNode node = new ModerationNode("sagas", dynamoDb)) {
            node.karaf()
                    // The JVM as the distribution starts it, not as most tests do
                    .environment("EXTRA_JAVA_OPTS", System.getProperty("bench.java.options", ""))
                    .setting(
                            "org.linkmoderation.aws",
                            "lambda.endpoint",
                            "http://127.0.0.1:" + node.ports().get("lambda"))
                    .setting("org.linkmoderation.coordinator", "url", COORDINATOR)
                    .setting("org.linkmoderation.coordinator", "secret", SECRET)
                    .setting("org.linkmoderation.coordinator", "participant.url", PARTICIPANT)
                    .setting(
                            "org.linkmoderation.local.coordinator",
                            "listen.url",
                            COORDINATOR.replace("/lra-coordinator", ""))
                    .start();
            Cards cards = new Cards(node.links().tables());
            cards.createTable();
            awaitRoutes(node, 1);
            int starts = consumers(node, WARM_IN_FLIGHT, 1);
            sell(node, cards, WARM);
            bare(node, WARM_IN_FLIGHT);
            for (int inFlight : IN_FLIGHT) {
                starts = consumers(node, inFlight, starts);
                double probe = sell(node, cards, 10 * inFlight).perSecond();
                List<Rate> bare = new ArrayList<>();
                List<Rate> sagas = new ArrayList<>();
                for (int round = 0; round < ROUNDS; round++) {
                    bare.add(bare(node, inFlight));
                    sagas.add(sell(node, cards, (int) Math.max(inFlight, probe * SECONDS)));
                }
                table.add(String.format(
                        Locale.ROOT,
                        "%10d  %16.1f  %20.2f  %34.1f  %20.2f  %6.2f",
                        inFlight,
                        median(sagas, Rate::perSecond),
                        median(sagas, Rate::cpuMillis),
                        median(bare, Rate::perSecond),
                        median(bare, Rate::cpuMillis),
                        median(sagas, Rate::perSecond) / median(bare, Rate::perSecond)));
            }
        }
        System.out.println("\n" + String.join("\n", table) + "\n");
        Files.write(
                KarafNode.MODULE.resolve("target/sagas.txt"),
                table,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING);
    }

    private static int consumers(ModerationNode node, int consumers, int starts) {
        node.karaf().setting("org.linkmoderation.domains", "consumers", consumers);
        awaitRoutes(node, starts + 1);
        return starts + 1;
    }

    /**
     * What a round measures.
     *
     * @param perSecond how many were done in a second
     * @param cpuMillis the container's processor time for one
     */
    private record Rate(double perSecond, double cpuMillis) {
        private static Rate of(int count, long begin, double cpuBefore, ModerationNode node) {
            return new Rate(count / seconds(begin), (cpu(node) - cpuBefore) / count);
        }
    }

    private static double median(List<Rate> rounds, ToDoubleFunction<Rate> column) {
        double[] sorted = rounds.stream().mapToDouble(column).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static double cpu(ModerationNode node) {
        return new LinuxProcess(node.karaf().process()).cpuMillis();
    }

    private static void awaitRoutes(ModerationNode node, int starts) {
        node.karaf()
                .await(
                        "the sale of domains",
                        LONGEST,
                        () -> node.karaf().log().split("State machine domains takes requests from queue", -1).length
                                > starts);
        node.karaf().awaitReady();
    }

    /** Sells so many domains, each to a card of its own. */
    private Rate sell(ModerationNode node, Cards cards, int count) throws Exception {
        Set<String> ended = ConcurrentHashMap.newKeySet();
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = "saga-" + names.incrementAndGet();
            cards.issue(name, 1_200);
            asked.add(name);
        }
        try (AutoCloseable subscription = node.messages().subscribe("domain.notices", notice -> {
            try {
                ended.add(notice.getStringProperty("ExecutionName") + " " + notice.getStringProperty("Status"));
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        })) {
            assertThat(subscription).isNotNull();
            double cpuBefore = cpu(node);
            long begin = System.nanoTime();
            node.messages()
                    .sendAll(
                            QUEUE,
                            asked.stream()
                                    .map(name ->
                                            "{\"domain\":\"" + name + ".example\",\"owner\":\"ann\",\"amount\":1200,"
                                                    + "\"currency\":\"EUR\",\"card\":\"" + name + "\"}")
                                    .toList());
            node.karaf().await(count + " sagas", LONGEST, () -> ended.size() >= count);
            Rate rate = Rate.of(count, begin, cpuBefore, node);
            assertThat(ended).allMatch(end -> end.endsWith(" SUCCEEDED"));
            return rate;
        }
    }

    /** Starts, joins and closes actions, with so many callers. */
    private Rate bare(ModerationNode node, int callers) throws Exception {
        var threads = Executors.newFixedThreadPool(callers);
        try {
            double cpuBefore = cpu(node);
            long begin = System.nanoTime();
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                tasks.add(() -> {
                    int done = 0;
                    while (seconds(begin) < SECONDS) {
                        String lra = calls.start(COORDINATOR, LONGEST).body();
                        String name = "bare-" + names.incrementAndGet();
                        assertThat(calls.joinToCompensate(lra, PARTICIPANT + "/lra-participant", name)
                                        .statusCode())
                                .isEqualTo(200);
                        assertThat(calls.put(lra + "/close").body()).isEqualTo("Closed");
                        done++;
                    }
                    return done;
                });
            }
            int all = 0;
            for (Future<Integer> done : threads.invokeAll(tasks)) {
                all += done.get();
            }
            return Rate.of(all, begin, cpuBefore, node);
        } finally {
            threads.shutdownNow();
        }
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }
}
