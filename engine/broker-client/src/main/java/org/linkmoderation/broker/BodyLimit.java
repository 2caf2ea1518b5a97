package org.linkmoderation.broker;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.activemq.MessageTransformer;
import org.apache.activemq.command.ActiveMQBytesMessage;
import org.apache.activemq.command.ActiveMQMessage;
import org.apache.activemq.util.ByteSequence;
import org.apache.activemq.util.JMSExceptionSupport;

/**
 * Marks a received message whose body is larger than anything that becomes a request, by the property {@value #BYTES},
 * so that its reader refuses it without reading it: to read one takes several times its size of memory. The message is
 * passed on as it is otherwise.
 */
final class BodyLimit implements MessageTransformer {
    /** The size of the body in bytes; there for one that is too large only. */
    static final String BYTES = "TooLargeBodyBytes";

    /** Four times the largest input of an execution, and the most that a compressed body may become. */
    static final int MAX_BYTES = 1_048_576;

    @Override
    public Message consumerTransform(Session session, MessageConsumer consumer, Message message) throws JMSException {
        if (message instanceof ActiveMQMessage received && received.getContent() != null) {
            int bytes = size(received);
            if (bytes < 0 || bytes > MAX_BYTES) {
                mark(received, bytes < 0 ? Integer.MAX_VALUE : bytes);
            }
        }
        return message;
    }

    /** As sent; of compressed bytes what they say that they become. */
    private static int size(ActiveMQMessage message) {
        ByteSequence content = message.getContent();
        return message instanceof ActiveMQBytesMessage && message.isCompressed() && content.getLength() >= Integer.BYTES
                ? ByteBuffer.wrap(content.getData(), content.getOffset(), content.getLength())
                        .getInt()
                : content.getLength();
    }

    private static void mark(ActiveMQMessage message, int bytes) throws JMSException {
        try {
            // Not the method of JMS, which inflates bytes first
            message.setProperty(BYTES, bytes);
            if (message instanceof ActiveMQBytesMessage) {
                // Nor does adding a reason to them: a dead letter has them as they were sent
                message.setCompressed(false);
            }
        } catch (IOException e) {
            throw JMSExceptionSupport.create(e);
        }
    }

    @Override
    public Message producerTransform(Session session, MessageProducer producer, Message message) {
        return message;
    }
}
