package org.linkmoderation.domains;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.jms.ConnectionFactory;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.ProducerTemplate;
import org.linkmoderation.DeadLetter;
import org.linkmoderation.ExecutionType;
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
import org.linkmoderation.domains.lra.CoordinatorAccess;
import org.linkmoderation.domains.lra.LraCoordinator;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.run.ExecutionRunner;
import org.linkmoderation.run.Intervention;
import org.linkmoderation.run.RunPolicy;
import org.linkmoderation.run.Sweep;
import org.linkmoderation.run.Wake;
import org.linkmoderation.states.DynamoDbUpdateItem;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.Retry;
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
 * The sale of custom domains as it runs in the container: the saga and its triggers in the Camel context
 * {@code domains}.
 */
@Component(
        service = StateMachine.class,
        configurationPid = DomainsSettings.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Domains implements StateMachine, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Domains.class);

    /** The name of the state machine, of its Camel context and of the route that is its diagram. */
    static final String NAME = "domains";

    private final DomainsSettings settings;
    private final AwsClients clients;
    private final LraCoordinator coordinator;
    private final TableSetup domainsTable;
    private final StateMachineContext context;
    private final RequestSender sender;

    /**
     * @param bundle the bundle
     * @param clients the clients of the AWS services
     * @param journal the journal
     * @param observation watches the executions
     * @param broker the broker; another one by the setting {@code ConnectionFactory.target}, a filter
     * @param coordinatorAccess the access to the coordinator of sagas
     * @param properties the settings of PID {@code org.linkmoderation.domains}
     * @throws Exception if a setting can't be used, or the routes can't be started
     */
    @Activate
    public Domains(
            BundleContext bundle,
            @Reference AwsClients clients,
            @Reference Journal journal,
            @Reference Observation observation,
            @Reference(name = "ConnectionFactory", target = "(name=link-moderation)") ConnectionFactory broker,
            @Reference CoordinatorAccess coordinatorAccess,
            Map<String, ?> properties)
            throws Exception {
        settings = Settings.checked(() -> DomainsSettings.of(properties), LOG);
        coordinator = coordinatorAccess.coordinator(settings.executionTimeout());
        this.clients = clients;
        Clock clock = Clock.systemUTC();
        context = new StateMachineContext(NAME, bundle, clients, broker, observation);
        ProducerTemplate template = context.template();
        sender = context.sender(settings.triggers().queue());
        context.bind(DomainsRetry.RETRY, settings.retry());
        Requests requests = new Requests(this);
        ExecutionRunner runner = new ExecutionRunner(
                journal,
                template,
                RunPolicy.of(settings.executionTimeout())
                        .longestCall(settings.functionTimeout())
                        .journalingInput(Charge::journaledInput)
                        .readingFirst()
                        .undoDue(settings.undoRetry()::due),
                clock,
                observation);
        context.addService(coordinator);
        context.start(
                new DomainsRetry(),
                new DomainsStateMachine(
                        new DomainSaga(coordinator),
                        new Compensation(NAME, journal, new Intervention(journal, clock, observation, sender::send)),
                        new LambdaFunction(settings.chargeFunction(), settings.functionTimeout(), settings.retry()),
                        new LambdaFunction(settings.refundFunction(), settings.functionTimeout(), Retry.NONE),
                        new DynamoDbUpdateItem(settings.table(), Retry.NONE),
                        settings.table(),
                        settings.executionTimeout()),
                new RequestQueue(
                        requests,
                        runner,
                        sender,
                        new Sweep(NAME, journal, runner, sender::send, clock),
                        settings.triggers(),
                        ExecutionType.STANDARD),
                new Inbox(requests, sender, settings.triggers(), NAME + ".inbox", ExecutionType.STANDARD));
        domainsTable = new TableSetup(clients, DomainsTable.createTable(settings.table()), Optional.empty());
        LOG.info(
                "The sale of domains takes requests from queue {} and folder {}",
                settings.triggers().queue(),
                settings.triggers().inbox());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void validate(JsonNode input) throws InvalidRequestException {
        Sale.of(input);
    }

    @Override
    public boolean isSaga() {
        return true;
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
    public List<DeadLetter> deadLetters(int limit) {
        return deadLetters().list(limit);
    }

    @Override
    public void resend(String id) throws InvalidRequestException {
        deadLetters().resend(id);
    }

    private DeadLetters deadLetters() {
        return context.deadLetters(settings.triggers().queue(), Charge::shownText);
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
                clients.tableCheck(settings.table()),
                clients.functionCheck(settings.chargeFunction()),
                clients.functionCheck(settings.refundFunction()),
                new ServiceCheck("coordinator of sagas", coordinator::check),
                new ServiceCheck("endpoint for the coordinator", coordinator::checkParticipant),
                new ServiceCheck(
                        "disk, drop folder of " + NAME,
                        () -> FreeSpace.of(settings.triggers().inbox())));
    }

    @Deactivate
    @Override
    public void close() {
        domainsTable.close();
        context.close();
        LOG.info("The sale of domains has stopped");
    }
}
