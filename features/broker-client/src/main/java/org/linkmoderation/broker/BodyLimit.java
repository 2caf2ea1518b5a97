package org.linkmoderation.broker;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import org.apache.activemq.MessageTransformer;
import org.apache.activemq.command.ActiveMQMessage;

/**
 * Marks a received message whose body is larger than anything that becomes a request, by the property {@value #BYTES},
 * so that its reader refuses it without reading it: to read one takes several times its size of memory. The message is
 * passed on as it is otherwise.
 */
final class BodyLimit implements MessageTransformer {
    /** The size of the body in bytes, as it was sent; there for one that is too large only. */
    static final String BYTES = "TooLargeBodyBytes";

    /** Four times the largest input of an execution, and the most that a compressed body may become. */
    static final int MAX_BYTES = 1_048_576;

    @Override
    public Message consumerTransform(Session session, MessageConsumer consumer, Message message) throws JMSException {
        if (message instanceof ActiveMQMessage received
                && received.getContent() != null
                && received.getContent().getLength() > MAX_BYTES) {
            received.setReadOnlyProperties(false);
            received.setIntProperty(BYTES, received.getContent().getLength());
            received.setReadOnlyProperties(true);
        }
        return message;
    }

    @Override
    public Message producerTransform(Session session, MessageProducer producer, Message message) {
        return message;
    }
}
