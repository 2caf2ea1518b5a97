package org.linkmoderation.local.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.ScheduledMessage;
import org.apache.activemq.command.ActiveMQDestination;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EmbeddedBrokerTest {

    private static final String QUEUE = "test.requests";
    private static final int MEGABYTE = 1024 * 1024;

    @TempDir
    private Path directory;

    private int port;

    @BeforeEach
    void choosePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
    }

    @Test
    void shouldKeepWhatItAcceptedAcrossARestart() throws Exception {
        run(1024, () -> {
            try (var connection = connect("moderation", "secret")) {
                send(connection, QUEUE, "kept", 0);
            }
        });
        run(1024, () -> {
            try (var connection = connect("moderation", "secret")) {
                assertThat(receive(connection, QUEUE)).isEqualTo("kept");
            }
        });
    }

    @Test
    void shouldLoseNothingAndMarkWhatWasDeliveredWhenKilled() throws Exception {
        var broker = BrokerProcess.start(port, directory);
        try {
            var connection = connect("moderation", "secret");
            for (int i = 0; i < 20; i++) {
                send(connection, QUEUE, "message " + i, 0);
            }
            var session = connection.createSession(true, Session.SESSION_TRANSACTED);
            assertThat(session.createConsumer(session.createQueue(QUEUE))
                            .receive(5_000)
                            .getJMSRedelivered())
                    .isFalse();
            broker.kill();

            broker = BrokerProcess.start(port, directory);
            connection = connect("moderation", "secret");
            session = connection.createSession(true, Session.SESSION_TRANSACTED);
            var consumer = session.createConsumer(session.createQueue(QUEUE));
            for (int i = 0; i < 20; i++) {
                var message = (TextMessage) consumer.receive(5_000);
                assertThat(message.getText()).isEqualTo("message " + i);
                if (i == 0) {
                    assertThat(message.getJMSRedelivered()).isTrue();
                }
            }
            session.commit();
            assertThat(consumer.receive(200)).isNull();
        } finally {
            broker.kill();
        }
    }

    @Test
    void shouldRefuseAnyoneElse() throws Exception {
        run(1024, () -> {
            assertRefused("moderation", "wrong");
            assertRefused("someone", "secret");
            assertRefused(null, null);
        });
    }

    /** The client may see that the broker has closed the connection before it sees the broker's reason. */
    private void assertRefused(String user, String password) {
        assertThatThrownBy(() -> connect(user, password))
                .isInstanceOf(JMSException.class)
                .satisfiesAnyOf(
                        refusal -> assertThat(refusal).isInstanceOf(JMSSecurityException.class),
                        refusal -> assertThat(refusal).hasMessage("Disposed due to prior exception"));
    }

    @Test
    void shouldMoveAnExpiredMessageToTheDeadLetterQueueOfItsQueueAndKeepItThere() throws Exception {
        run(1024, () -> {
            try (var connection = connect("moderation", "secret")) {
                send(connection, QUEUE, "expired", 1);
                Awaitility.await().until(() -> {
                    try (var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
                        return session.createConsumer(session.createQueue(QUEUE))
                                        .receive(50)
                                == null;
                    }
                });
                var dead = receiveMessage(connection, "DLQ." + QUEUE);
                assertThat(((TextMessage) dead).getText()).isEqualTo("expired");
                assertThat(dead.getJMSExpiration()).isZero();
            }
        });
    }

    @Test
    void shouldMoveAMessageThatFailsAgainToTheDeadLetterQueueAgain() throws Exception {
        run(1024, () -> {
            try (var connection = (ActiveMQConnection) connect("moderation", "secret")) {
                connection.getRedeliveryPolicy().setMaximumRedeliveries(0);
                send(connection, QUEUE, "poison", 0);
                fail(connection);
                var dead = receiveMessage(connection, "DLQ." + QUEUE);
                try (var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
                    session.createProducer(session.createQueue(QUEUE)).send(dead);
                }
                fail(connection);
                assertThat(receive(connection, "DLQ." + QUEUE)).isEqualTo("poison");
            }
        });
    }

    @Test
    void shouldHoldNoMessageBehindABusyConsumer() throws Exception {
        run(1024, () -> {
            var factory = new ActiveMQConnectionFactory("moderation", "secret", "tcp://127.0.0.1:" + port);
            factory.getPrefetchPolicy().setQueuePrefetch(1);
            try (var connection = factory.createConnection()) {
                connection.start();
                var busy = connection.createSession(true, Session.SESSION_TRANSACTED);
                var busyConsumer = busy.createConsumer(busy.createQueue(QUEUE));
                send(connection, QUEUE, "first", 0);
                assertThat(((TextMessage) busyConsumer.receive(5_000)).getText())
                        .isEqualTo("first");

                for (int i = 0; i < 5; i++) {
                    send(connection, QUEUE, "later " + i, 0);
                }
                var idle = connection.createSession(true, Session.SESSION_TRANSACTED);
                var idleConsumer = idle.createConsumer(idle.createQueue(QUEUE));

                for (int i = 0; i < 5; i++) {
                    assertThat(idleConsumer.receive(5_000)).isNotNull();
                    idle.commit();
                }
                assertThat(busyConsumer.receiveNoWait()).isNull();
                busy.commit();
            }
        });
    }

    @Test
    void shouldQueueMoreThanItsMemoryHoldsWithoutBlocking() throws Exception {
        run(1024, () -> {
            try (var connection = connect("moderation", "secret")) {
                var session = connection.createSession(true, Session.SESSION_TRANSACTED);
                var producer = session.createProducer(session.createQueue(QUEUE));
                var content = new byte[MEGABYTE - 10_000];
                for (int i = 0; i < 100; i++) {
                    var message = session.createBytesMessage();
                    message.writeBytes(content);
                    producer.send(message);
                    if (i % 10 == 9) {
                        session.commit();
                    }
                }
                var consumer = session.createConsumer(session.createQueue(QUEUE));
                for (int i = 0; i < 100; i++) {
                    assertThat(((BytesMessage) consumer.receive(10_000)).getBodyLength())
                            .isEqualTo(MEGABYTE - 10_000);
                    session.commit();
                }
            }
        });
    }

    @Test
    void shouldFailASendWhenTheStoreIsFull() throws Exception {
        run(40, () -> {
            try (var connection = connect("moderation", "secret")) {
                var content = "x".repeat(MEGABYTE / 2);
                assertThatThrownBy(() -> {
                            for (int i = 0; i < 200; i++) {
                                send(connection, QUEUE, content, 0);
                            }
                        })
                        .isInstanceOf(JMSException.class)
                        .hasMessageContaining("store is Full");
            }
        });
    }

    @Test
    void shouldRefuseAMessageThatIsTooLargeAndTakeTheNext() throws Exception {
        run(1024, () -> {
            try (var connection = connect("moderation", "secret")) {
                assertThatThrownBy(() -> send(connection, QUEUE, "x".repeat(MEGABYTE), 0))
                        .isInstanceOf(JMSException.class)
                        .hasMessageContainingAll(QUEUE, "bytes; expected at most 1048576");
                send(connection, QUEUE, "next", 0);
                assertThat(receive(connection, QUEUE)).isEqualTo("next");

                send(connection, "DLQ." + QUEUE, "x".repeat(MEGABYTE + 1000), 0);
                assertThat(receive(connection, "DLQ." + QUEUE)).hasSize(MEGABYTE + 1000);
            }
        });
    }

    @Test
    void shouldNotReadAMessageOf31Megabytes() throws Exception {
        run(1024, () -> {
            for (int i = 0; i < 8; i++) {
                try (var connection = connect("moderation", "secret")) {
                    assertThatThrownBy(() -> send(connection, QUEUE, "x".repeat(31 * MEGABYTE), 0))
                            .isInstanceOf(JMSException.class);
                }
            }
            try (var connection = connect("moderation", "secret")) {
                send(connection, QUEUE, "next", 0);
                assertThat(receive(connection, QUEUE)).isEqualTo("next");
            }
        });
    }

    @Test
    void shouldDelayMessagesOnTheirWayToAQueueOfWakeUpsOnly() throws Exception {
        run(1024, () -> {
            try (var connection = connect("moderation", "secret")) {
                sendLater(connection, "test.wakes");
                sendLater(connection, QUEUE);
                assertThat(receive(connection, QUEUE)).isEqualTo("later");
                assertThat(receive(connection, "test.wakes")).isEqualTo("later");
            }
        });
    }

    /** Two destinations in one name, of which only the one that is looked at is harmless, were delivered to both. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "topic://ActiveMQ.Scheduler.Management",
                "topic://test.notices,topic://ActiveMQ.Scheduler.Management",
                "queue://test.requests,queue://test.wakes"
            })
    void shouldLetNobodyManageWhatIsDelayedNorDelayOtherMessages(String destination) throws Exception {
        run(1024, () -> {
            try (var connection = connect("moderation", "secret")) {
                sendLater(connection, "test.wakes");
                try (var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
                    var message = session.createMessage();
                    message.setStringProperty(
                            ScheduledMessage.AMQ_SCHEDULER_ACTION, ScheduledMessage.AMQ_SCHEDULER_ACTION_REMOVEALL);
                    message.setLongProperty(ScheduledMessage.AMQ_SCHEDULED_DELAY, 3_600_000);
                    var several = ActiveMQDestination.createDestination(destination, ActiveMQDestination.QUEUE_TYPE);
                    assertThatThrownBy(() -> session.createProducer(several).send(message))
                            .isInstanceOf(JMSException.class);
                }
                assertThat(receive(connection, "test.wakes")).isEqualTo("later");
            }
        });
    }

    @Test
    void shouldLeaveNoMBeanAndNoThreadBehind() throws Exception {
        var before = threads();
        run(1024, () -> {
            try (var connection = connect("moderation", "secret")) {
                send(connection, QUEUE, "seen", 0);
                assertThat(mbeans()).isNotEmpty();
            }
        });
        assertThat(mbeans()).isEmpty();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(threads())
                        .filteredOn(name -> !before.contains(name))
                        .isEmpty());
    }

    private interface Body {
        void run() throws Exception;
    }

    private void run(int storeLimitMegabytes, Body body) throws Exception {
        var address = URI.create("tcp://127.0.0.1:" + port);
        var settings = new BrokerSettings(address, directory, storeLimitMegabytes, "moderation", "secret");
        var broker = EmbeddedBroker.start(settings, () -> {});
        try {
            body.run();
        } finally {
            broker.stop();
        }
    }

    private Connection connect(String user, String password) throws JMSException {
        var connection = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + port).createConnection(user, password);
        try {
            connection.start();
            return connection;
        } catch (JMSException e) {
            connection.close();
            throw e;
        }
    }

    private static void send(Connection connection, String queue, String text, long timeToLive) throws JMSException {
        try (var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            var producer = session.createProducer(session.createQueue(queue));
            producer.setTimeToLive(timeToLive);
            producer.send(session.createTextMessage(text));
        }
    }

    private static void sendLater(Connection connection, String queue) throws JMSException {
        try (var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            var message = session.createTextMessage("later");
            message.setLongProperty(ScheduledMessage.AMQ_SCHEDULED_DELAY, 1_000);
            session.createProducer(session.createQueue(queue)).send(message);
        }
    }

    private static String receive(Connection connection, String queue) throws JMSException {
        return ((TextMessage) receiveMessage(connection, queue)).getText();
    }

    private static Message receiveMessage(Connection connection, String queue) throws JMSException {
        try (var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            return session.createConsumer(session.createQueue(queue)).receive(5_000);
        }
    }

    private static void fail(Connection connection) throws JMSException {
        try (var session = connection.createSession(true, Session.SESSION_TRANSACTED)) {
            assertThat(session.createConsumer(session.createQueue(QUEUE)).receive(5_000))
                    .isNotNull();
            session.rollback();
        }
    }

    private static Set<ObjectName> mbeans() throws MalformedObjectNameException {
        return ManagementFactory.getPlatformMBeanServer().queryNames(new ObjectName("org.apache.activemq:*"), null);
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.startsWith("awaitility"))
                .collect(Collectors.toSet());
    }
}
