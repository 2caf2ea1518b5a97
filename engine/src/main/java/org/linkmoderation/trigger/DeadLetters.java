package org.linkmoderation.trigger;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.linkmoderation.DeadLetter;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;

/** The dead letters of a queue. */
public final class DeadLetters {
    private static final Pattern MESSAGE_ID = Pattern.compile("ID:[^']+");
    private static final long RECEIVE_MILLIS = 5_000;

    private final ConnectionFactory broker;
    private final String queue;
    private final UnaryOperator<String> shownText;

    /**
     * @param broker the broker
     * @param queue the name of the queue that the messages were sent to
     * @param shownText makes of the text of a message what of it may be shown
     */
    public DeadLetters(ConnectionFactory broker, String queue, UnaryOperator<String> shownText) {
        this.broker = broker;
        this.queue = queue;
        this.shownText = shownText;
    }

    /**
     * The oldest dead letters.
     *
     * @param limit how many at the most
     */
    public List<DeadLetter> list(int limit) {
        try (JMSContext session = broker.createContext();
                var browser = session.createBrowser(session.createQueue(RequestQueue.DEAD_LETTER_PREFIX + queue))) {
            List<DeadLetter> letters = new ArrayList<>();
            for (Enumeration<?> messages = browser.getEnumeration();
                    messages.hasMoreElements() && letters.size() < limit; ) {
                letters.add(letter((Message) messages.nextElement()));
            }
            return letters;
        } catch (JMSException e) {
            throw new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
        }
    }

    /**
     * Moves a dead letter back to the queue, as it is.
     *
     * @param id its id
     * @throws InvalidRequestException if there is no such dead letter
     */
    public void resend(String id) throws InvalidRequestException {
        if (!MESSAGE_ID.matcher(id).matches()) {
            throw new InvalidRequestException(
                    "'" + StartRequest.abbreviate(id) + "' is not the id of a message; expected ID:…");
        }
        try (JMSContext session = broker.createContext(JMSContext.SESSION_TRANSACTED);
                JMSConsumer consumer = session.createConsumer(
                        session.createQueue(RequestQueue.DEAD_LETTER_PREFIX + queue), "JMSMessageID = '" + id + "'")) {
            Message message = consumer.receive(RECEIVE_MILLIS);
            if (message == null) {
                throw new InvalidRequestException("There is no dead letter '" + id + "' of queue " + queue);
            }
            session.createProducer().send(session.createQueue(queue), message);
            session.commit();
        }
    }

    private DeadLetter letter(Message message) throws JMSException {
        return new DeadLetter(
                message.getJMSMessageID(),
                Instant.ofEpochMilli(message.getJMSTimestamp()),
                Optional.ofNullable(message.getStringProperty(RequestQueue.DEAD_LETTER_REASON))
                        .orElse("the broker gave it up"),
                Optional.ofNullable(message.getStringProperty(Requests.EXECUTION_NAME))
                        .orElse(""),
                StartRequest.abbreviate(text(message)));
    }

    /** Of one that is too large, whatever it would become, nothing is shown; it hides none of the others. */
    private String text(Message message) {
        try {
            return !message.propertyExists(RequestQueue.TOO_LARGE)
                            && message instanceof TextMessage text
                            && text.getText() != null
                    ? shownText.apply(text.getText())
                    : "";
        } catch (JMSException e) {
            return "";
        }
    }
}
