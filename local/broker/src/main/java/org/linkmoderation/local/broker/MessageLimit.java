package org.linkmoderation.local.broker;

import jakarta.jms.JMSException;
import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.command.Message;

/**
 * Refuses a message that is larger than anything that its readers take, before it is stored: its sender is told why,
 * and stays connected. A dead letter may be a little larger, for it has its reason added.
 */
final class MessageLimit extends BrokerFilter {
    /** Four times the largest input of an execution: body and properties, as sent. */
    static final int MAX_BYTES = 1_048_576;

    private static final String DEAD_LETTERS = "DLQ.";

    MessageLimit(Broker next) {
        super(next);
    }

    @Override
    public void send(ProducerBrokerExchange exchange, Message message) throws Exception {
        if (message.getSize() > MAX_BYTES
                && !message.getDestination().getPhysicalName().startsWith(DEAD_LETTERS)) {
            throw new JMSException("The message for " + message.getDestination().getPhysicalName() + " has "
                    + message.getSize() + " bytes; expected at most " + MAX_BYTES);
        }
        super.send(exchange, message);
    }
}
