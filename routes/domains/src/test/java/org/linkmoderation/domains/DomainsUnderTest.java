package org.linkmoderation.domains;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.component.aws2.ddb.Ddb2Component;
import org.apache.camel.component.aws2.lambda.Lambda2Component;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.Executions;
import org.linkmoderation.StartRequest;
import org.linkmoderation.component.BackOff;
import org.linkmoderation.deployment.DefinedRoutes;
import org.linkmoderation.deployment.ExecutionsService;
import org.linkmoderation.deployment.Observation;
import org.linkmoderation.journal.JournalException;
import org.linkmoderation.run.ExecutionRunner;
import org.linkmoderation.run.Intervention;
import org.linkmoderation.run.RunPolicy;
import org.linkmoderation.run.Sweep;
import org.linkmoderation.saga.DeployedSaga;
import org.linkmoderation.saga.SagaEndpoint;
import org.linkmoderation.saga.SagaParticipant;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.Sagas;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.testkit.Deliveries;
import org.linkmoderation.testkit.Deliveries.ParkedExecution;
import org.linkmoderation.testkit.InMemoryCoordinator;
import org.linkmoderation.testkit.InMemoryJournal;
import org.linkmoderation.testkit.SettableClock;

/** The state machine's own routes in a Camel context, with doubles of the services that its components call. */
final class DomainsUnderTest implements AutoCloseable {
    static final String DOMAIN = "example.org";
    static final String INPUT =
            "{\"domain\":\"example.org\",\"owner\":\"ann\",\"amount\":1200,\"currency\":\"EUR\",\"card\":\""
                    + InMemoryCards.CARD + "\"}";
    static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final Duration FUNCTION_TIMEOUT = Duration.ofSeconds(30);
    static final int RETRY_MAX_ATTEMPTS = 3;

    final InMemoryDomains domains = new InMemoryDomains();
    final InMemoryCards cards = new InMemoryCards();
    final InMemoryCoordinator coordinator = new InMemoryCoordinator();
    final InMemoryJournal journal = new InMemoryJournal();
    final SettableClock clock = new SettableClock();

    /** What an operator does. */
    final Executions operator = new ExecutionsService(journal, new Observation(null), clock);

    final CamelContext context = new DefaultCamelContext();
    final Deliveries deliveries;
    private final Sweep sweep;
    private final DeployedSaga saga;

    /** With the coordinator in memory. */
    DomainsUnderTest() throws Exception {
        this(Optional.empty(), TIMEOUT);
    }

    /** With a real coordinator. */
    DomainsUnderTest(SagaEndpoint real, Duration timeout) throws Exception {
        this(Optional.of(real), timeout);
    }

    private DomainsUnderTest(Optional<SagaEndpoint> real, Duration timeout) throws Exception {
        context.disableJMX();
        Ddb2Component dynamoDb = new Ddb2Component();
        dynamoDb.getConfiguration().setAmazonDDBClient(domains);
        dynamoDb.getConfiguration().setRegion("eu-central-1");
        context.addComponent("aws2-ddb", dynamoDb);
        Lambda2Component functions = new Lambda2Component();
        functions.getConfiguration().setAwsLambdaClient(cards);
        context.addComponent("aws2-lambda", functions);
        Retry retry = new Retry(Duration.ZERO, RETRY_MAX_ATTEMPTS, 2);
        StateMachineDefinition definition = Domains.definition(
                new LambdaFunction("ChargeCard", FUNCTION_TIMEOUT, retry, InMemoryCards.REFUSALS),
                new LambdaFunction("RefundCharge", FUNCTION_TIMEOUT, Retry.NONE),
                retry,
                InMemoryDomains.TABLE,
                real.<Sagas>map(Function.identity()).orElse(coordinator));
        BackOff backOff = new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(1));
        ExecutionRunner runner = new ExecutionRunner(
                journal,
                context.createProducerTemplate(),
                RunPolicy.of(TIMEOUT)
                        .journalingInput(DomainsUnderTest::journaledInput)
                        .readingFirst()
                        .undoDue(doubt -> doubt.lastAttempt().plus(backOff.delay(doubt.attempts()))),
                clock,
                event -> {});
        deliveries = new Deliveries(runner, clock);
        sweep = new Sweep(Domains.NAME, journal, runner, deliveries::wakeWith, clock);
        saga = new DeployedSaga(
                Domains.NAME,
                definition.saga().orElseThrow(),
                timeout,
                new SagaParticipant(
                        Domains.NAME, journal, new Intervention(journal, clock, event -> {}, deliveries::wakeWith)));
        context.addService(saga.service());
        DefinedRoutes.add(definition, context, saga.routes());
        saga.open();
        context.start();
    }

    private static String journaledInput(String input) {
        try {
            return Sale.withoutCard(new ObjectMapper().readTree(input)).toString();
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** Back to the start: a free domain, and a card with money. */
    void reset() {
        journal.clear();
        domains.clear();
        cards.clear();
        coordinator.clear();
        deliveries.clear();
    }

    /** A request for the sale of the domain. */
    static StartRequest request(String name) {
        return request(name, INPUT);
    }

    static StartRequest request(String name, String input) {
        try {
            return StartRequest.of(Domains.NAME, name, "id-" + name, ExecutionType.STANDARD, input);
        } catch (org.linkmoderation.InvalidRequestException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Delivers a request, as its queue does.
     *
     * @throws Exception to have it delivered again
     */
    void deliver(StartRequest request) throws Exception {
        deliveries.deliver(request);
    }

    /** Delivers a request, and once more, a minute later, each time that it is refused for now. */
    void deliverUntilDone(StartRequest request) throws Exception {
        for (int delivery = 1; ; delivery++) {
            try {
                deliver(request);
                return;
            } catch (JournalException | ParkedExecution e) {
                assertThat(delivery).as("deliveries, the last because of " + e).isLessThan(20);
                clock.advance(Duration.ofMinutes(1));
                coordinator.callAgain();
            }
        }
    }

    /** Looks for executions that nobody wakes. */
    void sweep() {
        sweep.process(new DefaultExchange(context));
    }

    /** The record of an execution. */
    Execution execution(String name) {
        return journal.find(new ExecutionId(Domains.NAME, name)).orElseThrow();
    }

    @Override
    public void close() {
        context.stop();
        saga.close();
    }
}
