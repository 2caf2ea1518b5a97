package org.linkmoderation.trigger;

import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.camel.Message;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.StartRequest;
import org.linkmoderation.run.Wake;

/**
 * A wake-up as a message of the queue of wake-ups. It is made afresh each time: a property that the broker set when it
 * delayed an earlier one would deliver the next one at once.
 */
final class WakeMessage {
    /** What is added to the name of a queue of requests for the queue of its wake-ups. */
    static final String QUEUE_SUFFIX = ".wakes";

    /** The property with the token that the execution was parked with. */
    static final String DELIVERY = "Delivery";

    /** The property that says whether the text is the input as the request brought it. */
    static final String WITH_INPUT = "WithInput";

    /** How ActiveMQ is told to deliver a message later, in milliseconds. */
    private static final String DELAY = "AMQ_SCHEDULED_DELAY";

    private WakeMessage() {}

    /** Writes a wake-up that is to be delivered when it is due. */
    static void write(Wake wake, Instant now, Message message) {
        message.setBody(wake.input().orElse("{}"));
        message.setHeader(Requests.EXECUTION_NAME, wake.id().name());
        message.setHeader(DELIVERY, wake.token());
        message.setHeader(WITH_INPUT, wake.input().isPresent());
        wake.traceparent().ifPresent(trace -> message.setHeader(StartRequest.TRACEPARENT, trace));
        long delay = Duration.between(now, wake.at()).toMillis();
        if (delay > 0) {
            message.setHeader(DELAY, delay);
        }
    }

    /** Reads a wake-up; empty if the message is none. */
    static Optional<Wake> read(String stateMachine, Message message) throws JMSException {
        String name = message.getHeader(Requests.EXECUTION_NAME, String.class);
        String token = message.getHeader(DELIVERY, String.class);
        if (name == null || token == null || !(message.getBody() instanceof TextMessage text)) {
            return Optional.empty();
        }
        boolean withInput = Boolean.TRUE.equals(message.getHeader(WITH_INPUT, Boolean.class));
        return Optional.of(new Wake(
                new ExecutionId(stateMachine, name),
                token,
                Instant.EPOCH,
                withInput ? Optional.ofNullable(text.getText()) : Optional.empty(),
                Optional.empty()));
    }
}
