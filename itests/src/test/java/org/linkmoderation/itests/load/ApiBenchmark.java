package org.linkmoderation.itests.load;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.ObjectName;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.ModerationNode;
import org.linkmoderation.itests.Ports;
import org.linkmoderation.itests.TableStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sfn.SfnClient;

/**
 * Requests per second by StartExecution beside messages per second into the queue, by as many senders, in turns. The
 * routes that take requests and wake-ups are stopped, so that no execution runs beside. StartExecution writes a record
 * and sends a wake-up before it answers; a JMS send is on the broker's disk when it returns. Run by {@code bench/api};
 * not part of the build (its name does not end in IT).
 */
class ApiBenchmark {
    private static final Logger LOG = LoggerFactory.getLogger(ApiBenchmark.class);
    private static final List<Integer> IN_FLIGHT = Arrays.stream(
                    System.getProperty("bench.inflight", "1,32").split(","))
            .map(Integer::valueOf)
            .toList();
    private static final int REQUESTS = Integer.getInteger("bench.requests", 3_000);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);

    /** One in flight makes less in a second than many. */
    private static final int FEWER_ALONE = 4;

    private static final String KEY = "AKIABENCHMARK0000001";
    private static final String SECRET = "a secret of the benchmark";
    private static final String MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:moderation";
    private static final List<String> ROUTES = List.of("moderation.requests", "moderation.requests.wakes");

    private final TableStore dynamoDb = new TableStore("api-benchmark").forMeasurement();
    private ModerationNode node;
    private SfnClient client;

    @Test
    void measure() throws Exception {
        dynamoDb.start();
        node = new ModerationNode("api-benchmark", dynamoDb);
        int port = Ports.free();
        // The JVM as the distribution starts it
        node.karaf()
                .environment("EXTRA_JAVA_OPTS", System.getProperty("bench.java.options", ""))
                .setting("org.linkmoderation.api", "port", port)
                .setting("org.linkmoderation.api", "throttle", false)
                .setting("org.linkmoderation.api", "operator.access.key.id", KEY)
                .setting("org.linkmoderation.api", "operator.secret.access.key", SECRET);
        node.karaf().start();
        node.karaf().shellOk("feature:install link-moderation-api");
        client = SfnClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + port))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, SECRET)))
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(128))
                .build();
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%d processors, %s, Java %s, %d requests, median of %d rounds%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                Runtime.version(),
                REQUESTS,
                ROUNDS));
        table.append(row("", "in flight", "per s", "p50 ms", "p99 ms"));
        try {
            node.karaf()
                    .await(
                            "the API",
                            Duration.ofMinutes(1),
                            () -> !client.listStateMachines().stateMachines().isEmpty());
            for (String route : ROUTES) {
                node.karaf()
                        .mbeanServer()
                        .invoke(
                                new ObjectName(
                                        "org.apache.camel:context=moderation,type=routes,name=\"" + route + "\""),
                                "stop",
                                new Object[0],
                                new String[0]);
            }
            // The compiler of the JVM needs some thousands of them
            started("warm", REQUESTS, 32);
            sent("warm-jms", REQUESTS, 32);
            for (int inFlight : IN_FLIGHT) {
                table.append(measure(inFlight));
            }
        } finally {
            client.close();
            node.close();
            dynamoDb.close();
        }
        LOG.info("Benchmark of the API\n{}", table);
        Files.writeString(KarafNode.MODULE.resolve("target/api-benchmark.txt"), table);
    }

    private String measure(int inFlight) throws Exception {
        int requests = inFlight == 1 ? REQUESTS / FEWER_ALONE : REQUESTS;
        List<Run> starts = new ArrayList<>();
        List<Run> sends = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            starts.add(started("start" + inFlight + "-" + round, requests, inFlight));
            sends.add(sent("send" + inFlight + "-" + round, requests, inFlight));
            LOG.info(
                    "{} in flight: {} starts/s, {} sends/s",
                    inFlight,
                    starts.get(round).perSecond(),
                    sends.get(round).perSecond());
        }
        double startRate = medianRate(starts);
        double sendRate = medianRate(sends);
        return row("StartExecution", inFlight, whole(startRate), percentile(starts, 50), percentile(starts, 99))
                + row("JMS send", inFlight, whole(sendRate), percentile(sends, 50), percentile(sends, 99))
                + row("ratio", inFlight, String.format(Locale.ROOT, "%.2f", startRate / sendRate), "", "");
    }

    private Run started(String name, int requests, int inFlight) throws Exception {
        Run run = together(
                requests,
                inFlight,
                number -> client.startExecution(request -> request.stateMachineArn(MACHINE)
                        .name(name + "-" + number)
                        .input(input(name, number))));
        assertThat(client.describeExecution(request -> request.executionArn(
                                MACHINE.replace("stateMachine", "execution") + ":" + name + "-" + requests))
                        .statusAsString())
                .isEqualTo("RUNNING");
        return run;
    }

    private Run sent(String name, int requests, int inFlight) throws Exception {
        ActiveMQConnectionFactory connections = new ActiveMQConnectionFactory(
                "moderation",
                node.karaf().setting("org.linkmoderation.broker", "password"),
                node.karaf().setting("org.linkmoderation.broker", "url"));
        try (Connection connection = connections.createConnection()) {
            connection.start();
            ThreadLocal<Session> sessions = ThreadLocal.withInitial(() -> session(connection));
            return together(requests, inFlight, number -> {
                Session session = sessions.get();
                try (MessageProducer producer = session.createProducer(session.createQueue(Messages.REQUESTS))) {
                    TextMessage message = session.createTextMessage(input(name, number));
                    message.setStringProperty("ExecutionName", name + "-" + number);
                    producer.send(message);
                }
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

    private static String input(String name, int number) {
        return "{\"code\":\"" + name + "-" + number + "\",\"url\":\"https://example.com/" + number + "\"}";
    }

    /** What some requests took: each of them in milliseconds. */
    private record Run(double perSecond, List<Double> millis) {}

    @FunctionalInterface
    private interface Work {
        void run(int number) throws Exception;
    }

    private static Run together(int count, int inFlight, Work work) throws Exception {
        AtomicInteger next = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(inFlight);
        long begin = System.nanoTime();
        try {
            List<Future<List<Double>>> all = new ArrayList<>();
            for (int i = 0; i < inFlight; i++) {
                all.add(threads.submit(() -> {
                    List<Double> millis = new ArrayList<>();
                    for (int number = next.incrementAndGet(); number <= count; number = next.incrementAndGet()) {
                        long start = System.nanoTime();
                        work.run(number);
                        millis.add((System.nanoTime() - start) / 1e6);
                    }
                    return millis;
                }));
            }
            List<Double> millis = new ArrayList<>();
            for (Future<List<Double>> each : all) {
                millis.addAll(each.get());
            }
            return new Run(count * 1e9 / (System.nanoTime() - begin), millis);
        } finally {
            threads.shutdownNow();
        }
    }

    private static double medianRate(List<Run> runs) {
        List<Double> sorted = runs.stream().map(Run::perSecond).sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private static String percentile(List<Run> runs, int percent) {
        List<Double> sorted =
                runs.stream().flatMap(run -> run.millis().stream()).sorted().toList();
        return String.format(
                Locale.ROOT, "%.1f", sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100)));
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%.0f", value);
    }

    private static String row(Object... cells) {
        return String.format(Locale.ROOT, "%-14s %9s %8s %8s %8s%n", cells);
    }
}
