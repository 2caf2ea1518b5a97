package org.linkmoderation.broker;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.List;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.ActiveMQPrefetchPolicy;
import org.apache.activemq.RedeliveryPolicy;
import org.apache.activemq.management.JMSStatsImpl;
import org.apache.activemq.transport.RequestTimedOutIOException;
import org.apache.activemq.transport.Transport;
import org.apache.activemq.util.IdGenerator;

/**
 * Connects to the broker, and decides how this container waits for it.
 *
 * <ul>
 *   <li>A broker that is down is waited for, but never for longer than the send timeout: {@code createConnection},
 *       every call on a connection and every send that is under way then fails with a {@link JMSException}. A
 *       connection that failed so stays failed; a user who keeps one (Spring's listener container and caching factory
 *       do) opens another.
 *   <li>A message that is rolled back comes again for ever, after a growing delay. What can never succeed is sent to
 *       the dead-letter queue by the route that finds so.
 *   <li>A consumer holds one message at a time, so that two nodes share what is queued.
 *   <li>A message that comes a second time after the broker went and came back is delivered: the client would take it
 *       for a duplicate, and put it into the dead-letter queue, although nothing of its first delivery was committed.
 *       That an execution runs once is for the journal to see to.
 *   <li>An {@code ObjectMessage} is never deserialised.
 *   <li>A body that is too large is never read, and a compressed one never becomes larger ({@link BodyLimit}).
 * </ul>
 */
final class BrokerConnectionFactory extends ActiveMQConnectionFactory {

    private static final Duration RECONNECT_DELAY = Duration.ofSeconds(1);
    private static final int CONNECT_TIMEOUT_MILLIS = 2_000;

    /**
     * @param servers the broker's addresses, {@code tcp} or {@code ssl}
     * @param user the user's name at the broker
     * @param password the user's password at the broker
     * @param firstRedelivery the delay before the first redelivery; doubled before each further one
     * @param lastRedelivery the longest delay before a redelivery
     * @param sendTimeout how long a broker that is down is waited for; at least one second
     */
    BrokerConnectionFactory(
            List<String> servers,
            String user,
            String password,
            Duration firstRedelivery,
            Duration lastRedelivery,
            Duration sendTimeout) {
        super(user, password, failover(servers, sendTimeout));
        setRedeliveryPolicy(redeliveryPolicy(firstRedelivery, lastRedelivery));
        setPrefetchPolicy(oneMessageAtATime());
        setSendTimeout(Math.toIntExact(sendTimeout.toMillis()));
        setConnectResponseTimeout(Math.toIntExact(sendTimeout.toMillis()));
        setCloseTimeout(Math.toIntExact(sendTimeout.toMillis()));
        setCheckForDuplicates(false);
        setTrustAllPackages(false);
        setTrustedPackages(List.of());
        setWatchTopicAdvisories(false);
        setTransformer(new BodyLimit());
    }

    /**
     * The failover transport bounds the wait for a broker by time for messages only; everything else (opening a
     * connection, a session) it bounds by the number of attempts, and without one waits for ever.
     */
    private static String failover(List<String> servers, Duration sendTimeout) {
        long attempts = Math.max(1, sendTimeout.dividedBy(RECONNECT_DELAY));
        return "failover:(" + String.join(",", servers) + ")"
                + "?randomize=false&updateURIsSupported=false&useExponentialBackOff=false"
                + "&initialReconnectDelay=" + RECONNECT_DELAY.toMillis()
                + "&maxReconnectAttempts=" + attempts
                + "&startupMaxReconnectAttempts=" + attempts
                + "&warnAfterReconnectAttempts=-1"
                + "&timeout=" + sendTimeout.toMillis()
                + "&nested.connectionTimeout=" + CONNECT_TIMEOUT_MILLIS;
    }

    private static RedeliveryPolicy redeliveryPolicy(Duration first, Duration last) {
        var policy = new RedeliveryPolicy();
        policy.setMaximumRedeliveries(RedeliveryPolicy.NO_MAXIMUM_REDELIVERIES);
        policy.setInitialRedeliveryDelay(first.toMillis());
        policy.setRedeliveryDelay(first.toMillis());
        policy.setUseExponentialBackOff(true);
        policy.setBackOffMultiplier(2);
        policy.setMaximumRedeliveryDelay(last.toMillis());
        return policy;
    }

    private static ActiveMQPrefetchPolicy oneMessageAtATime() {
        var policy = new ActiveMQPrefetchPolicy();
        policy.setQueuePrefetch(1);
        return policy;
    }

    /**
     * The client looks its transports up through the thread's context class loader before its own, and its threads
     * inherit it: another ActiveMQ in the container must not be found there.
     */
    @Override
    protected ActiveMQConnection createActiveMQConnection(String user, String password) throws JMSException {
        var thread = Thread.currentThread();
        var caller = thread.getContextClassLoader();
        thread.setContextClassLoader(BrokerConnectionFactory.class.getClassLoader());
        try {
            return super.createActiveMQConnection(user, password);
        } finally {
            thread.setContextClassLoader(caller);
        }
    }

    @Override
    protected ActiveMQConnection createActiveMQConnection(Transport transport, JMSStatsImpl statistics)
            throws Exception {
        return new BrokerConnection(transport, getClientIdGenerator(), getConnectionIdGenerator(), statistics);
    }

    private static final class BrokerConnection extends ActiveMQConnection {

        BrokerConnection(Transport transport, IdGenerator clientIds, IdGenerator connectionIds, JMSStatsImpl statistics)
                throws Exception {
            super(transport, clientIds, connectionIds, statistics);
        }

        /** The client's own limit grows with what the broker accepts. */
        @Override
        public int getMaxInflatedDataSize() {
            return BodyLimit.MAX_BYTES;
        }

        /**
         * A connection whose broker does not answer its introduction in time fails for good. The failover transport
         * introduces it again when the broker is back, which the connection never learns: each use would introduce it
         * once more, and the broker would refuse it as connected already, and drop it.
         */
        @Override
        protected void ensureConnectionInfoSent() throws JMSException {
            try {
                super.ensureConnectionInfoSent();
            } catch (JMSException e) {
                if (e.getCause() instanceof RequestTimedOutIOException timeout) {
                    onException(timeout);
                }
                throw e;
            }
        }
    }
}
