package org.linkmoderation.itests.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.LinuxProcess;
import org.linkmoderation.itests.TableStore;
import org.linkmoderation.itests.crash.JournalDatabase;
import org.linkmoderation.testkit.PostgreSqlServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The same work by several engines, in turns, so that what else the machine does hits all of them: the moderation of a
 * link, with the same function, the same links table and, where they have one, the same PostgreSQL. Run by
 * {@code bench/moderation} and {@code bench/all}; not part of the build (its name does not end in IT).
 *
 * <p>{@code -Dbench.engines} names them: {@code dynamodb} and {@code jdbc} are the distribution with these journals,
 * {@code express} with executions that have none; {@code written}, {@code dbos}, {@code seata} and {@code bare} are
 * peers of the module {@code bench/peers}. Without it they are the journal of {@code -Djournal} and what that one is
 * measured by. With {@code -Dbench.store.delay} each answer of the table store comes so many milliseconds later, to all
 * of them.
 */
class ModerationBenchmark {

    private static final Logger LOG = LoggerFactory.getLogger(ModerationBenchmark.class);

    private static final List<Integer> IN_FLIGHT = Arrays.stream(
                    System.getProperty("bench.inflight", "1,8,32").split(","))
            .map(Integer::valueOf)
            .toList();
    private static final int EXECUTIONS = Integer.getInteger("bench.executions", 4_000);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);

    /** The compiler of the JVM needs some thousands of them. */
    private static final int WARM = Integer.getInteger("bench.warm", 16_000);

    /** Milliseconds. */
    private static final int STORE_DELAY = Integer.getInteger("bench.store.delay", 0);

    private static final int WARM_IN_FLIGHT = 32;

    /** One in flight makes less in a second than many. */
    private static final int FEWER_ALONE = 4;

    /** Enough for a 99th percentile. */
    private static final int WATCHED_PART = 2;

    private static final String FIRST = "first";

    private final Map<String, Contestant> engines = new LinkedHashMap<>();
    private final TableStore dynamoDb = new TableStore("benchmark").forMeasurement();
    private Optional<JournalDatabase> database = Optional.empty();
    private Optional<DelayedStore> delayed = Optional.empty();
    private PendingLinks links;

    /** What a round measures. */
    private enum Column {
        PER_SECOND("per s", 0),
        P50("p50 ms", 1),
        P99("p99 ms", 1),
        ENGINE_CPU("engine CPU ms", 2),
        DATABASE_CPU("PostgreSQL CPU ms", 2),
        STORE_CPU("table store CPU ms", 2);

        private final String title;
        private final int digits;

        Column(String title, int digits) {
            this.title = title;
            this.digits = digits;
        }
    }

    @Test
    void measure() throws Exception {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%d processors, %s, Java %s, %,d executions (a quarter with one in flight), median of %d rounds%s%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                Runtime.version(),
                EXECUTIONS,
                ROUNDS,
                STORE_DELAY == 0 ? "" : ", each answer of the table store " + STORE_DELAY + " ms later"));
        try {
            dynamoDb.start();
            if (STORE_DELAY > 0) {
                delayed = Optional.of(new DelayedStore(dynamoDb.port(), STORE_DELAY));
            }
            links = new PendingLinks(dynamoDb.endpoint());
            start(chosenEngines());
            table.append(titles());
            for (Contestant engine : engines.values()) {
                engine.inFlight(WARM_IN_FLIGHT);
                run(engine, "warm", WARM);
            }
            for (int inFlight : IN_FLIGHT) {
                table.append(measure(inFlight));
            }
            if (delayed.isEmpty() && engines.get("dynamodb") instanceof ContainerUnderLoad container) {
                table.append(String.format(
                        Locale.ROOT, "DynamoDB requests an execution: %.2f%n", container.dynamoDbRequests(links)));
            }
        } finally {
            engines.values().forEach(Contestant::close);
            if (links != null) {
                links.close();
            }
            database.ifPresent(JournalDatabase::close);
            if (delayed.isPresent()) {
                delayed.get().close();
            }
            dynamoDb.close();
        }
        LOG.info("Benchmark\n{}", table);
        Files.writeString(KarafNode.MODULE.resolve("target/benchmark.txt"), table);
    }

    private static List<String> chosenEngines() {
        String ofJournal = System.getProperty("journal", "dynamodb").equals("jdbc") ? "jdbc,written" : "dynamodb,bare";
        return List.of(System.getProperty("bench.engines", ofJournal).split(","));
    }

    private void start(List<String> names) throws Exception {
        if (names.stream().anyMatch(List.of("jdbc", "written", "dbos", "seata")::contains)) {
            assertThat(PostgreSqlServer.isInstalled()).isTrue();
            database = Optional.of(new JournalDatabase());
        }
        // Containers first: they make the tables
        if (names.contains("dynamodb") || names.contains("bare")) {
            container("dynamodb", "STANDARD", Optional.empty());
        }
        if (names.contains("jdbc")) {
            container("jdbc", "STANDARD", database);
        }
        if (names.contains("express")) {
            container("express", "EXPRESS", Optional.empty());
        }
        if (engines.isEmpty()) {
            throw new IllegalArgumentException(
                    "bench.engines must have dynamodb, jdbc, express or bare: they make the tables");
        }
        Map<String, String> environment = environment();
        for (String name : names) {
            switch (name) {
                case "written" -> peer(name, "JDBC by hand", List.of("jdbc"), environment);
                case "dbos" -> peer(name, "DBOS Transact", List.of("dbos"), environment);
                case "seata" -> peer(name, "Seata saga", List.of("seata"), environment);
                case "bare" -> peer(name, "bare requests", List.of("bare", recordedExecution()), environment);
                case "dynamodb", "jdbc", "express" -> {}
                default -> throw new IllegalArgumentException("bench.engines has no " + name);
            }
        }
    }

    private void container(String name, String type, Optional<JournalDatabase> journal) throws Exception {
        engines.put(name, new ContainerUnderLoad(name, type, dynamoDb, endpoint(), journal));
    }

    /** Where the engines find the table store. */
    private String endpoint() {
        return delayed.map(DelayedStore::endpoint).orElseGet(dynamoDb::endpoint);
    }

    private void peer(String name, String label, List<String> arguments, Map<String, String> environment) {
        engines.put(name, new PeerProcess(label, arguments, environment));
    }

    private Map<String, String> environment() {
        ContainerUnderLoad container =
                (ContainerUnderLoad) engines.values().iterator().next();
        Map<String, String> environment =
                new HashMap<>(Map.of("DYNAMODB_URL", endpoint(), "LAMBDA_URL", container.lambdaUrl()));
        database.map(JournalDatabase::server)
                .ifPresent(server -> environment.putAll(Map.of(
                        "JDBC_URL", server.url(), "JDBC_USER", server.user(), "JDBC_PASSWORD", server.password())));
        return environment;
    }

    private String recordedExecution() throws Exception {
        links.put(FIRST, 1);
        engines.get("dynamodb").run(FIRST, 1);
        return PendingLinks.code(FIRST, 1);
    }

    private String measure(int inFlight) throws Exception {
        int executions = inFlight == 1 ? EXECUTIONS / FEWER_ALONE : EXECUTIONS;
        Map<Contestant, List<Map<Column, Double>>> rounds = new LinkedHashMap<>();
        for (Contestant engine : engines.values()) {
            rounds.put(engine, new ArrayList<>());
            engine.inFlight(inFlight);
            run(engine, "warm" + inFlight, executions / FEWER_ALONE);
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (Contestant engine : engines.values()) {
                Map<Column, Double> measured = round(engine, inFlight + "-" + round, executions);
                rounds.get(engine).add(measured);
                LOG.info("{} in flight, {}: {}", inFlight, engine.label(), measured);
            }
        }
        StringBuilder rows = new StringBuilder();
        rounds.forEach((engine, measured) -> rows.append(row(engine.label(), inFlight, measured)));
        return rows.append(System.lineSeparator()).toString();
    }

    private Map<Column, Double> round(Contestant engine, String name, int executions) throws Exception {
        Map<Column, Double> measured = new EnumMap<>(Column.class);
        Contestant.Latency latency =
                engine.latency(put(engine, "one" + name, executions / WATCHED_PART), executions / WATCHED_PART);
        measured.put(Column.P50, latency.p50());
        measured.put(Column.P99, latency.p99());
        String run = put(engine, "run" + name, executions);
        double engineBefore = cpu(engine.process());
        double storeBefore = cpu(dynamoDb.process());
        OptionalDouble databaseBefore = databaseCpu();
        measured.put(Column.PER_SECOND, engine.run(run, executions));
        measured.put(Column.ENGINE_CPU, (cpu(engine.process()) - engineBefore) / executions);
        measured.put(Column.STORE_CPU, (cpu(dynamoDb.process()) - storeBefore) / executions);
        databaseBefore.ifPresent(
                before -> measured.put(Column.DATABASE_CPU, (databaseCpu().getAsDouble() - before) / executions));
        links.assertModerated(run, executions);
        return measured;
    }

    private void run(Contestant engine, String name, int executions) throws Exception {
        engine.run(put(engine, name, executions), executions);
    }

    /** Links of this engine alone, with a name that no other execution has. */
    private String put(Contestant engine, String name, int count) {
        String own = name + "-" + engine.label().replaceAll("\\W+", "");
        links.put(own, count);
        return own;
    }

    private OptionalDouble databaseCpu() {
        return database.map(JournalDatabase::server)
                .map(server -> OptionalDouble.of(cpu(server.process())))
                .orElse(OptionalDouble.empty());
    }

    private static double cpu(ProcessHandle process) {
        return new LinuxProcess(process).cpuMillis();
    }

    private static String titles() {
        StringBuilder line = new StringBuilder(String.format("%-14s %9s", "", "in flight"));
        for (Column column : Column.values()) {
            line.append("  ").append(column.title);
        }
        return line.append("  per s, least to most")
                .append(System.lineSeparator())
                .toString();
    }

    private static String row(String label, int inFlight, List<Map<Column, Double>> rounds) {
        StringBuilder line = new StringBuilder(String.format("%-14s %9d", label, inFlight));
        for (Column column : Column.values()) {
            double[] values = rounds.stream()
                    .mapToDouble(round -> round.getOrDefault(column, Double.NaN))
                    .sorted()
                    .toArray();
            double median = values[values.length / 2];
            String text = Double.isNaN(median) ? "" : String.format(Locale.ROOT, "%." + column.digits + "f", median);
            line.append(String.format("  %" + column.title.length() + "s", text));
        }
        double[] rates = rounds.stream()
                .mapToDouble(round -> round.get(Column.PER_SECOND))
                .sorted()
                .toArray();
        return line.append(String.format(Locale.ROOT, "  %.0f–%.0f%n", rates[0], rates[rates.length - 1]))
                .toString();
    }
}
