package org.linkmoderation.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSRuntimeException;
import java.util.stream.IntStream;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.QueueSizes;

class QueueCountTest {
    private static final String URL = "vm://QueueCountTest?create=false";

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldCountRequestsAndDeadLetters(boolean jmx) throws Exception {
        BrokerService broker = start(jmx);
        try {
            QueueCount count = new QueueCount(new ActiveMQConnectionFactory(URL), "requests");
            assertThat(count.now()).isEqualTo(new QueueSizes(0, 0));

            send("requests", 3);
            send("DLQ.requests", 1);

            assertThat(count.now()).isEqualTo(new QueueSizes(3, 1));
        } finally {
            broker.stop();
            broker.waitUntilStopped();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldLookAtNoMoreThanAHundredMessagesOfABrokerElsewhere(boolean jmx) throws Exception {
        BrokerService broker = start(jmx);
        try {
            send("requests", 120);

            assertThat(new QueueCount(new ActiveMQConnectionFactory(URL), "requests").now())
                    .isEqualTo(new QueueSizes(jmx ? 120 : 100, 0));
        } finally {
            broker.stop();
            broker.waitUntilStopped();
        }
    }

    @Test
    void shouldThrowWhereThereIsNoBroker() {
        QueueCount count = new QueueCount(new ActiveMQConnectionFactory(URL + "&waitForStart=10"), "requests");

        assertThatThrownBy(count::now).isInstanceOf(JMSRuntimeException.class);
    }

    private static BrokerService start(boolean jmx) throws Exception {
        BrokerService broker = new BrokerService();
        broker.setBrokerName("QueueCountTest");
        broker.setPersistent(false);
        broker.setUseJmx(jmx);
        if (jmx) {
            broker.getManagementContext().setCreateConnector(false);
        }
        broker.setSchedulerSupport(false);
        broker.start();
        broker.waitUntilStarted();
        return broker;
    }

    private static void send(String queue, int messages) {
        try (JMSContext session = new ActiveMQConnectionFactory(URL).createContext()) {
            IntStream.range(0, messages)
                    .forEach(n -> session.createProducer().send(session.createQueue(queue), "message " + n));
        }
    }
}
