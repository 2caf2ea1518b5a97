package org.linkmoderation.itests.load;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Links;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.ModerationNode;
import org.linkmoderation.itests.TableStore;
import org.linkmoderation.itests.crash.DynamoDbGate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Executions per second from the message in the queue to the final status, in the distribution with its own persistent
 * broker, beside the ceiling: the same requests to the same DynamoDB and the same Lambda endpoint with the bare SDK
 * ({@link BareRequests}), as many in flight. Both are measured in turns, so that what else the machine does hits both.
 * Run by {@code bench/moderation}; not part of the build (its name does not end in IT).
 *
 * <p>Executions per second: requests wait in the queue while the route is stopped; the time runs from its start to the
 * notice of the last end. The time of one: as many senders as in flight, each sends, and waits for the notice, which is
 * sent when the message has been acknowledged; from the moment the broker has accepted the message.
 */
class ModerationBenchmark {

    private static final Logger LOG = LoggerFactory.getLogger(ModerationBenchmark.class);

    private static final List<Integer> IN_FLIGHT = Arrays.stream(
                    System.getProperty("bench.inflight", "1,32").split(","))
            .map(Integer::valueOf)
            .toList();
    private static final int EXECUTIONS = Integer.getInteger("bench.executions", 6_000);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);

    /** One in flight makes less in a second than many. */
    private static final int FEWER_ALONE = 4;

    private static final int COUNTED = 200;
    private static final int BATCH = 500;
    private static final int DYNAMODB_BATCH = 25;
    private static final String ROUTE = "org.apache.camel:context=moderation,type=routes,name=\"moderation.requests\"";

    private final TableStore dynamoDb = new TableStore("benchmark").forMeasurement();
    private final Map<String, CountDownLatch> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger ended = new AtomicInteger();
    private ModerationNode node;
    private BareRequests bare;

    @Test
    void measure() throws Exception {
        dynamoDb.start();
        node = new ModerationNode("benchmark", dynamoDb);
        // The JVM as the distribution starts it
        node.karaf()
                .environment("EXTRA_JAVA_OPTS", System.getProperty("bench.java.options", ""))
                .setting("org.linkmoderation.moderation", "check.safety.timeout.seconds", 60);
        node.karaf().start();
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%d processors, %s, Java %s, %d executions, median of %d rounds%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                Runtime.version(),
                EXECUTIONS,
                ROUNDS));
        table.append(row("", "in flight", "per s", "p50 ms", "p99 ms", "container CPU ms"));
        try (AutoCloseable subscription = node.messages().subscribe("moderation.notices", notice -> {
            try {
                CountDownLatch one = waiting.remove(notice.getStringProperty("ExecutionName"));
                if (one != null) {
                    one.countDown();
                }
                ended.incrementAndGet();
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        })) {
            assertThat(subscription).isNotNull();
            double requests = requestsPerExecution();
            // The compiler of the JVM needs some thousands of them
            run(EXECUTIONS, "warm");
            bare(EXECUTIONS, "warm-bare", 32);
            for (int inFlight : IN_FLIGHT) {
                table.append(measure(inFlight));
            }
            table.append(String.format(Locale.ROOT, "DynamoDB requests an execution: %.2f%n", requests));
        } finally {
            if (bare != null) {
                bare.close();
            }
            node.close();
            dynamoDb.close();
        }
        LOG.info("Benchmark\n{}", table);
        Files.writeString(KarafNode.MODULE.resolve("target/benchmark.txt"), table);
    }

    /** By a gate that counts, since the bare SDK could not tell what the container sends. */
    private double requestsPerExecution() throws Exception {
        run(COUNTED, "first");
        bare = new BareRequests(node.links(), dynamoDb.endpoint(), node.lambda().endpoint(), "first-1");
        try (DynamoDbGate gate = new DynamoDbGate(dynamoDb.endpoint())) {
            String direct = node.karaf().setting("org.linkmoderation.aws", "dynamodb.endpoint");
            node.karaf().setting("org.linkmoderation.aws", "dynamodb.endpoint", gate.url());
            node.karaf().await("the gate", Duration.ofSeconds(30), () -> gate.requests() > 0);
            awaitRoute();
            long before = gate.requests();
            run(COUNTED, "counted");
            double requests = (gate.requests() - before) / (double) COUNTED;
            node.karaf().setting("org.linkmoderation.aws", "dynamodb.endpoint", direct);
            node.karaf().await("the container at DynamoDB itself", Duration.ofSeconds(60), () -> {
                long last = gate.requests();
                return node.karaf().shell("moderation:status").succeeded() && gate.requests() == last;
            });
            return requests;
        }
    }

    private String measure(int inFlight) throws Exception {
        int executions = inFlight == 1 ? EXECUTIONS / FEWER_ALONE : EXECUTIONS;
        node.karaf().setting("org.linkmoderation.moderation", "consumers", inFlight);
        node.karaf()
                .await(
                        "the consumers",
                        Duration.ofSeconds(60),
                        () -> node.karaf()
                                        .mbeans("org.apache.camel:context=moderation,type=endpoints,name=\"jms://queue:"
                                                + "moderation.requests*concurrentConsumers=" + inFlight + "&*\"")
                                        .size()
                                == 1);
        awaitRoute();
        run(executions / 4, "warm" + inFlight);
        bare(executions / 4, "warm-bare" + inFlight, inFlight);
        double[] rates = new double[ROUNDS];
        double[] ceilings = new double[ROUNDS];
        double[] cpu = new double[ROUNDS];
        List<Double> millis = new ArrayList<>();
        List<Double> bareMillis = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            long cpuBefore = cpu();
            rates[round] = run(executions, "run" + inFlight + "-" + round);
            cpu[round] = (cpu() - cpuBefore) / 1e6 / executions;
            List<Double> each = bare(executions, "bare" + inFlight + "-" + round, inFlight);
            ceilings[round] = each.remove(each.size() - 1);
            bareMillis.addAll(each);
            millis.addAll(latencies(executions / 2, "one" + inFlight + "-" + round, inFlight));
            LOG.info("{} in flight: {}/s, ceiling {}/s", inFlight, rates[round], ceilings[round]);
        }
        double rate = median(rates);
        double ceiling = median(ceilings);
        return row(
                        "routes",
                        inFlight,
                        whole(rate),
                        oneDigit(percentile(millis, 50)),
                        oneDigit(percentile(millis, 99)),
                        oneDigit(median(cpu)))
                + row(
                        "ceiling",
                        inFlight,
                        whole(ceiling),
                        oneDigit(percentile(bareMillis, 50)),
                        oneDigit(percentile(bareMillis, 99)),
                        "")
                + row("ratio", inFlight, String.format(Locale.ROOT, "%.2f", rate / ceiling), "", "", "");
    }

    /** How many executions end in a second, of many that wait in the queue. */
    private double run(int executions, String name) throws Exception {
        putLinks(executions, name);
        route("stop");
        for (int first = 1; first <= executions; first += BATCH) {
            send(name, first, Math.min(executions, first + BATCH - 1));
        }
        ended.set(0);
        long begin = System.nanoTime();
        route("start");
        Awaitility.await(name)
                .atMost(Duration.ofMinutes(10))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> ended.get() >= executions);
        double seconds = seconds(begin);
        assertThat(node.links().status(code(name, executions))).isEqualTo("active");
        return executions / seconds;
    }

    private void send(String name, int first, int last) throws JMSException {
        try (Connection connection = connections().createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue(Messages.REQUESTS))) {
            for (int i = first; i <= last; i++) {
                producer.send(message(session, name, i));
            }
            session.commit();
        }
    }

    private static TextMessage message(Session session, String name, int number) throws JMSException {
        TextMessage message = session.createTextMessage(request(code(name, number), url(number)));
        message.setStringProperty("ExecutionName", name + "-" + number);
        return message;
    }

    /** How many milliseconds each of them takes, and behind them how many are done in a second. */
    private List<Double> bare(int executions, String name, int inFlight) throws Exception {
        putLinks(executions, name);
        long begin = System.nanoTime();
        List<Double> millis = together(executions, inFlight, number -> {
            long start = System.nanoTime();
            bare.moderate(name + "-" + number, code(name, number), url(number));
            return seconds(start) * 1_000;
        });
        millis.add(executions / seconds(begin));
        assertThat(node.links().status(code(name, executions))).isEqualTo("active");
        return millis;
    }

    private List<Double> latencies(int executions, String name, int inFlight) throws Exception {
        putLinks(executions, name);
        try (Connection connection = connections().createConnection()) {
            connection.start();
            ThreadLocal<Session> sessions = ThreadLocal.withInitial(() -> session(connection));
            return together(executions, inFlight, number -> {
                CountDownLatch end = new CountDownLatch(1);
                waiting.put(name + "-" + number, end);
                Session session = sessions.get();
                try (MessageProducer producer = session.createProducer(session.createQueue(Messages.REQUESTS))) {
                    producer.send(message(session, name, number));
                }
                long accepted = System.nanoTime();
                assertThat(end.await(60, TimeUnit.SECONDS)).isTrue();
                return seconds(accepted) * 1_000;
            });
        }
    }

    private static Session session(Connection connection) {
        try {
            return connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    @FunctionalInterface
    private interface Work {
        double of(int number) throws Exception;
    }

    private static List<Double> together(int count, int inFlight, Work work) throws Exception {
        AtomicInteger next = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(inFlight);
        try {
            List<Future<List<Double>>> all = new ArrayList<>();
            for (int i = 0; i < inFlight; i++) {
                all.add(threads.submit(() -> {
                    List<Double> results = new ArrayList<>();
                    for (int number = next.incrementAndGet(); number <= count; number = next.incrementAndGet()) {
                        results.add(work.of(number));
                    }
                    return results;
                }));
            }
            List<Double> results = new ArrayList<>();
            for (Future<List<Double>> each : all) {
                results.addAll(each.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private ActiveMQConnectionFactory connections() {
        return new ActiveMQConnectionFactory(
                "moderation",
                node.karaf().setting("org.linkmoderation.broker", "password"),
                node.karaf().setting("org.linkmoderation.broker", "url"));
    }

    private void putLinks(int count, String name) {
        IntStream.rangeClosed(0, (count - 1) / DYNAMODB_BATCH).parallel().forEach(batch -> {
            List<WriteRequest> puts = IntStream.rangeClosed(
                            batch * DYNAMODB_BATCH + 1, Math.min(count, (batch + 1) * DYNAMODB_BATCH))
                    .mapToObj(i -> WriteRequest.builder()
                            .putRequest(put -> put.item(Links.item(code(name, i), url(i), "pending")))
                            .build())
                    .toList();
            node.links().client().batchWriteItem(request -> request.requestItems(Map.of(Links.TABLE, puts)));
        });
    }

    private void route(String operation) throws JMException, IOException {
        node.karaf().mbeanServer().invoke(new ObjectName(ROUTE), operation, new Object[0], new String[0]);
    }

    private void awaitRoute() {
        node.karaf()
                .await(
                        "the route",
                        Duration.ofSeconds(60),
                        () -> "Started".equals(node.karaf().mbeanAttribute(ROUTE, "State"))
                                && node.karaf().shell("moderation:status").succeeded());
    }

    private long cpu() {
        return (Long) node.karaf().mbeanAttribute(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME, "ProcessCpuTime");
    }

    static String request(String code, String url) {
        return "{\"code\":\"" + code + "\",\"url\":\"" + url + "\"}";
    }

    private static String code(String name, int number) {
        return name + "-" + number;
    }

    private static String url(int number) {
        return "https://example.com/" + number;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static double percentile(List<Double> values, int percent) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%.0f", value);
    }

    private static String oneDigit(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String row(Object... cells) {
        return String.format(Locale.ROOT, "%-8s %9s %8s %8s %8s %17s%n", cells);
    }
}
