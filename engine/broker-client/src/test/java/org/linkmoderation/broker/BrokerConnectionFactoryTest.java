package org.linkmoderation.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.ConnectionContext;
import org.apache.activemq.command.ConnectionInfo;
import org.apache.activemq.security.AuthenticationUser;
import org.apache.activemq.security.SimpleAuthenticationPlugin;
import org.apache.activemq.transport.DefaultTransportListener;
import org.apache.activemq.transport.RequestTimedOutIOException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BrokerConnectionFactoryTest {

    private static final String QUEUE = "test.requests";
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(2);

    private int port;
    private BrokerService broker;

    @BeforeEach
    void startBroker() throws Exception {
        port = freePort();
        broker = broker(port, "secret");
    }

    @AfterEach
    void stopBroker() throws Exception {
        broker.stop();
        broker.waitUntilStopped();
    }

    @Test
    void shouldRedeliverARolledBackMessageAfterAGrowingDelayUpToTheLongest() throws Exception {
        try (var connection = connect("secret")) {
            send(connection, "again");
            var session = connection.createSession(true, Session.SESSION_TRANSACTED);
            var consumer = session.createConsumer(session.createQueue(QUEUE));
            var arrivals = new ArrayList<Instant>();
            for (int delivery = 1; delivery <= 9; delivery++) {
                var message = consumer.receive(5_000);
                arrivals.add(Instant.now());
                assertThat(message.getIntProperty("JMSXDeliveryCount")).isEqualTo(delivery);
                assertThat(message.getJMSRedelivered()).isEqualTo(delivery > 1);
                session.rollback();
            }
            // 100, 200, 400, 400 ms ... by the settings of connect()
            assertThat(delays(arrivals).subList(0, 4))
                    .satisfies(delays -> assertThat(delays.get(0)).isBetween(90L, 1_500L))
                    .satisfies(delays -> assertThat(delays.get(1)).isBetween(190L, 1_500L))
                    .satisfies(delays -> assertThat(delays.get(2)).isBetween(390L, 1_500L))
                    .satisfies(delays -> assertThat(delays.get(3)).isBetween(390L, 1_500L));
        }
    }

    @Test
    void shouldCountTheDeliveriesOfAConsumerThatWentAwayWithoutAcknowledging() throws Exception {
        try (var connection = connect("secret")) {
            send(connection, "again");
        }
        try (var connection = connect("secret")) {
            var session = connection.createSession(true, Session.SESSION_TRANSACTED);
            assertThat(session.createConsumer(session.createQueue(QUEUE))
                            .receive(5_000)
                            .getIntProperty("JMSXDeliveryCount"))
                    .isEqualTo(1);
        }
        try (var connection = connect("secret")) {
            var session = connection.createSession(true, Session.SESSION_TRANSACTED);
            var message = session.createConsumer(session.createQueue(QUEUE)).receive(5_000);
            assertThat(message.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
            assertThat(message.getJMSRedelivered()).isTrue();
        }
    }

    @Test
    void shouldDeliverToAnotherConsumerWhatTheBrokerDeliversAgain() throws Exception {
        try (var connection = (ActiveMQConnection) connect("secret")) {
            var sessions = new ArrayList<Session>();
            var consumers = new ArrayList<MessageConsumer>();
            for (int i = 0; i < 5; i++) {
                sessions.add(connection.createSession(true, Session.SESSION_TRANSACTED));
                consumers.add(sessions.get(i).createConsumer(sessions.get(i).createQueue(QUEUE)));
            }
            send(connection, "again");
            var first = new AtomicInteger();
            Awaitility.await().until(() -> {
                first.set((first.get() + 1) % consumers.size());
                return consumers.get(first.get()).receiveNoWait() != null;
            });
            dropAndAwaitReconnect(connection);
            sessions.remove(first.get()).close();
            consumers.remove(first.get());
            Awaitility.await().until(() -> {
                for (var consumer : consumers) {
                    if (consumer.receiveNoWait() != null) {
                        return true;
                    }
                }
                return false;
            });
        }
    }

    @Test
    void shouldHoldOneMessageAConsumerSoThatTwoConsumersShareAQueue() throws Exception {
        try (var connection = connect("secret")) {
            for (int i = 0; i < 4; i++) {
                send(connection, "shared");
            }
            var slow = connection.createSession(true, Session.SESSION_TRANSACTED);
            var quick = connection.createSession(true, Session.SESSION_TRANSACTED);
            var slowConsumer = slow.createConsumer(slow.createQueue(QUEUE));
            assertThat(slowConsumer.receive(5_000)).isNotNull();
            var quickConsumer = quick.createConsumer(quick.createQueue(QUEUE));
            assertThat(quickConsumer.receive(5_000)).isNotNull();
            quick.commit();
            assertThat(quickConsumer.receive(5_000)).isNotNull();
            quick.commit();
        }
    }

    @Test
    void shouldFailToConnectWithinTheSendTimeoutWhenTheBrokerIsAway() throws Exception {
        broker.stop();
        broker.waitUntilStopped();
        var start = Instant.now();
        assertThatThrownBy(() -> {
                    try (var connection = connect("secret")) {
                        connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                    }
                })
                .isInstanceOf(JMSException.class);
        assertThat(Duration.between(start, Instant.now())).isLessThan(SEND_TIMEOUT.plusSeconds(3));
    }

    @Test
    void shouldFailASendWithinTheSendTimeoutWhenTheBrokerWentAway() throws Exception {
        var connection = connect("secret");
        var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        var producer = session.createProducer(session.createQueue(QUEUE));
        producer.send(session.createTextMessage("before"));
        broker.stop();
        broker.waitUntilStopped();
        var start = Instant.now();
        assertThatThrownBy(() -> producer.send(session.createTextMessage("meanwhile")))
                .isInstanceOf(JMSException.class);
        assertThat(Duration.between(start, Instant.now())).isLessThan(SEND_TIMEOUT.plusSeconds(3));
        try {
            connection.close();
        } catch (JMSException e) {
            assertThat(e).hasMessageContaining("prior exception");
        }
    }

    @Test
    void shouldWaitForABrokerThatStartsLate() throws Exception {
        broker.stop();
        broker.waitUntilStopped();
        var executor = Executors.newSingleThreadScheduledExecutor();
        try {
            var late = executor.schedule(() -> broker(port, "secret"), 700, TimeUnit.MILLISECONDS);
            try (var connection = connect("secret")) {
                send(connection, "late");
            }
            broker = late.get();
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void shouldSendOnTheSameConnectionAfterAQuickRestartOfTheBroker() throws Exception {
        try (var connection = connect("secret")) {
            var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(session.createQueue(QUEUE));
            broker.stop();
            broker.waitUntilStopped();
            broker = broker(port, "secret");
            producer.send(session.createTextMessage("after"));
            assertThat(((TextMessage) session.createConsumer(session.createQueue(QUEUE))
                                    .receive(5_000))
                            .getText())
                    .isEqualTo("after");
        }
    }

    /** The failover transport introduces it again when the broker goes on: it is known there, but not here. */
    @Test
    void shouldGiveUpAConnectionThatTheBrokerDidNotAnswerInTime() throws Exception {
        var hanging = new CountDownLatch(1);
        broker.stop();
        broker.waitUntilStopped();
        broker = broker(port, "secret", hangingUntil(hanging));
        var given = factory("secret").createConnection();
        var failures = new LinkedBlockingQueue<JMSException>();
        given.setExceptionListener(failures::add);
        try {
            assertThatThrownBy(given::start).hasRootCauseInstanceOf(RequestTimedOutIOException.class);
            assertThat(failures.poll(10, TimeUnit.SECONDS))
                    .as("its user is told")
                    .isNotNull();
        } finally {
            hanging.countDown();
        }
        assertThatThrownBy(given::start).hasMessageNotContaining("already connected");
        Awaitility.await("the broker's end of it")
                .until(() ->
                        broker.getTransportConnectors().get(0).getConnections().isEmpty());
        try (var next = connect("secret")) {
            send(next, "after");
        }
    }

    private static BrokerPlugin hangingUntil(CountDownLatch end) {
        return next -> new BrokerFilter(next) {
            @Override
            public void addConnection(ConnectionContext context, ConnectionInfo info) throws Exception {
                end.await();
                super.addConnection(context, info);
            }
        };
    }

    @Test
    void shouldFailAtOnceWithAWrongPassword() {
        var start = Instant.now();
        assertThatThrownBy(() -> connect("wrong").close()).isInstanceOf(JMSSecurityException.class);
        assertThat(Duration.between(start, Instant.now())).isCloseTo(Duration.ZERO, SEND_TIMEOUT);
    }

    @Test
    void shouldNeverDeserialiseAnObjectMessage() throws Exception {
        try (var connection = connect("secret")) {
            var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            session.createProducer(session.createQueue(QUEUE)).send(session.createObjectMessage(BigInteger.TEN));
            var message = (ObjectMessage)
                    session.createConsumer(session.createQueue(QUEUE)).receive(5_000);
            assertThatThrownBy(message::getObject).isInstanceOf(JMSException.class);
        }
    }

    @Test
    void shouldStillCarryAMessageOfTenMegabytes() throws Exception {
        try (var connection = connect("secret")) {
            send(connection, "x".repeat(10 * 1024 * 1024));
            var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            var message = (TextMessage)
                    session.createConsumer(session.createQueue(QUEUE)).receive(20_000);
            assertThat(message.getText()).hasSize(10 * 1024 * 1024);
        }
    }

    @Test
    void shouldMarkABodyThatIsTooLargeAndNoOther() throws Exception {
        try (var connection = connect("secret")) {
            send(connection, "x".repeat(BodyLimit.MAX_BYTES));
            send(connection, "small");
            try (var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
                var consumer = session.createConsumer(session.createQueue(QUEUE));
                // Four bytes of the content say how long it is
                assertThat(consumer.receive(5_000).getIntProperty("TooLargeBodyBytes"))
                        .isEqualTo(BodyLimit.MAX_BYTES + 4);
                assertThat(consumer.receive(5_000).propertyExists("TooLargeBodyBytes"))
                        .isFalse();
            }
        }
    }

    /** 200 KB as sent. */
    @Test
    void shouldRefuseToInflateABodyThatBecomesTooLarge() throws Exception {
        var compressing = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + port);
        compressing.setUseCompression(true);
        try (var sender = compressing.createConnection("moderation", "secret");
                var connection = connect("secret")) {
            send(sender, "x".repeat(200_000_000));
            send(sender, "next");
            try (var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
                var consumer = session.createConsumer(session.createQueue(QUEUE));
                var bomb = (TextMessage) consumer.receive(5_000);
                assertThat(bomb.propertyExists("TooLargeBodyBytes")).isFalse();
                assertThatThrownBy(bomb::getText).isInstanceOf(JMSException.class);
                assertThat(((TextMessage) consumer.receive(5_000)).getText()).isEqualTo("next");
            }
        }
    }

    /** Whoever makes it a dead letter adds a property, which must not inflate it either. */
    @Test
    void shouldNotInflateBytesThatBecomeTooLarge() throws Exception {
        var compressing = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + port);
        compressing.setUseCompression(true);
        try (var sender = compressing.createConnection("moderation", "secret");
                var sending = sender.createSession(false, Session.AUTO_ACKNOWLEDGE);
                var connection = connect("secret");
                var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            var message = sending.createBytesMessage();
            message.writeBytes(new byte[100_000_000]);
            sending.createProducer(sending.createQueue(QUEUE)).send(message);

            var bomb = (BytesMessage)
                    session.createConsumer(session.createQueue(QUEUE)).receive(5_000);
            assertThat(bomb.getIntProperty("TooLargeBodyBytes")).isEqualTo(100_000_000);
            bomb.clearProperties();
            bomb.setStringProperty("DeadLetterReason", "too large");
            assertThat(bomb.getStringProperty("DeadLetterReason")).isEqualTo("too large");
        }
    }

    private void dropAndAwaitReconnect(ActiveMQConnection connection) throws InterruptedException {
        var resumed = new CountDownLatch(1);
        connection.addTransportListener(new DefaultTransportListener() {
            @Override
            public void transportResumed() {
                resumed.countDown();
            }
        });
        for (var dropped : broker.getTransportConnectors().get(0).getConnections()) {
            dropped.serviceException(new IOException("dropped by the test"));
        }
        assertThat(resumed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private BrokerConnectionFactory factory(String password) {
        return new BrokerConnectionFactory(
                List.of("tcp://127.0.0.1:" + port),
                "moderation",
                password,
                Duration.ofMillis(100),
                Duration.ofMillis(400),
                SEND_TIMEOUT);
    }

    private Connection connect(String password) throws JMSException {
        var connection = factory(password).createConnection();
        try {
            connection.start();
        } catch (JMSException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    private static void send(Connection connection, String text) throws JMSException {
        try (var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            session.createProducer(session.createQueue(QUEUE)).send(session.createTextMessage(text));
        }
    }

    private static List<Long> delays(List<Instant> arrivals) {
        var delays = new ArrayList<Long>();
        for (int i = 1; i < arrivals.size(); i++) {
            delays.add(Duration.between(arrivals.get(i - 1), arrivals.get(i)).toMillis());
        }
        return delays;
    }

    private static BrokerService broker(int port, String password, BrokerPlugin... more) throws Exception {
        var broker = new BrokerService();
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.setUseShutdownHook(false);
        broker.setAdvisorySupport(false);
        var plugins = new ArrayList<>(List.of(more));
        plugins.add(new SimpleAuthenticationPlugin(List.of(new AuthenticationUser("moderation", password, "users"))));
        broker.setPlugins(plugins.toArray(BrokerPlugin[]::new));
        broker.addConnector("tcp://127.0.0.1:" + port);
        broker.start();
        broker.waitUntilStarted();
        return broker;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
