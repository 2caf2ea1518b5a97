package org.linkmoderation.local.broker;

import java.io.IOException;
import java.util.List;
import org.apache.activemq.ScheduledMessage;
import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.Message;

/**
 * Lets messages be delayed on the way to a queue of wake-ups only, and never repeated: one message of a sender could
 * otherwise become a million, or wait for a year. Nobody manages what is delayed from outside, or sends to several
 * destinations at once, which are told apart only after this guard.
 */
final class DelayGuard extends BrokerFilter {
    /** What the name of a queue of wake-ups ends with. */
    private static final String WAKES = ".wakes";

    private static final List<String> REPEATS = List.of(
            ScheduledMessage.AMQ_SCHEDULED_PERIOD,
            ScheduledMessage.AMQ_SCHEDULED_REPEAT,
            ScheduledMessage.AMQ_SCHEDULED_CRON);

    DelayGuard(Broker next) {
        super(next);
    }

    @Override
    public void send(ProducerBrokerExchange exchange, Message message) throws Exception {
        ActiveMQDestination destination = message.getDestination();
        String name = destination.getPhysicalName();
        if (destination.isComposite()) {
            throw new SecurityException("A message goes to one destination, not to several: " + name);
        }
        if (name.startsWith(ScheduledMessage.AMQ_SCHEDULER_MANAGEMENT_DESTINATION)) {
            throw new SecurityException("Nobody manages delayed messages from outside: " + name);
        }
        for (String property : REPEATS) {
            remove(message, property);
        }
        if (!destination.isQueue() || !name.endsWith(WAKES)) {
            remove(message, ScheduledMessage.AMQ_SCHEDULED_DELAY);
        }
        super.send(exchange, message);
    }

    private static void remove(Message message, String property) throws IOException {
        if (message.getProperty(property) != null) {
            message.removeProperty(property);
        }
    }
}
