package org.linkmoderation.testkit;

import java.time.Duration;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.component.aws2.ddb.Ddb2Component;
import org.apache.camel.component.aws2.lambda.Lambda2Component;
import org.apache.camel.component.seda.SedaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.StartRequest;
import org.linkmoderation.deployment.DefinedRoutes;
import org.linkmoderation.run.ExecutionRunner;
import org.linkmoderation.run.Intervention;
import org.linkmoderation.run.RunPolicy;
import org.linkmoderation.run.TaskAnswers;
import org.linkmoderation.run.Wake;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.testkit.Deliveries.ParkedExecution;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * A state machine's routes in a Camel context of their own, with journal, clock and broker in memory. Time passes only
 * where an execution waits, and then at once.
 */
public final class StateMachineUnderTest implements AutoCloseable {
    private final String name;
    private final CamelContext context = new DefaultCamelContext();
    private final InMemoryJournal journal = new InMemoryJournal();
    private final SettableClock clock = new SettableClock();
    private final RecordedEvents listener = new RecordedEvents();
    private final Deliveries deliveries;
    private final TaskAnswers answers;

    /**
     * Starts the routes.
     *
     * @param definition the state machine
     * @param lambda invokes its functions
     * @param dynamoDb updates its tables
     * @throws org.linkmoderation.states.InvalidDefinitionException if the definition is broken
     */
    public StateMachineUnderTest(StateMachineDefinition definition, LambdaClient lambda, DynamoDbClient dynamoDb) {
        name = definition.name();
        context.disableJMX();
        Ddb2Component tables = new Ddb2Component();
        tables.getConfiguration().setAmazonDDBClient(dynamoDb);
        tables.getConfiguration().setRegion("eu-central-1");
        context.addComponent("aws2-ddb", tables);
        Lambda2Component functions = new Lambda2Component();
        functions.getConfiguration().setAwsLambdaClient(lambda);
        context.addComponent("aws2-lambda", functions);
        // What is sent to the broker at once is in memory: a topic or queue is a queue of SEDA
        context.addComponent("requests", new SedaComponent());
        try {
            DefinedRoutes.add(definition, context);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("The routes of " + name + " cannot be added", e);
        }
        context.start();
        ExecutionRunner runner = new ExecutionRunner(
                journal, context.createProducerTemplate(), RunPolicy.of(definition.timeout()), clock, listener);
        deliveries = new Deliveries(runner, clock);
        answers = new TaskAnswers(
                journal, clock, new Intervention(journal, clock, listener, wake -> deliveries.wakeWith(wake)));
    }

    /** The context of the routes. */
    public CamelContext context() {
        return context;
    }

    /** The journal; it fails where a test says so. */
    public InMemoryJournal journal() {
        return journal;
    }

    /** The clock of the executions. */
    public SettableClock clock() {
        return clock;
    }

    /** What the runs told. */
    public RecordedEvents listener() {
        return listener;
    }

    /** The broker. */
    public Deliveries deliveries() {
        return deliveries;
    }

    /**
     * Runs an execution to its end: each time that it waits, the clock moves on to when it is woken.
     *
     * @param execution its name
     * @param input its input, a JSON document
     * @return its record
     * @throws Exception what its message would be delivered again for
     */
    public Execution run(String execution, String input) throws Exception {
        StartRequest request = new StartRequest(
                name, execution, "request " + execution, "message " + execution, ExecutionType.STANDARD, false, input);
        while (true) {
            try {
                deliveries.deliver(request);
                Execution left = execution(execution);
                if (left.waiting().isEmpty()) {
                    return left;
                }
                // It waits for longer than a message does: the sweep will wake it
                deliveries.wakeWith(Wake.of(left, Optional.empty()));
            } catch (ParkedExecution parked) {
                // Its wake-up is on its way
            }
            clock.advance(Duration.between(clock.instant(), deliveries.wake().at()));
        }
    }

    /** Takes the answers to tasks that wait for one; the execution goes on when its request is delivered again. */
    public TaskAnswers answers() {
        return answers;
    }

    /** The record of an execution. */
    public Execution execution(String execution) {
        return journal.find(new ExecutionId(name, execution)).orElseThrow();
    }

    /** Back to the start, with no execution. */
    public void clear() {
        journal.clear();
        deliveries.clear();
        listener.clear();
    }

    @Override
    public void close() {
        context.stop();
    }
}
