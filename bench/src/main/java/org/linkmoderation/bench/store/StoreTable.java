package org.linkmoderation.bench.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.linkmoderation.bench.store.Requests.Operation;

/**
 * Measures the local table store as a process of its own: requests a second with AWS's client and with raw requests,
 * beside rows a second of plain SQLite in the same run. Rounds of all cells follow each other; a cell is their median.
 */
public final class StoreTable {

    private static final List<String> ACKNOWLEDGE = List.of("process", "disk");
    private static final int[] CALLERS = {1, 8, 32};
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final Duration TIME = Duration.ofMillis(Integer.getInteger("bench.milliseconds", 1_500));

    /** Numbers no request of this run twice, whichever cell it belongs to. */
    private static final AtomicLong NUMBER = new AtomicLong();

    private StoreTable() {}

    /** Runs all measurements; takes about six minutes. */
    public static void main(String[] arguments) throws Exception {
        System.out.printf(
                Locale.ROOT,
                "%d processors, %s, Java %s, median of %d rounds of %d ms; requests per second%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                Runtime.version(),
                ROUNDS,
                TIME.toMillis());
        for (var acknowledge : ACKNOWLEDGE) {
            measure(acknowledge);
        }
    }

    private static void measure(String acknowledge) throws Exception {
        try (var store = Store.start(acknowledge);
                var sdk = new SdkRequests(store.endpoint());
                var raw = new RawRequests(store.endpoint())) {
            sdk.createTable(Arrays.stream(CALLERS).max().orElseThrow());
            var clients = Map.of("SDK", sdk, "raw", raw);
            Map<String, List<Double>> cells = new LinkedHashMap<>();
            var sqlite = new ArrayList<Double>();
            // The first round warms up the compilers of both processes
            for (int round = 0; round <= ROUNDS; round++) {
                var isCounted = round > 0;
                var rows = PlainSqlite.measure(acknowledge, TIME);
                if (isCounted) {
                    sqlite.add(rows);
                }
                for (var operation : Operation.values()) {
                    for (int callers : CALLERS) {
                        for (var client : List.of("SDK", "raw")) {
                            var perSecond = perSecond(clients.get(client), operation, callers);
                            if (isCounted) {
                                cells.computeIfAbsent(cell(operation, client, callers), name -> new ArrayList<>())
                                        .add(perSecond);
                            }
                        }
                    }
                }
            }
            print(acknowledge, cells, median(sqlite));
        }
    }

    private static String cell(Operation operation, String client, int callers) {
        return operation + "/" + client + "/" + callers;
    }

    private static double perSecond(Requests requests, Operation operation, int callers) throws Exception {
        var threads = Executors.newFixedThreadPool(callers);
        try {
            long start = System.nanoTime();
            long end = start + TIME.toNanos();
            var tasks = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < callers; i++) {
                int caller = i;
                tasks.add(() -> {
                    int made = 0;
                    while (System.nanoTime() < end) {
                        requests.make(operation, caller, NUMBER.incrementAndGet());
                        made++;
                    }
                    return made;
                });
            }
            int made = 0;
            for (Future<Integer> one : threads.invokeAll(tasks)) {
                made += one.get();
            }
            return made / ((System.nanoTime() - start) / 1e9);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void print(String acknowledge, Map<String, List<Double>> cells, double sqlite) {
        System.out.printf(
                Locale.ROOT,
                "%nacknowledge = %s; plain SQLite, one writer, a commit each: %,.0f rows per second%n",
                acknowledge,
                sqlite);
        System.out.printf("%-26s", "callers");
        for (var client : List.of("SDK", "raw")) {
            for (int callers : CALLERS) {
                System.out.printf("%9s", client + " " + callers);
            }
        }
        System.out.println("   best / SQLite");
        for (var operation : Operation.values()) {
            System.out.printf("%-26s", operation);
            double best = 0;
            for (var client : List.of("SDK", "raw")) {
                for (int callers : CALLERS) {
                    var value = median(cells.get(cell(operation, client, callers)));
                    best = Math.max(best, value);
                    System.out.printf(Locale.ROOT, "%,9.0f", value);
                }
            }
            // A row read is no comparison for a row written
            System.out.printf(
                    "%16s%n", operation == Operation.QUERY ? "-" : String.format(Locale.ROOT, "%.2f", best / sqlite));
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
