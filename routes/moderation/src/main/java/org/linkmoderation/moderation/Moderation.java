package org.linkmoderation.moderation;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.jms.ConnectionFactory;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.camel.ProducerTemplate;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.QueueSizes;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.StartRequest;
import org.linkmoderation.StateMachine;
import org.linkmoderation.aws.AwsClients;
import org.linkmoderation.aws.TableSetup;
import org.linkmoderation.component.Settings;
import org.linkmoderation.deployment.Observation;
import org.linkmoderation.deployment.StateMachineContext;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.run.ExecutionRunner;
import org.linkmoderation.run.RunPolicy;
import org.linkmoderation.run.Sweep;
import org.linkmoderation.run.Wake;
import org.linkmoderation.states.DynamoDbUpdateItem;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.trigger.DeadLetters;
import org.linkmoderation.trigger.FreeSpace;
import org.linkmoderation.trigger.Inbox;
import org.linkmoderation.trigger.RequestQueue;
import org.linkmoderation.trigger.RequestSender;
import org.linkmoderation.trigger.Requests;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The link moderation as it runs in the container: the state machine and its triggers in the Camel context
 * {@code moderation}.
 */
@Component(
        service = StateMachine.class,
        configurationPid = ModerationSettings.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Moderation implements StateMachine, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Moderation.class);

    /** The name of the state machine, of its Camel context and of the route that is its diagram. */
    static final String NAME = "moderation";

    private final ModerationSettings settings;
    private final AwsClients clients;
    private final TableSetup linksTable;
    private final StateMachineContext context;
    private final RequestSender sender;

    /**
     * @param bundle the bundle
     * @param clients the clients of the AWS services
     * @param journal the journal
     * @param observation watches the executions
     * @param broker the broker; another one by the setting {@code ConnectionFactory.target}, a filter
     * @param properties the settings of PID {@code org.linkmoderation.moderation}
     * @throws Exception if a setting can't be used, or the routes can't be started
     */
    @Activate
    public Moderation(
            BundleContext bundle,
            @Reference AwsClients clients,
            @Reference Journal journal,
            @Reference Observation observation,
            @Reference(name = "ConnectionFactory", target = "(name=link-moderation)") ConnectionFactory broker,
            Map<String, ?> properties)
            throws Exception {
        settings = Settings.checked(() -> ModerationSettings.of(properties), LOG);
        this.clients = clients;
        context = new StateMachineContext(NAME, bundle, clients, broker, observation);
        ProducerTemplate template = context.template();
        sender = context.sender(settings.triggers().queue());
        context.bind(ModerationRetryAndCatch.CHECK_SAFETY_RETRY, settings.retry());
        Requests requests = new Requests(this);
        ExecutionRunner runner = new ExecutionRunner(
                journal,
                template,
                RunPolicy.of(settings.executionTimeout())
                        .longestCall(settings.checkSafetyTimeout())
                        .definition(context::fingerprint),
                Clock.systemUTC(),
                observation);
        context.start(
                new ModerationRetryAndCatch(),
                new ModerationStateMachine(
                        new LambdaFunction(settings.function(), settings.checkSafetyTimeout(), settings.retry()),
                        new DynamoDbUpdateItem(clients.region(), settings.linksTable()),
                        settings.linksTable()),
                new RequestQueue(
                        requests,
                        runner,
                        sender,
                        new Sweep(NAME, journal, runner, sender::send, Clock.systemUTC()),
                        settings.triggers(),
                        settings.type()),
                new Inbox(requests, sender, settings.triggers(), NAME + ".inbox", settings.inboxType()));
        linksTable = new TableSetup(clients, LinksTable.createTable(settings.linksTable()), Optional.empty());
        LOG.info(
                "Link moderation takes requests from queue {} and folder {}",
                settings.triggers().queue(),
                settings.triggers().inbox());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void validate(JsonNode input) throws InvalidRequestException {
        Link.of(input);
    }

    @Override
    public void send(StartRequest request) {
        sender.send(request);
    }

    @Override
    public void wake(Wake wake) {
        sender.send(wake);
    }

    @Override
    public DeadLetters deadLetters() {
        return context.deadLetters(settings.triggers().queue(), UnaryOperator.identity());
    }

    @Override
    public QueueSizes queueSizes() {
        return context.queueSizes(settings.triggers().queue());
    }

    @Override
    public List<ServiceCheck> checks() {
        return List.of(
                context.check(),
                context.brokerCheck(settings.triggers().queue()),
                clients.tableCheck(settings.linksTable()),
                clients.functionCheck(settings.function()),
                new ServiceCheck(
                        "disk, drop folder of " + NAME,
                        () -> FreeSpace.of(settings.triggers().inbox())));
    }

    @Deactivate
    @Override
    public void close() {
        linksTable.close();
        context.close();
        LOG.info("Link moderation has stopped");
    }
}
