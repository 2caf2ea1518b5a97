package org.linkmoderation.states;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import org.apache.camel.CamelContext;
import org.apache.camel.LoggingLevel;
import org.apache.camel.component.jms.DefaultJmsMessageListenerContainer;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.component.jms.JmsEndpoint;
import org.apache.camel.support.service.ServiceSupport;
import org.springframework.jms.connection.CachingConnectionFactory;

/**
 * Camel's JMS component as queues are consumed by it: a message is received, and what follows from it is sent, in one
 * local transaction.
 */
public final class TransactedJms {
    private TransactedJms() {}

    /**
     * Adds it to a context as {@code jms}. Its connection is closed with the context.
     *
     * @param context has not started
     * @param broker the broker; it may be down
     */
    public static void addTo(CamelContext context, ConnectionFactory broker) {
        CachingConnectionFactory sessions = new CachingConnectionFactory(broker);
        // The sender of a session is kept: the broker registers each new one, and answers
        sessions.setCacheProducers(true);
        sessions.setCacheConsumers(false);
        sessions.setReconnectOnException(true);
        try {
            context.addService(new Connection(sessions), true, true);
        } catch (Exception e) {
            throw new IllegalStateException("A service that can't be added", e);
        }
        context.addComponent("jms", component(sessions));
    }

    private static JmsComponent component(ConnectionFactory sessions) {
        JmsComponent jms = new JmsComponent();
        jms.setConnectionFactory(sessions);
        jms.setTransacted(true);
        jms.setLazyCreateTransactionManager(false);
        jms.setCacheLevelName("CACHE_CONSUMER");
        jms.setMessageListenerContainerFactory(Consumers::new);
        // A broker that is down does not hold up the container
        jms.setTestConnectionOnStartup(false);
        jms.setAsyncStartListener(true);
        jms.setAcceptMessagesWhileStopping(false);
        jms.setDisableReplyTo(true);
        // The route has said why the message waits
        jms.setErrorHandlerLogStackTrace(false);
        jms.setErrorHandlerLoggingLevel(LoggingLevel.DEBUG);
        return jms;
    }

    /**
     * The consumers of a queue, set up one after the other until the first is there. Where many threads want a class
     * for the first time, Felix lets all but the one that defines it look for it without a pause: a hundred consumers
     * that set themselves up at once have been seen to hold up a container at its start for good.
     */
    private static final class Consumers extends DefaultJmsMessageListenerContainer {
        private static final Object SET_UP = new Object();
        private static volatile boolean isOneSetUp;

        Consumers(JmsEndpoint endpoint) {
            super(endpoint);
        }

        @Override
        protected Session createSession(jakarta.jms.Connection connection) throws JMSException {
            if (isOneSetUp) {
                return super.createSession(connection);
            }
            synchronized (SET_UP) {
                return super.createSession(connection);
            }
        }

        @Override
        protected MessageConsumer createListenerConsumer(Session session) throws JMSException {
            if (isOneSetUp) {
                return super.createListenerConsumer(session);
            }
            synchronized (SET_UP) {
                MessageConsumer consumer = super.createListenerConsumer(session);
                isOneSetUp = true;
                return consumer;
            }
        }
    }

    /** The connection of all consumers of a context, as a service of the context. */
    private static final class Connection extends ServiceSupport {
        private final CachingConnectionFactory sessions;

        Connection(CachingConnectionFactory sessions) {
            this.sessions = sessions;
        }

        @Override
        protected void doStop() {
            sessions.destroy();
        }
    }
}
