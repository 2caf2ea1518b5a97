package org.linkmoderation.trigger;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Session;
import java.lang.management.ManagementFactory;
import java.util.Enumeration;
import java.util.OptionalLong;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.linkmoderation.QueueSizes;

/**
 * Counts the messages of a queue. A broker in this container tells the number itself; of another one at most
 * {@value #MOST_BROWSED} messages are looked at, so that counting costs little however long the queue is.
 */
public final class QueueCount {
    /** A count of so many means so many or more. */
    private static final int MOST_BROWSED = 100;

    private final ConnectionFactory broker;
    private final String queue;

    /**
     * @param broker the broker; best by a connection that is shared, as counts are asked for often
     * @param queue the name of the queue of requests
     */
    public QueueCount(ConnectionFactory broker, String queue) {
        this.broker = broker;
        this.queue = queue;
    }

    /**
     * The sizes of the queue and of its dead-letter queue, as of now.
     *
     * @throws JMSRuntimeException if the broker does not answer
     */
    public QueueSizes now() {
        String deadLetters = RequestQueue.DEAD_LETTER_PREFIX + queue;
        OptionalLong requests = told(queue);
        return requests.isPresent()
                ? new QueueSizes(requests.getAsLong(), told(deadLetters).orElse(0))
                : browsed(deadLetters);
    }

    /** What the MBean of a queue says, if its broker runs in this container. */
    private static OptionalLong told(String queue) {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        try {
            Set<ObjectName> names = beans.queryNames(
                    new ObjectName("org.apache.activemq:type=Broker,brokerName=*,destinationType=Queue,destinationName="
                            + queue),
                    null);
            return names.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of((Long) beans.getAttribute(names.iterator().next(), "QueueSize"));
        } catch (JMException e) {
            // It has gone meanwhile
            return OptionalLong.empty();
        }
    }

    private QueueSizes browsed(String deadLetters) {
        try (Connection connection = broker.createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            connection.start();
            return new QueueSizes(browsed(session, queue), browsed(session, deadLetters));
        } catch (JMSException e) {
            throw new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
        }
    }

    private static long browsed(Session session, String queue) throws JMSException {
        try (var browser = session.createBrowser(session.createQueue(queue))) {
            long count = 0;
            for (Enumeration<?> messages = browser.getEnumeration();
                    count < MOST_BROWSED && messages.hasMoreElements();
                    messages.nextElement()) {
                count++;
            }
            return count;
        }
    }
}
