package org.linkmoderation.webhooks;

import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.Message;

/**
 * A notice on its way to one receiver, as a message of its queue or of that of its retries. Each message is made
 * afresh: a property that the broker set when it delayed an earlier one would deliver the next one at once.
 *
 * @param notice the notice
 * @param text the notice as the engine sent it
 * @param first when it was queued for this receiver
 * @param attempts how many calls have failed
 * @param taken how many of the notices that are due before it, and it itself, the receiver has taken
 * @param due when the next call may be made
 */
record Delivery(Notice notice, String text, Instant first, int attempts, int taken, Instant due) {
    /** The property of the name of the execution, as the engine sets it. */
    static final String EXECUTION_NAME = "ExecutionName";

    /** The property that says to which receiver a message is to go; of one in the queue of notices, only there. */
    static final String RECEIVER = "Webhook";

    private static final String FIRST = "FirstAttempt";
    private static final String ATTEMPTS = "Attempts";
    private static final String TAKEN = "Taken";
    private static final String DUE = "Due";

    /** How ActiveMQ is told to deliver a message later, in milliseconds. */
    private static final String DELAY = "AMQ_SCHEDULED_DELAY";

    /** One that begins. */
    static Delivery begin(Notice notice, String text, Instant now) {
        return new Delivery(notice, text, now, 0, 0, now);
    }

    /** After a call that failed. */
    Delivery failed(int takenNow, Instant next) {
        return new Delivery(notice, text, first, attempts + 1, takenNow, next);
    }

    /** Not before a time. */
    Delivery heldUntil(Instant next) {
        return new Delivery(notice, text, first, attempts, taken, next);
    }

    /** Whether no call has been made, nor was one put off. */
    boolean isNew() {
        return attempts == 0 && due.equals(first);
    }

    /**
     * Reads a message.
     *
     * @throws InvalidNoticeException if it is none of ours
     */
    static Delivery read(Message message) throws InvalidNoticeException {
        String text = text(message);
        Long first = message.getHeader(FIRST, Long.class);
        Integer attempts = message.getHeader(ATTEMPTS, Integer.class);
        Integer taken = message.getHeader(TAKEN, Integer.class);
        Long due = message.getHeader(DUE, Long.class);
        if (first == null || attempts == null || taken == null || due == null) {
            throw new InvalidNoticeException(
                    "the message lacks a property; expected one that the queue of notices sent");
        }
        return new Delivery(
                Notice.of(text), text, Instant.ofEpochMilli(first), attempts, taken, Instant.ofEpochMilli(due));
    }

    /**
     * The text of a message, whatever else it may hold.
     *
     * @throws InvalidNoticeException if it has none
     */
    static String text(Message message) throws InvalidNoticeException {
        try {
            if (message.getBody() instanceof TextMessage body && body.getText() != null) {
                return body.getText();
            }
        } catch (JMSException e) {
            throw new InvalidNoticeException("the message can't be read: " + e.getMessage());
        }
        throw new InvalidNoticeException("the message is no TextMessage; expected a notice of an execution");
    }

    /** Writes a message, to be delivered when it is due. */
    void write(Message message, Instant now) {
        message.setBody(text);
        message.setHeader(EXECUTION_NAME, notice.execution().name());
        message.setHeader(FIRST, first.toEpochMilli());
        message.setHeader(ATTEMPTS, attempts);
        message.setHeader(TAKEN, taken);
        message.setHeader(DUE, due.toEpochMilli());
        long delay = Duration.between(now, due).toMillis();
        if (delay > 0) {
            message.setHeader(DELAY, delay);
        }
    }
}
