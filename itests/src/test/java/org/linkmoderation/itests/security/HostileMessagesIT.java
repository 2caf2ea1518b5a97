package org.linkmoderation.itests.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.command.ActiveMQBytesMessage;
import org.apache.activemq.command.ActiveMQTextMessage;
import org.apache.activemq.util.ByteSequence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.ModerationNode;

/**
 * Messages made to take the container's memory (512 MB of heap) or time: each is refused, and the next goes through,
 * both soon.
 */
class HostileMessagesIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int MEGABYTE = 1024 * 1024;
    private static final int GIGABYTE = 1024 * MEGABYTE;
    private static final String URL = "https://example.org/";

    private static ModerationNode node;

    @BeforeAll
    static void start() {
        node = new ModerationNode("security-messages");
        node.karaf().setting("org.linkmoderation.moderation", "consumers", 8);
        node.karaf().start();
    }

    @AfterAll
    static void end() {
        if (node != null) {
            node.close();
        }
    }

    static Stream<Arguments> hostile() {
        String start = "{\"code\":\"a\",\"url\":\"" + URL + "\",\"more\":";
        return Stream.of(
                Arguments.of("nested", start + "[".repeat(100_000) + "]".repeat(100_000) + "}", "not JSON"),
                Arguments.of("digits", start + "1".repeat(100_000) + "}", "not JSON"),
                Arguments.of("exponent", start + "1e" + "9".repeat(900) + "}", "exponent that is out of range"),
                Arguments.of(
                        "duplicate", "{\"code\":\"a\",\"url\":\"" + URL + "\",\"url\":\"https://x.example\"}", "not"),
                Arguments.of("long-string", start + "\"" + "x".repeat(900_000) + "\"}", "DataLimitExceeded"),
                Arguments.of("characters", "漢".repeat(80_000), "not JSON"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void shouldRefuseADocument(String name, String text, String reason) throws JMSException {
        Instant sent = Instant.now();
        node.messages().send(Messages.REQUESTS, text, Map.of("Hostile", name));

        Message letter = node.awaitDeadLetter("Hostile = '" + name + "'");

        assertThat(letter.getStringProperty("DeadLetterReason"))
                .contains(reason)
                .hasSizeLessThan(400);
        assertThat(Duration.between(sent, Instant.now())).isLessThan(SOON);
        assertNextGoesThrough("after-" + name);
    }

    @Test
    void shouldTakeManyPropertiesForWhatTheyAre() throws Exception {
        Instant sent = Instant.now();
        assertThatThrownBy(() -> send(session -> {
                    Message message = session.createTextMessage("{\"code\":\"a\",\"url\":\"" + URL + "\"}");
                    for (int i = 0; i < 100_000; i++) {
                        message.setIntProperty("property" + i, i);
                    }
                    return message;
                }))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("expected at most");
        send(session -> {
            Message message = session.createTextMessage("oops");
            message.setStringProperty("Hostile", "properties");
            for (int i = 0; i < 30_000; i++) {
                message.setIntProperty("property" + i, i);
            }
            return message;
        });

        assertThat(node.awaitDeadLetter("Hostile = 'properties'").getIntProperty("property29999"))
                .isEqualTo(29_999);
        assertThat(Duration.between(sent, Instant.now())).isLessThan(SOON);
        assertNextGoesThrough("after-properties");
    }

    @Test
    void shouldRefuseEightMessagesOf31MegabytesAtOnce() throws Exception {
        Instant sent = Instant.now();
        String text = "{\"code\":\"a\",\"url\":\"" + URL + "\",\"more\":\"" + "x".repeat(31 * MEGABYTE) + "\"}";
        ExecutorService senders = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> all = Stream.<Future<?>>generate(() ->
                            senders.submit(() -> assertThatThrownBy(() -> send(s -> s.createTextMessage(text)))
                                    .isInstanceOf(JMSException.class)))
                    .limit(8)
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            senders.shutdownNow();
        }
        assertThat(Duration.between(sent, Instant.now())).isLessThan(SOON);
        assertNextGoesThrough("after-megabytes");
        assertThat(node.karaf().log()).doesNotContain("OutOfMemoryError");
    }

    /** About a megabyte as sent. */
    @Test
    void shouldRefuseABodyThatInflatesToAGigabyte() throws Exception {
        Instant sent = Instant.now();
        send(session -> {
            ActiveMQTextMessage message = (ActiveMQTextMessage) session.createTextMessage();
            message.setStringProperty("Hostile", "inflates-text");
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            deflate(content, true);
            message.setContent(new ByteSequence(content.toByteArray()));
            message.setCompressed(true);
            return message;
        });
        send(session -> {
            ActiveMQBytesMessage message = (ActiveMQBytesMessage) session.createBytesMessage();
            setProperty(message, "inflates-bytes");
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            content.writeBytes(ByteBuffer.allocate(4).putInt(GIGABYTE).array());
            deflate(content, false);
            message.setContent(new ByteSequence(content.toByteArray()));
            message.setCompressed(true);
            return message;
        });

        assertThat(node.awaitDeadLetter("Hostile = 'inflates-text'").getStringProperty("DeadLetterReason"))
                .contains("the message can't be read");
        assertThat(node.awaitDeadLetter("Hostile = 'inflates-bytes'").getStringProperty("DeadLetterReason"))
                .contains("the input has 1073741824 bytes; expected at most 262144");
        assertThat(Duration.between(sent, Instant.now())).isLessThan(SOON.multipliedBy(2));
        assertThat(node.karaf().shellOk("moderation:dead-letters --json").output())
                .contains("the message can't be read");
        assertNextGoesThrough("after-inflating");
        assertThat(node.karaf().log()).doesNotContain("OutOfMemoryError");
    }

    /** Not the method of JMS, which would begin a body of its own. */
    private static void setProperty(ActiveMQBytesMessage message, String name) {
        try {
            message.setProperty("Hostile", name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deflate(ByteArrayOutputStream content, boolean withLength) {
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(content)) {
            if (withLength) {
                deflated.write(ByteBuffer.allocate(4).putInt(GIGABYTE).array());
            }
            byte[] part = new byte[MEGABYTE];
            for (int i = 0; i < GIGABYTE / MEGABYTE; i++) {
                deflated.write(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertNextGoesThrough(String name) {
        node.links().putPending(name, URL + name);
        node.messages().request(name, name, URL + name);
        assertThat(node.awaitEnd(name, SOON).path("status").asText()).isEqualTo("SUCCEEDED");
    }

    private interface Body {
        Message in(Session session) throws JMSException;
    }

    private static void send(Body body) throws JMSException {
        ActiveMQConnectionFactory broker =
                new ActiveMQConnectionFactory(node.karaf().setting("org.linkmoderation.broker", "url"));
        try (Connection connection = broker.createConnection(
                        "moderation", node.karaf().setting("org.linkmoderation.broker", "password"));
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            MessageProducer producer = session.createProducer(session.createQueue(Messages.REQUESTS));
            producer.setDeliveryMode(DeliveryMode.PERSISTENT);
            producer.send(body.in(session));
        }
    }
}
