package org.linkmoderation.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.component.aws2.lambda.Lambda2Component;
import org.apache.camel.impl.DefaultCamelContext;
import org.linkmoderation.DeadLetter;
import org.linkmoderation.Execution;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.QueueSizes;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.ServiceUnavailableException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.StateMachineDescription;
import org.linkmoderation.run.ExecutionRunner;
import org.linkmoderation.run.ExecutionStarter;
import org.linkmoderation.run.Outcome;
import org.linkmoderation.run.RunPolicy;
import org.linkmoderation.run.StateMachine;
import org.linkmoderation.run.Wake;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.testkit.InMemoryJournal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * What a container has for those who start and read executions: a state machine that takes requests, over a journal and
 * a broker in memory. Time is that of the system; the broker can be down.
 */
public final class ContainerUnderTest implements StateMachine, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerUnderTest.class);

    private final StateMachineDefinition definition;
    private final CamelContext context = new DefaultCamelContext();
    private final Clock clock = Clock.systemUTC();
    private final InMemoryJournal journal = new InMemoryJournal();
    private final ScheduledExecutorService broker = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger wakes = new AtomicInteger();
    private final ExecutionsService executions;
    private final ExecutionRunner runner;
    private final ExecutionStarter starter;
    private volatile boolean brokerIsDown;

    /**
     * Starts the routes.
     *
     * @param definition the state machine
     * @param lambda invokes its functions
     */
    public ContainerUnderTest(StateMachineDefinition definition, LambdaClient lambda) {
        this.definition = definition;
        context.disableJMX();
        Lambda2Component functions = new Lambda2Component();
        functions.getConfiguration().setAwsLambdaClient(lambda);
        context.addComponent("aws2-lambda", functions);
        DefinedRoutes.add(definition, context);
        context.start();
        RunPolicy policy = RunPolicy.of(definition.timeout()).definition(Fingerprint.of(context));
        Observation observation = new Observation(null);
        executions = new ExecutionsService(journal, observation, clock);
        executions.addStateMachine(this);
        runner = new ExecutionRunner(journal, context.createProducerTemplate(), policy, clock, observation);
        starter = new ExecutionStarter(journal, policy, clock, observation, this::wake);
    }

    /** What operators, and the views that they use, do. */
    public Executions executions() {
        return executions;
    }

    /** The journal; it fails where a test says so. */
    public InMemoryJournal journal() {
        return journal;
    }

    /** Whether the broker takes messages. */
    public void setBrokerDown(boolean isDown) {
        brokerIsDown = isDown;
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
    public StateMachineDescription description() {
        return new StateMachineDescription(
                name(),
                false,
                Instant.EPOCH,
                StatesLanguage.of(definition, definition.timeout(), context).toString());
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
        return ((Outcome.Ended) runner.run(request)).execution();
    }

    @Override
    public void send(StartRequest request) {
        deliver(() -> runner.run(request), Duration.ZERO);
    }

    @Override
    public void send(List<StartRequest> requests) {
        requests.forEach(this::send);
    }

    @Override
    public void checkName(StartRequest request) throws InvalidRequestException {
        starter.checkName(request);
    }

    @Override
    public void wake(Wake wake) {
        deliver(
                () -> runner.wake(wake, "wake " + wakes.incrementAndGet()),
                Duration.between(clock.instant(), wake.at()));
    }

    private interface Delivery {
        Outcome run() throws Exception;
    }

    private void deliver(Delivery delivery, Duration delay) {
        if (brokerIsDown) {
            throw new ServiceUnavailableException("the broker is down", null);
        }
        broker.schedule(
                () -> {
                    try {
                        if (delivery.run() instanceof Outcome.Parked parked) {
                            wake(parked.wake());
                        }
                    } catch (Exception e) {
                        LOG.warn("A message is not delivered again", e);
                    }
                },
                Math.max(0, delay.toMillis()),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public List<DeadLetter> deadLetters(int limit) {
        return List.of();
    }

    @Override
    public void resend(String id) throws InvalidRequestException {
        throw new InvalidRequestException("There is no dead letter");
    }

    @Override
    public QueueSizes queueSizes() {
        return new QueueSizes(0, 0);
    }

    @Override
    public List<ServiceCheck> checks() {
        return List.of();
    }

    @Override
    public void close() {
        broker.shutdownNow();
        executions.close();
        context.stop();
    }
}
