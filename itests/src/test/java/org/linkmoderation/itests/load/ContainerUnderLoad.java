package org.linkmoderation.itests.load;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.awaitility.Awaitility;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.ModerationNode;
import org.linkmoderation.itests.TableStore;
import org.linkmoderation.itests.crash.DynamoDbGate;
import org.linkmoderation.itests.crash.JournalDatabase;

/**
 * The distribution with its own persistent broker, in the JVM as it starts it.
 *
 * <p>Executions per second: requests wait in the queue while the route is stopped; the time runs from its start to the
 * notice of the last end. The time of one: as many senders as in flight, each sends, and waits for the notice, which is
 * sent when the message has been acknowledged; from the moment the broker has accepted the message.
 */
final class ContainerUnderLoad implements Contestant {

    private static final int BATCH = 500;
    private static final int COUNTED = 200;
    private static final String ROUTE = "org.apache.camel:context=moderation,type=routes,name=\"moderation.requests\"";
    private static final String AWS = "org.linkmoderation.aws";
    private static final String ENDPOINT = "dynamodb.endpoint";

    private final String label;
    private final ModerationNode node;
    private final AutoCloseable subscription;
    private final Map<String, CountDownLatch> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger ended = new AtomicInteger();
    private int inFlight;

    /**
     * Starts it.
     *
     * @param name how the table calls it
     * @param type the type of its executions, {@code STANDARD} or {@code EXPRESS}
     * @param dynamoDb the store of its tables
     * @param endpoint where it finds that store
     * @param journal where it has its journal; in DynamoDB if empty
     */
    ContainerUnderLoad(
            String name, String type, TableStore dynamoDb, String endpoint, Optional<JournalDatabase> journal)
            throws JMSException {
        label = "ours, " + name;
        node = new ModerationNode("benchmark-" + name, dynamoDb);
        node.karaf()
                .environment("EXTRA_JAVA_OPTS", System.getProperty("bench.java.options", ""))
                .setting(AWS, ENDPOINT, endpoint)
                .setting("org.linkmoderation.moderation", "type", type)
                .setting("org.linkmoderation.moderation", "check.safety.timeout.seconds", 60);
        journal.ifPresent(database -> database.configure(node.karaf()));
        node.karaf().start();
        subscription = node.messages().subscribe("moderation.notices", notice -> {
            try {
                CountDownLatch one = waiting.remove(notice.getStringProperty("ExecutionName"));
                if (one != null) {
                    one.countDown();
                }
                ended.incrementAndGet();
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** The function that it calls. */
    String lambdaUrl() {
        return node.lambda().endpoint();
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public ProcessHandle process() {
        return node.karaf().process();
    }

    @Override
    public void inFlight(int inFlight) {
        this.inFlight = inFlight;
        node.karaf().setting("org.linkmoderation.moderation", "consumers", inFlight);
        node.karaf()
                .await(
                        "the consumers",
                        Duration.ofSeconds(60),
                        () -> !node.karaf()
                                .mbeans("org.apache.camel:context=moderation,type=endpoints,name=\"jms://queue:"
                                        + "moderation.requests*concurrentConsumers=" + inFlight + "&*\"")
                                .isEmpty());
        awaitRoute();
    }

    /**
     * How many requests an execution sends to DynamoDB, by a gate that counts.
     *
     * @param links where it finds the links of the counted executions
     */
    double dynamoDbRequests(PendingLinks links) throws Exception {
        try (DynamoDbGate gate = new DynamoDbGate(links.endpoint())) {
            String direct = node.karaf().setting(AWS, ENDPOINT);
            node.karaf().setting(AWS, ENDPOINT, gate.url());
            node.karaf().await("the gate", Duration.ofSeconds(30), () -> gate.requests() > 0);
            awaitRoute();
            links.put("counted", COUNTED);
            long before = gate.requests();
            run("counted", COUNTED);
            double requests = (gate.requests() - before) / (double) COUNTED;
            node.karaf().setting(AWS, ENDPOINT, direct);
            node.karaf().await("the container at DynamoDB itself", Duration.ofSeconds(60), () -> {
                long last = gate.requests();
                return node.karaf().shell("moderation:status").succeeded() && gate.requests() == last;
            });
            awaitRoute();
            return requests;
        }
    }

    @Override
    public double run(String links, int count) throws Exception {
        route("stop");
        for (int first = 1; first <= count; first += BATCH) {
            send(links, first, Math.min(count, first + BATCH - 1));
        }
        ended.set(0);
        long begin = System.nanoTime();
        route("start");
        Awaitility.await(links)
                .atMost(Duration.ofMinutes(10))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> ended.get() >= count);
        return count / seconds(begin);
    }

    private void send(String links, int first, int last) throws JMSException {
        try (Connection connection = connections().createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue(Messages.REQUESTS))) {
            for (int i = first; i <= last; i++) {
                producer.send(message(session, links, i));
            }
            session.commit();
        }
    }

    private static TextMessage message(Session session, String links, int number) throws JMSException {
        String code = PendingLinks.code(links, number);
        TextMessage message =
                session.createTextMessage("{\"code\":\"" + code + "\",\"url\":\"" + PendingLinks.url(number) + "\"}");
        message.setStringProperty("ExecutionName", code);
        return message;
    }

    @Override
    public Latency latency(String links, int count) throws Exception {
        try (Connection connection = connections().createConnection()) {
            connection.start();
            AtomicInteger next = new AtomicInteger();
            ExecutorService senders = Executors.newFixedThreadPool(inFlight);
            try {
                List<Future<List<Double>>> all = new ArrayList<>();
                for (int i = 0; i < inFlight; i++) {
                    all.add(senders.submit(() -> sendOneByOne(connection, links, count, next)));
                }
                List<Double> millis = new ArrayList<>();
                for (Future<List<Double>> each : all) {
                    millis.addAll(each.get());
                }
                millis.sort(null);
                return new Latency(millis.get(count / 2), millis.get(count * 99 / 100));
            } finally {
                senders.shutdownNow();
            }
        }
    }

    private List<Double> sendOneByOne(Connection connection, String links, int count, AtomicInteger next)
            throws Exception {
        List<Double> millis = new ArrayList<>();
        try (Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(session.createQueue(Messages.REQUESTS))) {
            for (int number = next.incrementAndGet(); number <= count; number = next.incrementAndGet()) {
                CountDownLatch end = new CountDownLatch(1);
                waiting.put(PendingLinks.code(links, number), end);
                producer.send(message(session, links, number));
                long accepted = System.nanoTime();
                assertThat(end.await(60, TimeUnit.SECONDS)).isTrue();
                millis.add(seconds(accepted) * 1_000);
            }
        }
        return millis;
    }

    private ActiveMQConnectionFactory connections() {
        return new ActiveMQConnectionFactory(
                "moderation",
                node.karaf().setting("org.linkmoderation.broker", "password"),
                node.karaf().setting("org.linkmoderation.broker", "url"));
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

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    @Override
    public void close() {
        try {
            subscription.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            node.close();
        }
    }
}
