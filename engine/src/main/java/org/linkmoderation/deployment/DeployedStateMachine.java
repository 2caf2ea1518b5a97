package org.linkmoderation.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.jms.ConnectionFactory;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.camel.RoutesBuilder;
import org.linkmoderation.DeadLetter;
import org.linkmoderation.Execution;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.QueueSizes;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.StartRequest;
import org.linkmoderation.StateMachineDescription;
import org.linkmoderation.aws.AwsClients;
import org.linkmoderation.aws.TableSetup;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.run.ExecutionRunner;
import org.linkmoderation.run.ExecutionStarter;
import org.linkmoderation.run.Intervention;
import org.linkmoderation.run.Outcome;
import org.linkmoderation.run.RunPolicy;
import org.linkmoderation.run.StateMachine;
import org.linkmoderation.run.Sweep;
import org.linkmoderation.run.TaskAnswers;
import org.linkmoderation.run.Wake;
import org.linkmoderation.saga.DeployedSaga;
import org.linkmoderation.saga.SagaParticipant;
import org.linkmoderation.states.InvalidDefinitionException;
import org.linkmoderation.states.Saga;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.states.StateMachineDefinition.SagaNeeds;
import org.linkmoderation.states.StateMachineDefinition.Secrets;
import org.linkmoderation.trigger.DeadLetters;
import org.linkmoderation.trigger.FreeSpace;
import org.linkmoderation.trigger.Inbox;
import org.linkmoderation.trigger.RequestQueue;
import org.linkmoderation.trigger.RequestSender;
import org.linkmoderation.trigger.Requests;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A definition with all that runs it: Camel context, queue, drop folder, dead letters, tables and checks. */
final class DeployedStateMachine implements StateMachine, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeployedStateMachine.class);

    private final StateMachineDefinition definition;
    private final DeploymentSettings settings;
    private final AwsClients clients;
    private final Clock clock = Clock.systemUTC();
    private final StateMachineContext context;
    private final RequestSender sender;
    private final Instant deployed = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    private ExecutionRunner runner;
    private ExecutionStarter starter;
    private final DefinedRoutes routes;
    private final Optional<DeployedSaga> saga;
    private final List<TableSetup> tables = new ArrayList<>();

    /**
     * @param definition the definition
     * @param settings the settings that every state machine has
     * @param bundle the bundle of the state machine
     * @param clients the clients of the AWS services
     * @param journal the journal
     * @param observation watches the executions
     * @param broker the broker
     * @throws InvalidDefinitionException if the definition is broken
     */
    DeployedStateMachine(
            StateMachineDefinition definition,
            DeploymentSettings settings,
            BundleContext bundle,
            AwsClients clients,
            Journal journal,
            Observation observation,
            ConnectionFactory broker) {
        this.definition = definition;
        this.settings = settings;
        this.clients = clients;
        context = new StateMachineContext(definition.name(), bundle, clients, broker, observation);
        try {
            sender = context.sender(settings.triggers().queue());
            saga = definition.saga().map(needs -> saga(needs, journal, observation));
            routes = DefinedRoutes.add(
                    definition,
                    context.camel(),
                    saga.stream().map(DeployedSaga::routes).toArray(RoutesBuilder[]::new));
            addTriggers(journal, observation);
        } catch (RuntimeException e) {
            context.close();
            throw e;
        }
    }

    private DeployedSaga saga(SagaNeeds needs, Journal journal, Observation observation) {
        DeployedSaga deployed = new DeployedSaga(
                definition.name(),
                needs,
                settings.timeout(),
                new SagaParticipant(
                        definition.name(), journal, new Intervention(journal, clock, observation, sender::send)));
        context.addService(deployed.service());
        return deployed;
    }

    private RunPolicy policy() {
        RunPolicy policy = RunPolicy.of(settings.timeout())
                .longestCall(routes.longestCall())
                .journalingInput(
                        definition.secrets().map(JournaledInput::without).orElse(UnaryOperator.identity()))
                .definition(Fingerprint.of(context.camel()));
        return settings.undoBackOff()
                .map(backOff -> policy.readingFirst()
                        .undoDue(doubt -> doubt.lastAttempt().plus(backOff.delay(doubt.attempts()))))
                .orElse(policy);
    }

    private void addTriggers(Journal journal, Observation observation) {
        Requests requests = new Requests(this);
        runner = new ExecutionRunner(journal, context.template(), policy(), clock, observation);
        starter = new ExecutionStarter(journal, policy(), clock, observation, sender::send);
        Sweep sweep = new Sweep(definition.name(), journal, runner, sender::send, clock);
        TaskAnswers answers =
                new TaskAnswers(journal, clock, new Intervention(journal, clock, observation, sender::send));
        context.add(new RequestQueue(requests, runner, sender, sweep, answers, settings.triggers(), settings.type()));
        context.add(
                new Inbox(requests, sender, settings.triggers(), definition.name() + ".inbox", settings.inboxType()));
    }

    /**
     * Starts the routes, and sees to the tables.
     *
     * @throws Exception if a route can't be started; all is closed then
     */
    void start() throws Exception {
        if (saga.isPresent()) {
            saga.get().open();
        }
        context.start();
        definition.tables().forEach(table -> tables.add(new TableSetup(clients, table, Optional.empty())));
        LOG.info(
                "State machine {} takes requests from queue {} and folder {}",
                definition.name(),
                settings.triggers().queue(),
                settings.triggers().inbox());
    }

    @Override
    public String name() {
        return definition.name();
    }

    @Override
    public void validate(JsonNode input) throws InvalidRequestException {
        definition.input().check(input);
    }

    @Override
    public boolean isSaga() {
        return definition.saga().isPresent();
    }

    @Override
    public StateMachineDescription description() {
        Optional<Saga> saga = definition.saga().map(SagaNeeds::declaration);
        return new StateMachineDescription(
                name(),
                isSaga(),
                deployed,
                StatesLanguage.of(definition, settings.timeout(), context.camel())
                        .toString(),
                saga.map(Saga::undos).orElse(Map.of()),
                saga.map(Saga::failState));
    }

    @Override
    public Execution start(StartRequest request) throws InvalidRequestException {
        return starter.start(request);
    }

    @Override
    public Execution redrive(Execution found, String requestId) throws InvalidRequestException {
        return starter.redrive(found, requestId);
    }

    @Override
    public Execution runExpress(StartRequest request) throws Exception {
        if (runner.run(request) instanceof Outcome.Ended ended) {
            return ended.execution();
        }
        throw new IllegalStateException("An EXPRESS execution, " + request.id() + ", did not end");
    }

    @Override
    public void send(StartRequest request) {
        sender.send(request);
    }

    @Override
    public void send(List<StartRequest> requests) {
        sender.send(requests);
    }

    @Override
    public void checkName(StartRequest request) throws InvalidRequestException {
        starter.checkName(request);
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
        return context.deadLetters(
                settings.triggers().queue(),
                definition.secrets().map(Secrets::shownText).orElse(UnaryOperator.identity()));
    }

    @Override
    public QueueSizes queueSizes() {
        return context.queueSizes(settings.triggers().queue());
    }

    @Override
    public List<ServiceCheck> checks() {
        List<ServiceCheck> all = new ArrayList<>();
        all.add(context.check());
        all.add(delaying(context.brokerCheck(settings.triggers().queue())));
        all.addAll(routes.checks());
        saga.ifPresent(deployed -> all.addAll(deployed.checks()));
        all.add(new ServiceCheck(
                "disk, drop folder of " + definition.name(),
                () -> FreeSpace.of(settings.triggers().inbox())));
        return all;
    }

    /** A broker that can't delay messages can be used, but what waits is woken late. */
    private ServiceCheck delaying(ServiceCheck broker) {
        return new ServiceCheck(
                broker.service(),
                () -> broker.question().call()
                        + (runner.brokerDelays()
                                ? ""
                                : "; it does not delay messages: what waits is woken up to 30 s late"));
    }

    @Override
    public void close() {
        tables.forEach(TableSetup::close);
        context.close();
        saga.ifPresent(DeployedSaga::close);
        LOG.info("State machine {} has stopped", definition.name());
    }
}
