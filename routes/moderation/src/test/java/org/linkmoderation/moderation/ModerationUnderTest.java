package org.linkmoderation.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeRedeliveryEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.linkmoderation.Execution;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.StartRequest;
import org.linkmoderation.journal.JournalException;
import org.linkmoderation.states.DynamoDbUpdateItem;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.ReviewSettings;
import org.linkmoderation.testkit.Deliveries;
import org.linkmoderation.testkit.Deliveries.ParkedExecution;
import org.linkmoderation.testkit.InMemoryJournal;
import org.linkmoderation.testkit.RecordedEvents;
import org.linkmoderation.testkit.Requested;
import org.linkmoderation.testkit.ScriptedLambda;
import org.linkmoderation.testkit.SettableClock;
import org.linkmoderation.testkit.StateMachineUnderTest;

/**
 * The state machine's own routes in a Camel context, with doubles of the services that its components call. As a static
 * extension of a test class it is back at the start before each test, and closed after all.
 */
final class ModerationUnderTest implements AutoCloseable, BeforeEachCallback, AfterAllCallback {
    static final String CODE = "a1";
    static final String URL = "https://example.org/";
    static final Duration TIMEOUT = Duration.ofDays(1);
    static final int RETRY_MAX_ATTEMPTS = 3;

    final ScriptedLambda lambda = new ScriptedLambda();
    final InMemoryLinks links = new InMemoryLinks();
    final StateMachineUnderTest stateMachine;
    final InMemoryJournal journal;
    final SettableClock clock;

    /** The numbers of the retries that were made: what Camel asks the Retry's delay for. */
    final List<Integer> retries = new CopyOnWriteArrayList<>();

    /** What the runs of the state machine told. */
    final RecordedEvents listener;

    final CamelContext context;
    final Deliveries deliveries;

    /** With the reference's Retry of CheckSafety, but for the delay before each retry. */
    ModerationUnderTest(Duration interval) {
        this(new Retry(interval, RETRY_MAX_ATTEMPTS, 2));
    }

    ModerationUnderTest(Retry retry) {
        this(retry, Retry.NONE);
    }

    /** @param updateRetry the Retry of the states that update the link */
    ModerationUnderTest(Retry retry, Retry updateRetry) {
        this(retry, updateRetry, Optional.empty());
    }

    /** @param review how people decide about links */
    ModerationUnderTest(Retry retry, Retry updateRetry, Optional<ReviewSettings> review) {
        stateMachine = new StateMachineUnderTest(
                Moderation.definition(
                        new LambdaFunction("ModerateCheck", Duration.ofSeconds(60), retry),
                        new DynamoDbUpdateItem(InMemoryLinks.TABLE, updateRetry),
                        review),
                lambda,
                links);
        journal = stateMachine.journal();
        clock = stateMachine.clock();
        listener = stateMachine.listener();
        context = stateMachine.context();
        deliveries = stateMachine.deliveries();
        context.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                if (event instanceof ExchangeRedeliveryEvent redelivery) {
                    retries.add(redelivery.getAttempt());
                }
            }
        });
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        reset();
    }

    @Override
    public void afterAll(ExtensionContext tests) {
        close();
    }

    /** Back to the start: a pending link, and a function that finds it safe. */
    void reset() {
        stateMachine.clear();
        links.clear();
        links.put(CODE, URL, "pending");
        retries.clear();
        lambda.script(List.of(ScriptedLambda.returnsInputWith("safe", "true")));
    }

    /** A request for the moderation of the link. */
    static StartRequest request(String name) {
        return Requested.start(name, "id-" + name, Requested.INPUT);
    }

    /**
     * Delivers a request, as its queue does.
     *
     * @throws Exception to have it delivered again
     */
    void deliver(StartRequest request) throws Exception {
        deliveries.deliver(request);
    }

    /** Delivers a request, and once more each time that it is refused for now. */
    void deliverUntilDone(StartRequest request) throws Exception {
        for (int delivery = 1; ; delivery++) {
            try {
                deliver(request);
                return;
            } catch (JournalException | ParkedExecution e) {
                assertThat(delivery).as("deliveries").isLessThan(20);
                clock.advance(Duration.ofMinutes(1));
            }
        }
    }

    /** The record of an execution. */
    Execution execution(String name) {
        return stateMachine.execution(name);
    }

    /** The details of an execution's events of one type, in order. */
    List<Map<String, String>> details(String name, HistoryEventType type) {
        return execution(name).events().stream()
                .filter(event -> event.type() == type)
                .map(HistoryEvent::details)
                .toList();
    }

    @Override
    public void close() {
        stateMachine.close();
    }
}
