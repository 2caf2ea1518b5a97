package org.linkmoderation.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.linkmoderation.testkit.Requested.INPUT;

import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.RedeliveryPolicy;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.journal.JournalUnavailableException;
import org.linkmoderation.run.ExecutionRunner;
import org.linkmoderation.run.Intervention;
import org.linkmoderation.run.RunPolicy;
import org.linkmoderation.run.RunningExecution;
import org.linkmoderation.run.Sweep;
import org.linkmoderation.run.TaskAnswers;
import org.linkmoderation.states.TaskKind;
import org.linkmoderation.states.TransactedJms;
import org.linkmoderation.testkit.AnyObject;
import org.linkmoderation.testkit.InMemoryJournal;
import org.linkmoderation.testkit.RecordedEvents;
import org.springframework.transaction.support.TransactionOperations;

/** The queue at a real broker in this JVM, with the journal in memory and a state machine of one step. */
@Timeout(60)
class RequestQueueTest {
    private static final int CONSUMERS = 2;
    private static final File NO_INBOX = new File("none");

    private static final BrokerService BROKER = new BrokerService();
    private static final AtomicInteger TESTS = new AtomicInteger();

    /** What the one task of the state machine does. */
    private interface Step {
        String run(RunningExecution execution) throws Exception;
    }

    private final ActiveMQConnectionFactory broker =
            new ActiveMQConnectionFactory("vm://RequestQueueTest?create=false&waitForStart=10000");
    /** A queue of its own for each test. */
    private final String queue = "requests-" + TESTS.incrementAndGet();

    private final CamelContext context = new DefaultCamelContext();
    private final InMemoryJournal journal = new InMemoryJournal();
    private final AtomicInteger runs = new AtomicInteger();
    private final List<String> headers = new CopyOnWriteArrayList<>();
    private volatile Step step;
    private JMSContext session;
    private JMSConsumer notices;

    @BeforeAll
    static void startBroker() throws Exception {
        BROKER.setBrokerName("RequestQueueTest");
        BROKER.setPersistent(false);
        BROKER.setUseJmx(false);
        BROKER.setSchedulerSupport(false);
        BROKER.start();
        BROKER.waitUntilStarted();
    }

    @AfterAll
    static void stopBroker() throws Exception {
        BROKER.stop();
        BROKER.waitUntilStopped();
    }

    @BeforeEach
    void start() throws Exception {
        step = execution -> "\"done\"";
        RedeliveryPolicy atOnce = new RedeliveryPolicy();
        atOnce.setMaximumRedeliveries(RedeliveryPolicy.NO_MAXIMUM_REDELIVERIES);
        atOnce.setInitialRedeliveryDelay(0);
        atOnce.setRedeliveryDelay(0);
        broker.setRedeliveryPolicy(atOnce);
        // No message waits in a consumer that is busy while the other has nothing to do
        broker.getPrefetchPolicy().setQueuePrefetch(0);

        context.disableJMX();
        TransactedJms.addTo(context, broker);
        context.getComponent("jms", JmsComponent.class).setReceiveTimeout(100);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:moderation").process(exchange -> {
                    headers.addAll(exchange.getMessage().getHeaders().keySet());
                    RunningExecution execution = RunningExecution.of(exchange);
                    execution.enter(HistoryEventType.TaskStateEntered, "Step", execution.input());
                    exchange.getMessage().setBody(execution.attempt(TaskKind.SERVICE_INTEGRATION, Map.of(), () -> {
                        runs.incrementAndGet();
                        return step.run(execution);
                    }));
                });
            }
        });
        for (String name : List.of("requests", "answers")) {
            JmsComponent senders = new JmsComponent();
            senders.setConnectionFactory(broker);
            context.addComponent(name, senders);
        }
        ExecutionRunner runner = new ExecutionRunner(
                journal,
                context.createProducerTemplate(),
                RunPolicy.of(Duration.ofHours(1)),
                Clock.systemUTC(),
                new RecordedEvents());
        RequestSender sender = new RequestSender(
                context.createProducerTemplate(), TransactionOperations.withoutTransaction(), queue, Clock.systemUTC());
        context.addRoutes(new RequestQueue(
                new Requests(new AnyObject()),
                runner,
                sender,
                new Sweep("moderation", journal, runner, sender::send, Clock.systemUTC()),
                new TaskAnswers(
                        journal,
                        Clock.systemUTC(),
                        new Intervention(journal, Clock.systemUTC(), new RecordedEvents(), sender::send)),
                new TriggerSettings(
                        queue, CONSUMERS, queue + ".notices", Optional.of(queue + ".told"), NO_INBOX, Duration.ZERO),
                ExecutionType.STANDARD));
        session = broker.createContext();
        notices = session.createConsumer(session.createTopic(queue + ".notices"));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        session.close();
    }

    @Test
    void shouldRunTheExecutionOfATextMessage() throws Exception {
        send(text(INPUT), Map.of("ExecutionName", "e1"));

        Execution execution = awaitEnd("e1");

        assertThat(execution.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(execution.input()).isEqualTo(INPUT);
        awaitEmptyQueue();
    }

    @Test
    void shouldRunTheExecutionOfABytesMessageInUtf8() throws Exception {
        String input = "{\"code\":\"a1\",\"text\":\"äöü€\"}";
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(input.getBytes(StandardCharsets.UTF_8));
        send(message, Map.of("ExecutionName", "e1"));

        assertThat(awaitEnd("e1").input()).isEqualTo(input);
    }

    @Test
    void shouldNameAnExecutionByTheIdOfItsMessage() throws Exception {
        TextMessage message = text(INPUT);
        send(message, Map.of());

        Execution execution = awaitEnd(StartRequest.nameFor(message.getJMSMessageID()));

        assertThat(execution.requestIds()).containsExactly(message.getJMSMessageID());
    }

    @Test
    void shouldNameAnExecutionByTheIdOfItsRequest() throws Exception {
        send(text(INPUT), Map.of("RequestId", "r1"));

        Execution execution = awaitEnd(StartRequest.nameFor("r1"));

        assertThat(execution.requestIds()).containsExactly("r1");
    }

    @Test
    void shouldDeliverAgainUntilTheExecutionHasEnded() throws Exception {
        step = execution -> {
            if (runs.get() < 3) {
                throw new JournalUnavailableException("The journal can't be reached", null);
            }
            return "\"done\"";
        };
        send(text(INPUT), Map.of("ExecutionName", "e1"));

        Execution execution = awaitEnd("e1");

        assertThat(execution.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(execution.events())
                .filteredOn(event -> event.type() == HistoryEventType.ExecutionResumed)
                .hasSize(2);
        assertThat(runs).hasValue(3);
        awaitEmptyQueue();
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void shouldAcceptThatAnExecutionFails() throws Exception {
        step = execution -> {
            throw new TaskFailedException("CustomError", "broken");
        };
        send(text(INPUT), Map.of("ExecutionName", "e1"));

        assertThat(awaitEnd("e1").status()).isEqualTo(ExecutionStatus.FAILED);

        awaitEmptyQueue();
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void shouldSendANoticeOfTheEnd() throws Exception {
        send(text(INPUT), Map.of("ExecutionName", "e1"));

        TextMessage notice = (TextMessage) notices.receive(10_000);

        assertThat(notice.getStringProperty("ExecutionName")).isEqualTo("e1");
        assertThat(notice.getStringProperty("StateMachine")).isEqualTo("moderation");
        assertThat(notice.getStringProperty("Status")).isEqualTo("SUCCEEDED");
        assertThat(notice.getText().replaceAll("\\s", ""))
                .contains("\"name\":\"e1\"", "\"status\":\"SUCCEEDED\"", "\"output\":\"done\"", "\"input\":" + INPUT);
        try (JMSConsumer queued = session.createConsumer(session.createQueue(queue + ".told"))) {
            TextMessage told = (TextMessage) queued.receive(10_000);
            assertThat(told.getText()).isEqualTo(notice.getText());
            assertThat(told.getStringProperty("ExecutionName")).isEqualTo("e1");
            assertThat(told.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        }
    }

    @Test
    void shouldNotNoticeASecondRequestForWhatRuns() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        step = execution -> {
            second.await(20, TimeUnit.SECONDS);
            return "\"done\"";
        };
        send(text(INPUT), Map.of("ExecutionName", "e1", "RequestId", "r1"));
        await().until(() -> runs.get() == 1);
        send(text(INPUT), Map.of("ExecutionName", "e1", "RequestId", "r2"));
        await().until(() -> journal.writes() == 2);
        second.countDown();

        awaitEnd("e1");
        awaitEmptyQueue();

        assertThat(notices.receive(10_000)).isNotNull();
        assertThat(notices.receiveNoWait()).isNull();
        assertThat(runs).hasValue(1);
    }

    /** Messages that can never become an execution. */
    enum Refused {
        NO_JSON("not JSON, line 1 column 1") {
            @Override
            Message message(JMSContext session) {
                return session.createTextMessage("code=a1");
            }
        },
        EMPTY_TEXT("the text is empty; expected a JSON object") {
            @Override
            Message message(JMSContext session) {
                return session.createTextMessage("");
            }
        },
        NO_TEXT("the message is of type ActiveMQTextMessage; expected") {
            @Override
            Message message(JMSContext session) {
                return session.createTextMessage();
            }
        },
        NO_CODE("the input has no 'code'") {
            @Override
            Message message(JMSContext session) {
                return session.createTextMessage("{\"text\":\"ä\"}");
            }
        },
        TOO_LARGE("States.DataLimitExceeded: the input has 10000011 bytes; expected at most 262144") {
            @Override
            Message message(JMSContext session) {
                return session.createTextMessage("{\"code\":\"" + "x".repeat(10_000_000) + "\"}");
            }
        },
        NO_UTF8("the bytes are no text in UTF-8; expected JSON") {
            @Override
            Message message(JMSContext session) throws JMSException {
                BytesMessage message = session.createBytesMessage();
                message.writeBytes("{\"code\":\"ä\"}".getBytes(StandardCharsets.ISO_8859_1));
                return message;
            }
        },
        MAP("the message is of type ActiveMQMapMessage; expected a TextMessage or a BytesMessage") {
            @Override
            Message message(JMSContext session) throws JMSException {
                MapMessage message = session.createMapMessage();
                message.setString("code", "a1");
                return message;
            }
        },
        OBJECT("the message is of type ActiveMQObjectMessage; expected a TextMessage or a BytesMessage") {
            @Override
            Message message(JMSContext session) {
                return session.createObjectMessage("{\"code\":\"a1\"}");
            }
        },
        STREAM("the message is of type ActiveMQStreamMessage; expected a TextMessage or a BytesMessage") {
            @Override
            Message message(JMSContext session) throws JMSException {
                StreamMessage message = session.createStreamMessage();
                message.writeString("{\"code\":\"a1\"}");
                return message;
            }
        },
        NO_BODY("the message is of type ActiveMQMessage; expected a TextMessage or a BytesMessage") {
            @Override
            Message message(JMSContext session) {
                return session.createMessage();
            }
        };

        private final String reason;

        Refused(String reason) {
            this.reason = reason;
        }

        abstract Message message(JMSContext session) throws JMSException;
    }

    @ParameterizedTest
    @EnumSource
    void shouldMakeADeadLetterOfWhatCanNeverBecomeAnExecution(Refused refused) throws Exception {
        Message message = refused.message(session);
        send(message, Map.of("ExecutionName", "e1", "Count", 7));

        Message letter = awaitDeadLetter();

        assertThat(letter.getStringProperty("DeadLetterReason")).startsWith(refused.reason);
        assertThat(letter.getStringProperty("ExecutionName")).isEqualTo("e1");
        assertThat(letter.getIntProperty("Count")).isEqualTo(7);
        assertThat(letter.getClass()).isEqualTo(message.getClass());
        assertThat(body(letter)).isEqualTo(body(message));
        awaitEmptyQueue();
        assertThat(runs).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ExecutionName | a b     | ExecutionName is 'a b'; expected 1 to 80 characters
        ExecutionName | ''      | ExecutionName is ''; expected 1 to 80 characters
        ExecutionType | FAST    | ExecutionType is 'FAST'; expected STANDARD or EXPRESS
        RequestId     | ''      | RequestId has 0 characters; expected 1 to 1024
        Redrive       | true    | the redrive names no execution; expected property ExecutionName
        """)
    void shouldMakeADeadLetterOfAMessageWithAWrongProperty(String property, String value, String reason)
            throws Exception {
        send(text(INPUT), Map.of(property, value));

        assertThat(awaitDeadLetter().getStringProperty("DeadLetterReason")).startsWith(reason);
        assertThat(runs).hasValue(0);
    }

    @Test
    void shouldMakeADeadLetterOfARequestWithTheNameOfAnother() throws Exception {
        send(text(INPUT), Map.of("ExecutionName", "e1"));
        awaitEnd("e1");
        send(text(INPUT), Map.of("ExecutionName", "e1"));

        Message letter = awaitDeadLetter();

        assertThat(letter.getStringProperty("DeadLetterReason"))
                .startsWith("ExecutionAlreadyExists: the execution 'e1'")
                .endsWith("ended with status SUCCEEDED");
        assertThat(body(letter)).isEqualTo(INPUT);
    }

    @Test
    void shouldNotBeLedAstrayByThePropertiesOfAMessage() throws Exception {
        send(
                text("oops"),
                Map.of("CamelJmsDestinationName", "elsewhere", "CamelJmsMessageType", "Map", "CamelSplitIndex", 3));

        assertThat(awaitDeadLetter().getStringProperty("DeadLetterReason")).startsWith("not JSON");
        assertThat(messages("elsewhere")).isEmpty();
    }

    /** What the state machine's own calls are made with: neither a saga nor an address is the sender's to name. */
    @Test
    void shouldGiveAStateMachineNothingThatASenderNames() throws Exception {
        send(
                text("{\"code\":\"a1\"}"),
                Map.of(
                        "Long_HYPHEN_Running_HYPHEN_Action", "http://127.0.0.1:1/a",
                        "long_HYPHEN_running_HYPHEN_action", "http://127.0.0.1:1/b",
                        "CamelAwsDdbTableName", "another-table",
                        "CamelAwsLambdaFunctionName", "AnotherFunction",
                        "CamelHttpUri", "http://127.0.0.1:1/c",
                        "ExecutionName", "led-astray"));

        await().until(() -> runs.get() == 1);
        assertThat(headers).noneMatch(header -> header.toLowerCase(Locale.ROOT).matches("long-running-action|camel.*"));
    }

    @Test
    void shouldListDeadLettersAndSendOneAgain() throws Exception {
        send(text(INPUT), Map.of("ExecutionName", "e1"));
        awaitEnd("e1");
        send(text(INPUT), Map.of("ExecutionName", "e1"));
        Message letter = awaitDeadLetter();
        DeadLetters deadLetters = new DeadLetters(broker, queue, UnaryOperator.identity());
        assertThat(deadLetters.list(10)).singleElement().satisfies(listed -> {
            assertThat(listed.id()).isEqualTo(letter.getJMSMessageID());
            assertThat(listed.reason()).startsWith("ExecutionAlreadyExists");
        });
        journal.forget(new ExecutionId("moderation", "e1"));

        deadLetters.resend(letter.getJMSMessageID());

        awaitEnd("e1");
        awaitEmptyQueue();
        assertThat(deadLetters.list(10)).isEmpty();
        assertThat(runs).hasValue(2);
    }

    @Test
    void shouldRedriveByMessage() throws Exception {
        step = execution -> {
            throw new TaskFailedException("CustomError", "broken");
        };
        send(text(INPUT), Map.of("ExecutionName", "e1"));
        awaitEnd("e1");
        step = execution -> "\"done\"";

        send(text("{}"), Map.of("ExecutionName", "e1", "Redrive", true));

        await().until(() ->
                recorded("e1").redriveCount() == 1 && recorded("e1").status().isFinal());
        assertThat(recorded("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(recorded("e1").input()).isEqualTo(INPUT);
    }

    @Test
    void shouldAnswerTheSenderOfAnExpressExecution() throws Exception {
        try (JMSContext sender = broker.createContext()) {
            Destination answers = sender.createTemporaryQueue();
            TextMessage message = text(INPUT);
            message.setJMSReplyTo(answers);
            message.setJMSCorrelationID("mine");
            send(message, Map.of("ExecutionName", "e1", "ExecutionType", "EXPRESS"));

            TextMessage answer = (TextMessage) sender.createConsumer(answers).receive(10_000);

            assertThat(answer.getJMSCorrelationID()).isEqualTo("mine");
            assertThat(answer.getText().replaceAll("\\s", ""))
                    .contains("\"name\":\"e1\"", "\"status\":\"SUCCEEDED\"", "\"output\":\"done\"");
        }
        assertThat(journal.writes()).isZero();
    }

    @Test
    void shouldCorrelateAnAnswerByTheIdOfTheMessage() throws Exception {
        try (JMSContext sender = broker.createContext()) {
            Destination answers = sender.createTemporaryQueue();
            TextMessage message = text(INPUT);
            message.setJMSReplyTo(answers);
            send(message, Map.of("ExecutionType", "EXPRESS"));

            Message answer = sender.createConsumer(answers).receive(10_000);

            assertThat(answer.getJMSCorrelationID()).isEqualTo(message.getJMSMessageID());
        }
    }

    @Test
    void shouldNotRunAnExpressExecutionAgainWhenNobodyWaitsForItsAnswer() throws Exception {
        JMSContext sender = broker.createContext();
        TextMessage message = text(INPUT);
        message.setJMSReplyTo(sender.createTemporaryQueue());
        step = execution -> {
            // Its queue goes with it
            sender.close();
            return "\"done\"";
        };
        send(message, Map.of("ExecutionType", "EXPRESS"));

        awaitEmptyQueue();

        assertThat(runs).hasValue(1);
    }

    @Test
    void shouldWorkOnAsManyMessagesAsItHasConsumers() throws Exception {
        CountDownLatch together = new CountDownLatch(CONSUMERS);
        AtomicInteger inFlight = new AtomicInteger();
        Set<Integer> seen = ConcurrentHashMap.newKeySet();
        step = execution -> {
            seen.add(inFlight.incrementAndGet());
            together.countDown();
            together.await(20, TimeUnit.SECONDS);
            inFlight.decrementAndGet();
            return "\"done\"";
        };
        for (int i = 0; i < 10; i++) {
            send(text(INPUT), Map.of("ExecutionName", "e" + i));
        }

        for (int i = 0; i < 10; i++) {
            awaitEnd("e" + i);
        }

        assertThat(seen).contains(CONSUMERS).allMatch(count -> count <= CONSUMERS);
    }

    private TextMessage text(String text) {
        return session.createTextMessage(text);
    }

    private void send(Message message, Map<String, Object> properties) throws JMSException {
        for (Map.Entry<String, Object> property : properties.entrySet()) {
            message.setObjectProperty(property.getKey(), property.getValue());
        }
        session.createProducer().send(session.createQueue(queue), message);
    }

    private Execution recorded(String name) {
        return journal.find(new ExecutionId("moderation", name)).orElseThrow();
    }

    private Execution awaitEnd(String name) {
        ExecutionId id = new ExecutionId("moderation", name);
        await().until(() ->
                journal.find(id).map(execution -> execution.status().isFinal()).orElse(false));
        return recorded(name);
    }

    private Message awaitDeadLetter() throws JMSException {
        await().until(() -> !deadLetters().isEmpty());
        return deadLetters().get(0);
    }

    private List<Message> deadLetters() throws JMSException {
        return messages("DLQ." + queue);
    }

    private List<Message> messages(String name) throws JMSException {
        try (var browser = session.createBrowser(session.createQueue(name))) {
            return Collections.list((Enumeration<?>) browser.getEnumeration()).stream()
                    .map(Message.class::cast)
                    .toList();
        }
    }

    /** Waits until each message is acknowledged: also what consumers hold is in the queue until then. */
    private void awaitEmptyQueue() throws Exception {
        var destination = BROKER.getDestination(new ActiveMQQueue(queue));
        await().until(() -> destination.getDestinationStatistics().getMessages().getCount() == 0);
    }

    private static Object body(Message message) throws JMSException {
        if (message instanceof TextMessage text) {
            return text.getText();
        }
        if (message instanceof ObjectMessage object) {
            return object.getObject();
        }
        if (message instanceof MapMessage map) {
            Map<String, Object> body = new HashMap<>();
            for (Object name : Collections.list((Enumeration<?>) map.getMapNames())) {
                body.put((String) name, map.getObject((String) name));
            }
            return body;
        }
        if (message instanceof StreamMessage stream) {
            stream.reset();
            return stream.readString();
        }
        if (message instanceof BytesMessage bytes) {
            bytes.reset();
            byte[] body = new byte[(int) bytes.getBodyLength()];
            bytes.readBytes(body);
            return new String(body, StandardCharsets.ISO_8859_1);
        }
        return null;
    }
}
