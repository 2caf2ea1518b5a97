package org.linkmoderation.domains;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.ddb.Ddb2Component;
import org.apache.camel.component.aws2.lambda.Lambda2Component;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.Executions;
import org.linkmoderation.ServiceUnavailableException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.component.BackOff;
import org.linkmoderation.deployment.DefinedRoutes;
import org.linkmoderation.deployment.ExecutionsService;
import org.linkmoderation.deployment.Observation;
import org.linkmoderation.journal.JournalException;
import org.linkmoderation.run.ExecutionRunner;
import org.linkmoderation.saga.DeployedSaga;
import org.linkmoderation.saga.SagaEndpoint;
import org.linkmoderation.saga.SagaParticipant;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.Sagas;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.testkit.InMemoryCoordinator;
import org.linkmoderation.testkit.InMemoryJournal;
import org.linkmoderation.testkit.SettableClock;
import software.amazon.awssdk.core.exception.SdkException;

/** The state machine's own routes in a Camel context, with doubles of what lies behind its components. */
final class DomainsUnderTest implements AutoCloseable {
    static final String DOMAIN = "example.org";
    static final String INPUT =
            "{\"domain\":\"example.org\",\"owner\":\"ann\",\"amount\":1200,\"currency\":\"EUR\",\"card\":\""
                    + InMemoryCards.CARD + "\"}";
    static final Duration TIMEOUT = Duration.ofMinutes(5);
    static final Duration PATIENCE = Duration.ofMinutes(8);
    private static final Duration FUNCTION_TIMEOUT = Duration.ofSeconds(30);
    static final int RETRY_MAX_ATTEMPTS = 3;

    final InMemoryDomains domains = new InMemoryDomains();
    final InMemoryCards cards = new InMemoryCards();
    final InMemoryCoordinator coordinator = new InMemoryCoordinator();
    final InMemoryJournal journal = new InMemoryJournal();
    final SettableClock clock = new SettableClock();

    /** What an operator does. */
    final Executions operator = new ExecutionsService(journal, new Observation(null));

    final CamelContext context = new DefaultCamelContext();
    /** The notices of ends that no message has seen, and whether they can't be sent. */
    final List<Execution> notices = new ArrayList<>();

    boolean noticesFail;

    private final ExecutionRunner runner;
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
        runner = new ExecutionRunner(
                journal,
                context.createProducerTemplate(),
                TIMEOUT,
                clock,
                new ExecutionListener() {},
                DomainsUnderTest::journaledInput,
                true);
        saga = new DeployedSaga(
                Domains.NAME,
                definition.saga().orElseThrow(),
                new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(1)),
                timeout,
                new SagaParticipant(
                        Domains.NAME, journal, clock, new ExecutionListener() {}, runner::resume, this::notice));
        context.addService(saga.service());
        DefinedRoutes routes = DefinedRoutes.add(definition, context, saga.routes());
        assertThat(routes.longestAttempt()).isEqualTo(Duration.ofMinutes(1));
        saga.open(routes.longestAttempt());
        context.start();
    }

    private static String journaledInput(String input) {
        try {
            return Sale.withoutCard(new ObjectMapper().readTree(input)).toString();
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private void notice(Execution ended) {
        if (noticesFail) {
            throw new IllegalStateException("The broker is away");
        }
        notices.add(ended);
    }

    /** Back to the start: a free domain, and a card with money. */
    void reset() {
        journal.clear();
        domains.clear();
        cards.clear();
        coordinator.clear();
        notices.clear();
        noticesFail = false;
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
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(request);
        runner.process(exchange);
    }

    /** Delivers a request, and once more, a minute later, each time that it is refused for now. */
    void deliverUntilDone(StartRequest request) throws Exception {
        for (int delivery = 1; ; delivery++) {
            try {
                deliver(request);
                return;
            } catch (JournalException | SdkException | ServiceUnavailableException e) {
                assertThat(delivery).as("deliveries, the last because of " + e).isLessThan(20);
                clock.advance(Duration.ofMinutes(1));
                coordinator.callAgain();
            }
        }
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
