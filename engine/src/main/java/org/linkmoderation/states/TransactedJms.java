package org.linkmoderation.states;

import jakarta.jms.ConnectionFactory;
import org.apache.camel.LoggingLevel;
import org.apache.camel.component.jms.JmsComponent;

/**
 * Camel's JMS component as queues are consumed by it: a message is received, and what follows from it is sent, in one
 * local transaction.
 */
public final class TransactedJms {
    private TransactedJms() {}

    /**
     * A component that has not started.
     *
     * @param broker the broker; it may be down
     */
    public static JmsComponent component(ConnectionFactory broker) {
        JmsComponent jms = new JmsComponent();
        jms.setConnectionFactory(broker);
        jms.setTransacted(true);
        jms.setLazyCreateTransactionManager(false);
        jms.setCacheLevelName("CACHE_CONSUMER");
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
}
