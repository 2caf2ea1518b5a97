package org.linkmoderation.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.linkmoderation.HistoryEventType.ExecutionFailed;
import static org.linkmoderation.HistoryEventType.ExecutionRedriven;
import static org.linkmoderation.HistoryEventType.ExecutionStarted;
import static org.linkmoderation.HistoryEventType.ExecutionSucceeded;
import static org.linkmoderation.webhooks.ScriptedReceiver.status;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.linkmoderation.http.HttpResponse;

/** Notices on their way from a real broker to a receiver that verifies each. */
@Timeout(90)
class WebhookDeliveryTest {
    private static final String QUEUE = "webhooks.notices";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final BrokerService broker = new BrokerService();
    private final ActiveMQConnectionFactory connections =
            new ActiveMQConnectionFactory("vm://WebhookDeliveryTest?create=false&waitForStart=10000");
    private final Histories histories = new Histories();
    private final Map<String, String> settings = new HashMap<>();
    private ScriptedReceiver shop;
    private ScriptedReceiver board;
    private final List<WebhookContext> containers = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        broker.setBrokerName("WebhookDeliveryTest");
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.setAdvisorySupport(false);
        broker.setSchedulerSupport(true);
        broker.start();
        broker.waitUntilStarted();
        connections.getPrefetchPolicy().setQueuePrefetch(1);
        shop = new ScriptedReceiver();
        board = new ScriptedReceiver();
        settings.putAll(Map.of(
                "url.shop", shop.url(),
                "secret.shop", ScriptedReceiver.SECRET,
                "allow.http", "true",
                "allow.private", "true",
                "timeout.seconds", "2",
                "retry.initial.seconds", "1",
                "retry.max.seconds", "1",
                "consumers", "1"));
    }

    /** Starts the webhooks of a container. */
    private void listen() throws Exception {
        CamelContext context = new DefaultCamelContext();
        context.disableJMX();
        containers.add(new WebhookContext(context, WebhookSettings.of(settings), histories.executions(), connections));
    }

    /** Stops those of the container that started first. */
    private void stopListening() {
        containers.remove(0).close();
    }

    @AfterEach
    void stop() throws Exception {
        assertThat(shop.forged()).as("signatures").isEmpty();
        assertThat(board.forged()).as("signatures").isEmpty();
        while (!containers.isEmpty()) {
            stopListening();
        }
        shop.close();
        board.close();
        broker.stop();
        broker.waitUntilStopped();
    }

    private void send(String text) {
        try (JMSContext session = connections.createContext()) {
            session.createProducer().send(session.createQueue(QUEUE), text);
        }
    }

    private void sendSuccess(String name) {
        send(histories.record(name, ExecutionStarted, ExecutionSucceeded));
    }

    private List<Message> deadLetters() throws JMSException {
        List<Message> letters = new ArrayList<>();
        try (JMSContext session = connections.createContext();
                var browser = session.createBrowser(session.createQueue("DLQ." + QUEUE))) {
            for (Enumeration<?> all = browser.getEnumeration(); all.hasMoreElements(); ) {
                letters.add((Message) all.nextElement());
            }
        }
        return letters;
    }

    private Message awaitDeadLetter() throws JMSException {
        await().atMost(PATIENCE).until(() -> deadLetters().size() == 1);
        return deadLetters().get(0);
    }

    private void awaitTaken(ScriptedReceiver receiver, String name, String... statuses) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(receiver.taken(name)).containsExactly(statuses));
    }

    @Test
    void shouldTellEachReceiver() throws Exception {
        settings.put("url.board", board.url());
        settings.put("secret.board", ScriptedReceiver.SECRET);
        listen();

        sendSuccess("e1");

        awaitTaken(shop, "e1", "SUCCEEDED");
        awaitTaken(board, "e1", "SUCCEEDED");
        assertThat(shop.calls().get(0).id())
                .startsWith("msg_")
                .isEqualTo(board.calls().get(0).id());
    }

    @Test
    void shouldKeepWhatComesBeforeItListens() throws Exception {
        sendSuccess("e1");

        listen();

        awaitTaken(shop, "e1", "SUCCEEDED");
    }

    @Test
    void shouldTryAgainWithTheSameIdWhileOthersGoThrough() throws Exception {
        settings.put("retry.initial.seconds", "3");
        settings.put("retry.max.seconds", "3");
        shop.script(status(500));
        listen();

        sendSuccess("e1");
        await().atMost(PATIENCE).until(() -> shop.calls().size() == 1);
        for (int i = 2; i <= 20; i++) {
            sendSuccess("e" + i);
        }

        awaitTaken(shop, "e1", "SUCCEEDED");
        List<String> names =
                shop.calls().stream().map(ScriptedReceiver.Call::name).toList();
        assertThat(names.subList(names.indexOf("e1"), names.lastIndexOf("e1")))
                .as("between its two calls, by the only consumer")
                .contains("e2");
        assertThat(shop.calls().stream()
                        .filter(call -> call.name().equals("e1"))
                        .map(ScriptedReceiver.Call::id)
                        .distinct())
                .hasSize(1);
    }

    @Test
    void shouldNotHoldUpOthersForASlowReceiver() throws Exception {
        settings.put("url.board", board.url());
        settings.put("secret.board", ScriptedReceiver.SECRET);
        settings.put("timeout.seconds", "60");
        CountDownLatch end = new CountDownLatch(1);
        board.otherwise(() -> {
            end.await();
            return HttpResponse.text(204, "");
        });
        listen();

        for (int i = 1; i <= 20; i++) {
            sendSuccess("e" + i);
        }

        await().atMost(PATIENCE).until(() -> shop.calls().size() == 20);
        assertThat(board.calls()).isEmpty();
        end.countDown();
        await().atMost(PATIENCE).until(() -> board.calls().size() == 20);
    }

    @Test
    void shouldTryAgainWhatWasAnsweredTooLate() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        shop.script(() -> {
            late.await();
            return HttpResponse.text(200, "late");
        });
        listen();

        sendSuccess("e1");

        awaitTaken(shop, "e1", "SUCCEEDED");
        late.countDown();
        awaitTaken(shop, "e1", "SUCCEEDED", "SUCCEEDED");
    }

    @Test
    void shouldEndACallThatDrips() throws Exception {
        settings.put("give.up.after.seconds", "1");
        try (ServerSocket server = new ServerSocket(0)) {
            settings.put("url.shop", "http://127.0.0.1:" + server.getLocalPort() + "/");
            Thread drip = new Thread(() -> drip(server));
            drip.setDaemon(true);
            drip.start();
            listen();

            sendSuccess("e1");

            assertThat(awaitDeadLetter().getStringProperty("DeadLetterReason"))
                    .contains("The webhook 'shop' did not take it", "no answer within 2 s");
        }
    }

    /** A byte a while, so that no read ever times out. */
    private static void drip(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.getOutputStream().write("HTTP/1.1 200 OK\r\nX-Drip: ".getBytes(StandardCharsets.US_ASCII));
                while (true) {
                    socket.getOutputStream().write('x');
                    socket.getOutputStream().flush();
                    Thread.sleep(100);
                }
            } catch (Exception e) {
                // The caller has had enough
            }
        }
    }

    @Test
    void shouldNotFollowARedirect() throws Exception {
        shop.script(() -> HttpResponse.text(307, "").with("Location", board.url()));
        listen();

        sendSuccess("e1");

        awaitTaken(shop, "e1", "SUCCEEDED");
        assertThat(board.calls()).isEmpty();
        assertThat(shop.calls()).hasSize(2);
    }

    @Test
    void shouldGiveUpAfterATimeAndSendADeadLetterToItsReceiverAgain() throws Exception {
        settings.put("url.board", board.url());
        settings.put("secret.board", ScriptedReceiver.SECRET);
        settings.put("give.up.after.seconds", "2");
        shop.otherwise(status(503));
        listen();
        sendSuccess("e1");

        Message letter = awaitDeadLetter();

        assertThat(letter.getStringProperty("DeadLetterReason"))
                .matches("The webhook 'shop' did not take it in [23] attempts since .*: it answered with status 503");
        assertThat(letter.getStringProperty("ExecutionName")).isEqualTo("e1");
        shop.otherwise(status(200));
        try (JMSContext session = connections.createContext(JMSContext.SESSION_TRANSACTED);
                var consumer = session.createConsumer(session.createQueue("DLQ." + QUEUE))) {
            session.createProducer().send(session.createQueue(QUEUE), consumer.receive(5_000));
            session.commit();
        }
        awaitTaken(shop, "e1", "SUCCEEDED");
        assertThat(board.taken("e1")).as("told once").containsExactly("SUCCEEDED");
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void shouldGiveUpAtOnceWhereTheReceiverIsGone() throws Exception {
        shop.otherwise(status(410));
        listen();

        sendSuccess("e1");

        assertThat(awaitDeadLetter().getStringProperty("DeadLetterReason"))
                .contains("did not take it in 1 attempt since ", "status 410");
        assertThat(shop.calls()).hasSize(1);
    }

    @Test
    void shouldCallNoAddressThatIsNotPublic() throws Exception {
        settings.put("allow.private", "false");
        settings.put("give.up.after.seconds", "1");
        listen();

        sendSuccess("e1");

        assertThat(awaitDeadLetter().getStringProperty("DeadLetterReason"))
                .contains("127.0.0.1, which is not a public address; expected one, or allow.private = true");
        assertThat(shop.calls()).isEmpty();
    }

    @Test
    void shouldTellTheEndsOfAnExecutionInOrder() throws Exception {
        settings.put("timeout.seconds", "1");
        shop.script(status(500), status(500));
        listen();
        send(histories.record("e1", ExecutionStarted, ExecutionFailed));
        await().atMost(PATIENCE).until(() -> !shop.calls().isEmpty());

        send(histories.record("e1", ExecutionStarted, ExecutionFailed, ExecutionRedriven, ExecutionSucceeded));

        awaitTaken(shop, "e1", "FAILED", "SUCCEEDED");
        assertThat(shop.calls()).extracting(ScriptedReceiver.Call::status).endsWith("FAILED", "SUCCEEDED");
    }

    @Test
    void shouldWaitForTheJournal() throws Exception {
        histories.isDown = true;
        listen();
        send(histories.record("e1", ExecutionStarted, ExecutionFailed));
        sendSuccess("e2");
        awaitTaken(shop, "e2", "SUCCEEDED");
        assertThat(shop.taken("e1")).isEmpty();

        histories.isDown = false;

        awaitTaken(shop, "e1", "FAILED");
    }

    @Test
    void shouldSetAsideWhatIsNoNotice() throws Exception {
        listen();

        send("{\"name\":\"e1\"}");

        Message letter = awaitDeadLetter();
        assertThat(((TextMessage) letter).getText()).isEqualTo("{\"name\":\"e1\"}");
        assertThat(letter.getStringProperty("DeadLetterReason")).startsWith("the text is no notice of an execution");
        sendSuccess("e2");
        awaitTaken(shop, "e2", "SUCCEEDED");
    }

    @Test
    void shouldTellEveryNoticeAcrossRestarts() throws Exception {
        listen();
        shop.script(Collections.nCopies(10, status(500)).toArray(ScriptedReceiver.Step[]::new));
        for (int i = 1; i <= 50; i++) {
            sendSuccess("e" + i);
            if (i % 20 == 0) {
                stopListening();
                listen();
            }
        }

        await().atMost(PATIENCE).untilAsserted(() -> {
            for (int i = 1; i <= 50; i++) {
                assertThat(shop.taken("e" + i)).isNotEmpty();
            }
        });
    }

    @Test
    void shouldTellEveryNoticeInOrderFromTwoContainers() throws Exception {
        settings.put("timeout.seconds", "1");
        settings.put("consumers", "2");
        AtomicInteger calls = new AtomicInteger();
        shop.otherwise(() -> calls.incrementAndGet() % 3 == 0
                ? HttpResponse.text(500, "each third")
                : HttpResponse.text(200, "thanks"));
        listen();
        listen();
        List<String> redriven =
                IntStream.range(0, 12).mapToObj(i -> "redriven-" + i).toList();
        List<String> others = IntStream.range(0, 40).mapToObj(i -> "other-" + i).toList();

        redriven.forEach(name -> send(histories.record(name, ExecutionStarted, ExecutionFailed)));
        others.subList(0, 20).forEach(this::sendSuccess);
        redriven.forEach(name ->
                send(histories.record(name, ExecutionStarted, ExecutionFailed, ExecutionRedriven, ExecutionSucceeded)));
        await().atMost(PATIENCE).until(() -> shop.calls().size() > 10);
        stopListening();
        listen();
        others.subList(20, 40).forEach(this::sendSuccess);

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(others).allSatisfy(name -> assertThat(shop.taken(name)).isNotEmpty());
            assertThat(redriven)
                    .allSatisfy(name -> assertThat(String.join(" ", shop.taken(name)))
                            .as(name)
                            .matches("FAILED( FAILED)* SUCCEEDED( SUCCEEDED)*"));
        });
        assertThat(shop.calls().stream()
                        .map(call -> call.name() + call.status() + call.id())
                        .distinct())
                .as("one id for each notice")
                .hasSize(2 * redriven.size() + others.size());
        assertThat(deadLetters()).isEmpty();
    }
}
