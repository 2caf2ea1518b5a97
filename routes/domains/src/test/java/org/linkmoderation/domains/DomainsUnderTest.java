package org.linkmoderation.domains;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.component.aws2.ddb.Ddb2Component;
import org.apache.camel.component.aws2.lambda.Lambda2Component;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.saga.CamelSagaService;
import org.apache.camel.support.DefaultExchange;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.Executions;
import org.linkmoderation.StartRequest;
import org.linkmoderation.deployment.ExecutionsService;
import org.linkmoderation.deployment.Observation;
import org.linkmoderation.domains.lra.LraCoordinator;
import org.linkmoderation.domains.lra.SagaCoordinator;
import org.linkmoderation.journal.JournalException;
import org.linkmoderation.run.ExecutionRunner;
import org.linkmoderation.run.Intervention;
import org.linkmoderation.run.RunPolicy;
import org.linkmoderation.run.Sweep;
import org.linkmoderation.states.DynamoDbUpdateItem;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.Retry;
import org.linkmoderation.testkit.Deliveries;
import org.linkmoderation.testkit.Deliveries.ParkedExecution;
import org.linkmoderation.testkit.InMemoryJournal;
import org.linkmoderation.testkit.SettableClock;

/** The state machine's own routes in a Camel context, with doubles of what lies behind its components. */
final class DomainsUnderTest implements AutoCloseable {
    static final String DOMAIN = "example.org";
    static final String INPUT =
            "{\"domain\":\"example.org\",\"owner\":\"ann\",\"amount\":1200,\"currency\":\"EUR\",\"card\":\""
                    + InMemoryCards.CARD + "\"}";
    static final Duration TIMEOUT = Duration.ofMinutes(5);
    static final Duration PATIENCE = Duration.ofMinutes(7);
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

    /** With the coordinator in memory. */
    DomainsUnderTest() throws Exception {
        this(Optional.empty(), TIMEOUT);
    }

    /** With a real coordinator. */
    DomainsUnderTest(LraCoordinator real, Duration timeout) throws Exception {
        this(Optional.of(real), timeout);
    }

    private DomainsUnderTest(Optional<LraCoordinator> real, Duration timeout) throws Exception {
        context.disableJMX();
        Ddb2Component dynamoDb = new Ddb2Component();
        dynamoDb.getConfiguration().setAmazonDDBClient(domains);
        dynamoDb.getConfiguration().setRegion("eu-central-1");
        context.addComponent("aws2-ddb", dynamoDb);
        Lambda2Component functions = new Lambda2Component();
        functions.getConfiguration().setAwsLambdaClient(cards);
        context.addComponent("aws2-lambda", functions);
        context.addService(real.<CamelSagaService>map(Function.identity()).orElse(coordinator));
        Retry retry = new Retry(Duration.ZERO, RETRY_MAX_ATTEMPTS, 2);
        context.getRegistry().bind(DomainsRetry.RETRY, retry);
        context.addRoutes(new DomainsRetry());
        ExecutionRunner runner = new ExecutionRunner(
                journal,
                context.createProducerTemplate(),
                RunPolicy.of(TIMEOUT)
                        .journalingInput(Charge::journaledInput)
                        .readingFirst()
                        .undoDue(new UndoRetry(Duration.ofSeconds(1), Duration.ofMinutes(1))::due),
                clock,
                new ExecutionListener() {});
        deliveries = new Deliveries(runner, clock);
        sweep = new Sweep(Domains.NAME, journal, runner, deliveries::wakeWith, clock);
        context.addRoutes(new DomainsStateMachine(
                new DomainSaga(real.<SagaCoordinator>map(Function.identity()).orElse(coordinator)),
                new Compensation(
                        Domains.NAME,
                        journal,
                        new Intervention(journal, clock, new ExecutionListener() {}, deliveries::wakeWith)),
                new LambdaFunction("ChargeCard", Duration.ofSeconds(30), retry),
                new LambdaFunction("RefundCharge", Duration.ofSeconds(30), Retry.NONE),
                new DynamoDbUpdateItem(InMemoryDomains.TABLE, Retry.NONE),
                InMemoryDomains.TABLE,
                timeout));
        context.start();
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
    }
}
