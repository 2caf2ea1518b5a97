package org.linkmoderation.itests;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.apache.activemq.ActiveMQConnectionFactory;

/**
 * The sender's side: puts messages into the container's queues and looks into them. Each call has a connection of its
 * own, so that a broker that went and came back is no matter.
 */
public final class Messages {

    /** The queue of the moderation requests. */
    public static final String REQUESTS = "moderation.requests";
    /** Where those go that can never succeed. */
    public static final String DEAD_LETTERS = "DLQ.moderation.requests";

    private final ActiveMQConnectionFactory factory;

    public Messages(String url, String user, String password) {
        factory = new ActiveMQConnectionFactory(user, password, url);
        factory.setSendTimeout(20_000);
        factory.setConnectResponseTimeout(20_000);
        factory.setCloseTimeout(5_000);
    }

    /** Sends a text message without properties. */
    public void send(String queue, String text) {
        send(queue, text, Map.of());
    }

    /** Sends a text message with string properties. */
    public void send(String queue, String text, Map<String, String> properties) {
        send(queue, properties, session -> List.of(session.createTextMessage(text)));
    }

    /** Sends many text messages in one transaction. */
    public void sendAll(String queue, List<String> texts) {
        send(queue, Map.of(), session -> {
            List<Message> messages = new ArrayList<>();
            for (String text : texts) {
                messages.add(session.createTextMessage(text));
            }
            return messages;
        });
    }

    /** Sends a request for a link as the execution of this name. */
    public void request(String executionName, String code, String url) {
        send(REQUESTS, "{\"code\":\"" + code + "\",\"url\":\"" + url + "\"}", Map.of("ExecutionName", executionName));
    }

    /** Sends a bytes message. */
    public void sendBytes(String queue, byte[] bytes, Map<String, String> properties) {
        send(queue, properties, session -> {
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(bytes);
            return List.of(message);
        });
    }

    /** Sends a map message. */
    public void sendMap(String queue, Map<String, String> entries, Map<String, String> properties) {
        send(queue, properties, session -> {
            MapMessage message = session.createMapMessage();
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                message.setString(entry.getKey(), entry.getValue());
            }
            return List.of(message);
        });
    }

    /** Sends an object message. */
    public void sendObject(String queue, Serializable object, Map<String, String> properties) {
        send(queue, properties, session -> List.of(session.createObjectMessage(object)));
    }

    /** Sends a message that has properties only. */
    public void sendEmpty(String queue, Map<String, String> properties) {
        send(queue, properties, session -> List.of(session.createMessage()));
    }

    /** Sends a stream message with one string. */
    public void sendStream(String queue, String text, Map<String, String> properties) {
        send(queue, properties, session -> {
            StreamMessage message = session.createStreamMessage();
            message.writeString(text);
            return List.of(message);
        });
    }

    /** The messages that wait in a queue, which they stay in; those that are being worked on are among them. */
    public List<Message> browse(String queue) {
        return browse(queue, null);
    }

    /** {@link #browse(String)} with a selector such as {@code ExecutionName = 'a'}. */
    public List<Message> browse(String queue, String selector) {
        return inSession(false, session -> {
            List<Message> messages = new ArrayList<>();
            Enumeration<?> waiting =
                    session.createBrowser(session.createQueue(queue), selector).getEnumeration();
            while (waiting.hasMoreElements()) {
                messages.add((Message) waiting.nextElement());
            }
            return messages;
        });
    }

    /** How many messages wait in a queue, at most 400: what a browser is shown. */
    public int count(String queue) {
        return browse(queue).size();
    }

    /** Sends a text message and waits for the answer to it; null if there is none in time. */
    public Message call(String queue, String text, Map<String, String> properties, Duration timeout) {
        return inSession(false, session -> {
            Queue answers = session.createTemporaryQueue();
            TextMessage request = session.createTextMessage(text);
            for (Map.Entry<String, String> property : properties.entrySet()) {
                request.setStringProperty(property.getKey(), property.getValue());
            }
            request.setJMSReplyTo(answers);
            try (MessageProducer producer = session.createProducer(session.createQueue(queue));
                    MessageConsumer consumer = session.createConsumer(answers)) {
                producer.send(request);
                return consumer.receive(timeout.toMillis());
            }
        });
    }

    /** Hands each message of a topic to a listener until it is closed. */
    public AutoCloseable subscribe(String topic, MessageListener listener) {
        try {
            Connection connection = factory.createConnection();
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            session.createConsumer(session.createTopic(topic)).setMessageListener(listener);
            connection.start();
            return connection;
        } catch (JMSException e) {
            throw new IllegalStateException("No broker at " + factory.getBrokerURL() + ": " + e.getMessage(), e);
        }
    }

    /** Takes all messages that wait in a queue. */
    public List<Message> receiveAll(String queue) {
        return inSession(false, session -> {
            List<Message> messages = new ArrayList<>();
            try (MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
                for (Message message = consumer.receive(2_000); message != null; message = consumer.receive(1_000)) {
                    messages.add(message);
                }
            }
            return messages;
        });
    }

    private void send(String queue, Map<String, String> properties, InSession<List<? extends Message>> create) {
        inSession(true, session -> {
            try (MessageProducer producer = session.createProducer(session.createQueue(queue))) {
                for (Message message : create.run(session)) {
                    for (Map.Entry<String, String> property : properties.entrySet()) {
                        message.setStringProperty(property.getKey(), property.getValue());
                    }
                    producer.send(message);
                }
            }
            session.commit();
            return null;
        });
    }

    private <T> T inSession(boolean transacted, InSession<T> work) {
        try (Connection connection = factory.createConnection()) {
            connection.start();
            try (Session session = connection.createSession(
                    transacted, transacted ? Session.SESSION_TRANSACTED : Session.AUTO_ACKNOWLEDGE)) {
                return work.run(session);
            }
        } catch (JMSException e) {
            throw new IllegalStateException("No broker at " + factory.getBrokerURL() + ": " + e.getMessage(), e);
        }
    }

    @FunctionalInterface
    private interface InSession<T> {
        T run(Session session) throws JMSException;
    }
}
