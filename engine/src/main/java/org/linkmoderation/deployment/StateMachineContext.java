package org.linkmoderation.deployment;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Session;
import java.time.Clock;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.Service;
import org.apache.camel.component.aws2.ddb.Ddb2Component;
import org.apache.camel.component.aws2.lambda.Lambda2Component;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.karaf.core.OsgiClassResolver;
import org.apache.camel.karaf.core.OsgiDefaultCamelContext;
import org.apache.camel.spi.NodeIdFactory;
import org.linkmoderation.QueueSizes;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.aws.AwsClients;
import org.linkmoderation.states.TransactedJms;
import org.linkmoderation.trigger.DeadLetters;
import org.linkmoderation.trigger.QueueCount;
import org.linkmoderation.trigger.RequestSender;
import org.osgi.framework.BundleContext;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.connection.JmsTransactionManager;
import org.springframework.jms.connection.SingleConnectionFactory;
import org.springframework.transaction.support.TransactionTemplate;

/** The Camel context of a state machine, with the components that its routes use. */
public final class StateMachineContext implements AutoCloseable {
    /** More than the delays of a Retry, so that a stop does not cut off what is between two attempts. */
    private static final long SHUTDOWN_SECONDS = 30;

    private final CamelContext context;
    private final ConnectionFactory broker;
    private final CachingConnectionFactory senders;
    private final SingleConnectionFactory answers;

    /**
     * @param name the name of the state machine
     * @param bundle the bundle
     * @param clients the clients of the AWS services
     * @param broker the broker
     * @param observation watches the context
     */
    public StateMachineContext(
            String name, BundleContext bundle, AwsClients clients, ConnectionFactory broker, Observation observation) {
        OsgiDefaultCamelContext osgi = new OsgiDefaultCamelContext(bundle);
        osgi.setClassResolver(new OsgiClassResolver(osgi, bundle));
        osgi.getCamelContextExtension().setName(name);
        osgi.getManagementNameStrategy().setNamePattern("#name#");
        osgi.getCamelContextExtension().addContextPlugin(NodeIdFactory.class, new NodeNames());
        osgi.getExecutorServiceManager().setThreadNamePattern(name + " ##counter# #name#");
        osgi.getShutdownStrategy().setTimeout(SHUTDOWN_SECONDS);
        osgi.getShutdownStrategy().setShutdownNowOnTimeout(true);
        context = osgi;
        observation.trace(context);
        this.broker = broker;
        senders = new CachingConnectionFactory(broker);
        // Connects anew when the broker was away
        senders.setReconnectOnException(true);
        TransactedJms.addTo(context, broker);
        context.addComponent("requests", sender(senders));
        // Who asks names the queue of the answer: a sender that were kept for each would be kept for ever
        answers = new SingleConnectionFactory(broker);
        answers.setReconnectOnException(true);
        context.addComponent("answers", sender(answers));
        Ddb2Component dynamoDb = new Ddb2Component();
        dynamoDb.getConfiguration().setAmazonDDBClient(clients.links());
        dynamoDb.getConfiguration().setRegion(clients.region());
        context.addComponent("aws2-ddb", dynamoDb);
        Lambda2Component lambda = new Lambda2Component();
        lambda.getConfiguration().setAwsLambdaClient(clients.lambda());
        context.addComponent("aws2-lambda", lambda);
    }

    private static JmsComponent sender(ConnectionFactory broker) {
        JmsComponent jms = new JmsComponent();
        jms.setConnectionFactory(broker);
        jms.setDeliveryPersistent(true);
        jms.setTestConnectionOnStartup(false);
        return jms;
    }

    /** Sends requests to a queue, by a connection of its own. */
    public RequestSender sender(String queue) {
        return new RequestSender(
                template(), new TransactionTemplate(new JmsTransactionManager(senders)), queue, Clock.systemUTC());
    }

    /** Sends to endpoints of this context. */
    public ProducerTemplate template() {
        return context.createProducerTemplate();
    }

    /** Puts an object into the registry. */
    public void bind(String name, Object object) {
        context.getRegistry().bind(name, object);
    }

    /** Adds a service that starts and stops with the context. */
    void addService(Service service) {
        try {
            context.addService(service, true, true);
        } catch (Exception e) {
            throw new IllegalStateException("A service that can't be added", e);
        }
    }

    /** The context itself. */
    CamelContext camel() {
        return context;
    }

    /** Adds routes; before the start. */
    void add(RoutesBuilder routes) {
        try {
            context.addRoutes(routes);
        } catch (Exception e) {
            throw new IllegalStateException("Routes that can't be added", e);
        }
    }

    /**
     * Adds routes and starts.
     *
     * @throws Exception if a route can't be started; the context is closed then
     */
    public void start(RoutesBuilder... routes) throws Exception {
        try {
            for (RoutesBuilder builder : routes) {
                context.addRoutes(builder);
            }
            context.start();
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /**
     * The dead letters of a queue.
     *
     * @param shownText makes of the text of a message what of it may be shown
     */
    public DeadLetters deadLetters(String queue, UnaryOperator<String> shownText) {
        return new DeadLetters(broker, queue, shownText);
    }

    /** Counts the messages of a queue by a shared connection, so that frequent counts open none. */
    public QueueSizes queueSizes(String queue) {
        return new QueueCount(senders, queue).now();
    }

    /** The check whether the broker answers; it asks for a temporary queue, which needs its answer. */
    public ServiceCheck brokerCheck(String queue) {
        return new ServiceCheck("broker, queue " + queue, () -> {
            Connection connection = senders.createConnection();
            try (Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
                session.createTemporaryQueue().delete();
            }
            return connection.getMetaData().getJMSProviderName();
        });
    }

    /** The check whether all routes run. */
    public ServiceCheck check() {
        return new ServiceCheck("Camel context " + context.getName(), this::startedRoutes);
    }

    private String startedRoutes() {
        long started = context.getRoutes().stream()
                .filter(route -> context.getRouteController()
                        .getRouteStatus(route.getRouteId())
                        .isStarted())
                .count();
        int all = context.getRoutes().size();
        String detail = started + " of " + all + " routes started";
        if (started < all) {
            throw new IllegalStateException(detail);
        }
        return detail;
    }

    @Override
    public void close() {
        try {
            context.stop();
        } finally {
            senders.destroy();
            answers.destroy();
        }
    }
}
