package org.linkmoderation;

import jakarta.jms.ConnectionFactory;
import java.util.function.UnaryOperator;

/**
 * A queue whose messages are no requests, and whose dead letters operators see and send again as they do those of a
 * state machine. The module that reads the queue registers one as a service.
 *
 * @param name what operators call it
 * @param broker where it is
 * @param queue the name of the queue; its dead letters are in {@value #PREFIX} and this name, each with the property
 *     {@value #REASON}
 * @param shownText makes of the text of a message what of it may be shown
 */
public record DeadLetterQueue(String name, ConnectionFactory broker, String queue, UnaryOperator<String> shownText) {
    /** What the name of a dead-letter queue begins with. */
    public static final String PREFIX = "DLQ.";

    /** The property of a dead letter that says in a sentence why it is one. */
    public static final String REASON = "DeadLetterReason";
}
