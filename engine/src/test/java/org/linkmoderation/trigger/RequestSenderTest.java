package org.linkmoderation.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.linkmoderation.testkit.Requested.INPUT;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;
import org.apache.camel.CamelContext;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.StartRequest;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.connection.JmsTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Requests on their way to a real broker in this JVM. */
@Timeout(60)
class RequestSenderTest {
    private static final String QUEUE = "moderation.requests";

    private final BrokerService broker = new BrokerService();
    private final ActiveMQConnectionFactory connections =
            new ActiveMQConnectionFactory("vm://RequestSenderTest?create=false&waitForStart=10000");
    private final CachingConnectionFactory senders = new CachingConnectionFactory(connections);
    private final CamelContext context = new DefaultCamelContext();
    private RequestSender sender;

    @BeforeEach
    void start() throws Exception {
        broker.setBrokerName("RequestSenderTest");
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.setSchedulerSupport(false);
        broker.start();
        broker.waitUntilStarted();
        context.disableJMX();
        // As org.linkmoderation.deployment.StateMachineContext has it
        JmsComponent jms = new JmsComponent();
        jms.setConnectionFactory(senders);
        context.addComponent("requests", jms);
        context.start();
        sender = new RequestSender(
                context.createProducerTemplate(),
                new TransactionTemplate(new JmsTransactionManager(senders)),
                QUEUE,
                Clock.systemUTC());
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        senders.destroy();
        broker.stop();
        broker.waitUntilStopped();
    }

    @Test
    void shouldSendAllRequestsOfABatch() throws Exception {
        RequestBatch batch = new RequestBatch(sender);
        IntStream.rangeClosed(1, 1_203).forEach(i -> batch.add(request("e" + i)));
        assertThat(batch.sent()).isEqualTo(1_000);

        batch.send();

        assertThat(batch.sent()).isEqualTo(1_203);
        assertThat(names())
                .isEqualTo(
                        IntStream.rangeClosed(1, 1_203).mapToObj(i -> "e" + i).toList());
    }

    @Test
    void shouldBoundABatchByItsSizeToo() throws Exception {
        RequestBatch batch = new RequestBatch(sender);
        String input = "{\"code\":\"" + "x".repeat(300_000) + "\"}";

        for (int i = 1; i <= 4; i++) {
            batch.add(new StartRequest("moderation", "e" + i, "r", "r", ExecutionType.STANDARD, false, input));
        }

        assertThat(names()).containsExactly("e1", "e2", "e3", "e4");
    }

    @Test
    void shouldSendAllOrNone() throws Exception {
        // No message can have a property without a value
        List<StartRequest> torn = List.of(request("e1"), request("e2"), request(null));

        assertThatThrownBy(() -> sender.send(torn)).isInstanceOf(RuntimeException.class);
        assertThat(names()).isEmpty();

        sender.send(List.of(request("e3"), request("e4")));
        assertThat(names()).containsExactly("e3", "e4");
    }

    @Test
    void shouldSendTheTraceOfARequest() throws Exception {
        String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

        sender.send(request("e1").tracedBy(trace));
        sender.send(request("e2"));

        try (JMSContext session = connections.createContext();
                var consumer = session.createConsumer(session.createQueue(QUEUE))) {
            assertThat(consumer.receive(5_000).getStringProperty("traceparent")).isEqualTo(trace);
            assertThat(consumer.receive(5_000).propertyExists("traceparent")).isFalse();
        }
    }

    private static StartRequest request(String name) {
        return new StartRequest("moderation", name, "r-" + name, "d", ExecutionType.STANDARD, false, INPUT);
    }

    private List<String> names() throws JMSException {
        List<String> names = new ArrayList<>();
        try (JMSContext session = connections.createContext();
                var consumer = session.createConsumer(session.createQueue(QUEUE))) {
            for (var message = consumer.receive(1_000); message != null; message = consumer.receive(200)) {
                names.add(message.getStringProperty("ExecutionName"));
            }
        }
        return names;
    }
}
