package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Links;
import org.linkmoderation.itests.Ports;
import org.linkmoderation.itests.ShellResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links that people decide about, in a real container. {@code -Dreviews.waiting=10000 -Dreviews.others=1000} has so
 * many wait while so many others are moderated.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReviewIT {
    private static final Logger LOG = LoggerFactory.getLogger(ReviewIT.class);
    private static final int WAITING = Integer.getInteger("reviews.waiting", 60);
    private static final int OTHERS = Integer.getInteger("reviews.others", 40);
    private static final int CONSUMERS = 8;
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Duration LONG = Duration.ofSeconds(90 + WAITING / 10);
    private static final String DOUBTFUL = "https://example.org/doubtful/";
    private static final String SETTINGS = "org.linkmoderation.moderation";
    private static final String MAIL = "org.linkmoderation.review.mail";

    private static Site site;
    private static String manager;

    @BeforeAll
    static void start() {
        site = new Site("review", 1);
        site.node()
                .setting(SETTINGS, "consumers", CONSUMERS)
                .setting(SETTINGS, "review", true)
                .setting(SETTINGS, "review.timeout.seconds", 3_600)
                .setting(SETTINGS, "timeout.seconds", 7_200);
        site.start();
        manager = site.node().user("anna", "manager,ssh");
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    @Order(1)
    void shouldShowWhatWaitsAndTakeTheDecisionsOfAManager() {
        request("shown");
        request("approved");
        request("rejected");

        String listed = asManager("moderation:review").output();
        assertThat(listed)
                .contains("shown   Review for 0 min, until ", "url          " + DOUBTFUL + "shown", "BRAND_TYPO");
        asManager("moderation:review --approve approved --reason 'a customer of ours'");
        asManager("moderation:review --reject rejected --reason 'imitates a bank'");

        await("approved", RecordedExecution::isEnded);
        await("rejected", RecordedExecution::isEnded);
        assertThat(link("approved"))
                .containsEntry("status", "active")
                .containsEntry("reviewedBy", "anna")
                .containsEntry("reviewReason", "a customer of ours")
                .containsEntry("moderatedBy", "approved");
        assertThat(link("rejected"))
                .containsEntry("status", "rejected")
                .containsEntry("reviewedBy", "anna")
                .containsEntry("reviewReason", "imitates a bank");
        assertThat(find("approved").trail())
                .containsExactly("CheckSafety", "IsSafe", "Review", "IsApproved", "Activate");
        assertThat(site.node().shellOk("moderation:export approved").output())
                .contains("decidedBy", "anna", "a customer of ours");
        assertThat(site.node().shellOk("moderation:review --json").json().path("tasks"))
                .extracting(task -> task.path("name").asText())
                .contains("shown")
                .doesNotContain("approved", "rejected");
    }

    @Test
    @Order(2)
    void shouldMailWhatWaits() throws Exception {
        if (RecordedExecution.find(site.links(), "shown").isEmpty()) {
            request("shown");
        }
        GreenMail server = new GreenMail(new ServerSetup(Ports.free(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            site.node().shellOk("feature:install link-moderation-review-mail");
            site.node()
                    .setting(MAIL, "host", "127.0.0.1")
                    .setting(MAIL, "port", server.getSmtp().getPort())
                    .setting(MAIL, "security", "none")
                    .setting(MAIL, "from", "moderation@example.org")
                    .setting(MAIL, "to", "desk@example.org")
                    .setting(MAIL, "interval.seconds", 3_600);

            // The last tick is an hour ago at most: it is caught up at once
            Awaitility.await().atMost(SOON).until(() -> server.getReceivedMessages().length > 0);

            assertThat((String) server.getReceivedMessages()[0].getContent())
                    .contains(
                            "1 task waits for a decision",
                            "shown   since",
                            "url: https[:]//example[.]org/doubtful/shown");
        } finally {
            server.stop();
            site.node().shellOk("feature:uninstall link-moderation-review-mail");
        }
    }

    @Test
    @Order(3)
    void shouldHoldToTheFirstDecision() {
        request("twice");
        request("twice-other");
        asManager("moderation:review --approve twice");

        ShellResult second = site.node().shell("anna", manager, "moderation:review -r twice twice-other --reason no");

        assertThat(second.succeeded()).isFalse();
        assertThat(second.output())
                .contains("No task of the execution 'twice' waits for a decision; it was approved by anna at ")
                .as("the others are decided all the same")
                .contains("twice-other rejected");
        await("twice", RecordedExecution::isEnded);
        await("twice-other", RecordedExecution::isEnded);
        assertThat(link("twice")).containsEntry("status", "active");
        assertThat(link("twice-other")).containsEntry("status", "rejected");
    }

    @Test
    @Order(4)
    void shouldTakeADecisionOverJmx() throws Exception {
        request("over-jmx");
        try (JMXConnector connector = site.node().jmx("anna", manager)) {
            Object answer = connector
                    .getMBeanServerConnection()
                    .invoke(
                            new ObjectName("org.linkmoderation:type=Executions"),
                            "approve",
                            new Object[] {"", "over-jmx", "seen"},
                            new String[] {String.class.getName(), String.class.getName(), String.class.getName()});
            assertThat(answer).isEqualTo("The execution 'over-jmx' is approved by anna");
        }
        await("over-jmx", RecordedExecution::isEnded);
        assertThat(link("over-jmx")).containsEntry("status", "active").containsEntry("reviewedBy", "anna");
    }

    @Test
    @Order(5)
    void shouldHandTheTokenToWhoeverSubscribes() throws Exception {
        BlockingQueue<Message> told = new LinkedBlockingQueue<>();
        try (AutoCloseable subscription = site.messages().subscribe("moderation.reviews", told::add)) {
            assertThat(subscription).isNotNull();
            request("by-message");
            Message message = told.poll(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(message.getStringProperty("ExecutionName")).isEqualTo("by-message");
            assertThat(((TextMessage) message).getText()).contains(DOUBTFUL + "by-message");

            site.messages()
                    .send(
                            "moderation.requests",
                            "{\"approved\":true,\"decidedBy\":\"the desk\",\"reason\":\"ticket 7\"}",
                            Map.of("TaskToken", token(message), "TaskAnswer", "SUCCESS"));
        }
        await("by-message", RecordedExecution::isEnded);
        assertThat(link("by-message"))
                .containsEntry("status", "active")
                .containsEntry("reviewedBy", "the desk")
                .containsEntry("reviewReason", "ticket 7");
    }

    @Test
    @Order(6)
    void shouldActivateOnlyTheUrlThatWasShown() {
        request("changed");
        site.links().put("changed", "https://other.example/", "pending");

        asManager("moderation:review --approve changed");

        await("changed", RecordedExecution::isEnded);
        assertThat(find("changed").status()).isEqualTo("FAILED");
        assertThat(site.links().status("changed")).isEqualTo("pending");
    }

    /** Those that wait hold no consumer, survive the container, and can be decided after it. */
    @Test
    @Order(7)
    void shouldModerateOthersWhileManyWaitAndLoseNoneByAKill() throws Exception {
        double alone = moderate("alone");
        List<String> waiting = names("waits", WAITING);
        put(waiting, DOUBTFUL);
        Instant asked = Instant.now();
        waiting.forEach(name -> site.messages().request(name, name, DOUBTFUL + name));
        awaitWaiting(WAITING + 1);
        double park = Duration.between(asked, Instant.now()).toMillis() / 1e3;

        double beside = moderate("beside");
        site.node().kill();
        site.node().launch();
        site.node().awaitReady();
        awaitWaiting(WAITING + 1);
        double after = moderate("after");
        List<String> listed = listed();
        assertThat(listed).containsAll(waiting);
        String last = waiting.get(WAITING - 1);
        asManager("moderation:review --approve " + last);
        await(last, RecordedExecution::isEnded);

        assertThat(link(last)).containsEntry("status", "active").containsEntry("reviewedBy", "anna");
        assertThat(find(last).count("ExecutionResumed")).isZero();
        assertThat(site.lambda().calls(last)).as("nothing was scanned again").hasSize(1);
        String figures = String.format(
                Locale.ROOT,
                "%d links wait for review on %d consumers, parked in %.1f s%n"
                        + "%d others: %.0f/s alone, %.0f/s beside them, %.0f/s after a kill%n",
                WAITING,
                CONSUMERS,
                park,
                OTHERS,
                alone,
                beside,
                after);
        LOG.info("{}", figures);
        Files.writeString(KarafNode.MODULE.resolve("target/review.txt"), figures);
    }

    @Test
    @Order(8)
    void shouldRejectWhatNobodyDecidesInTime() {
        // Those that wait keep the time they were given; a new one has two seconds
        site.node().setting(SETTINGS, "review.timeout.seconds", 2);
        site.node().await("the settings to be read", SOON, () -> {
            String name = "expires" + System.nanoTime();
            site.links().putPending(name, DOUBTFUL + name);
            site.messages().request(name, name, DOUBTFUL + name);
            await(name, execution -> execution.count("TaskSubmitted") == 1);
            boolean isShort = find(name).events().stream()
                    .filter(event -> event.type().equals("TaskScheduled"))
                    .anyMatch(event -> event.details().get("timeoutInSeconds").equals("2"));
            if (isShort) {
                await(name, RecordedExecution::isEnded);
                assertThat(find(name).trail()).containsExactly("CheckSafety", "IsSafe", "Review", "Reject");
                assertThat(link(name))
                        .containsEntry("status", "rejected")
                        .containsEntry("reviewReason", "Nobody answered the task in time.")
                        .doesNotContainKey("reviewedBy");
            }
            return isShort;
        });
        assertThat(find("shown").isEnded()).as("it has an hour").isFalse();
    }

    /** Moderates other links, and gives how many a second were done. */
    private static double moderate(String prefix) {
        List<String> others = names(prefix, OTHERS);
        put(others, "https://example.org/");
        Instant sent = Instant.now();
        others.forEach(name -> site.messages().request(name, name, "https://example.org/" + name));
        Awaitility.await(prefix)
                .atMost(LONG)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> site.messages().count("moderation.requests") == 0);
        double seconds = Duration.between(sent, Instant.now()).toMillis() / 1e3;
        others.forEach(name -> assertThat(site.links().status(name)).as(name).isEqualTo("active"));
        return OTHERS / seconds;
    }

    private static void awaitWaiting(int count) {
        Awaitility.await(count + " to wait")
                .atMost(LONG)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> site.messages().count("moderation.requests") == 0);
        assertThat(listed()).hasSizeGreaterThanOrEqualTo(count);
    }

    /** All that wait, page by page. */
    private static List<String> listed() {
        List<String> names = new ArrayList<>();
        String page = "moderation:review --json --limit " + (WAITING > 1_000 ? 1_000 : 25);
        String next = "";
        do {
            JsonNode listed = site.node().shellOk(page + next).json();
            listed.path("tasks").forEach(task -> names.add(task.path("name").asText()));
            next = listed.has("nextToken")
                    ? " --next-token '" + listed.path("nextToken").asText() + "'"
                    : "";
        } while (!next.isEmpty());
        assertThat(names).doesNotHaveDuplicates();
        return names;
    }

    private static String token(Message message) throws JMSException {
        return message.getStringProperty("TaskToken");
    }

    private static ShellResult asManager(String command) {
        ShellResult result = site.node().shell("anna", manager, command);
        assertThat(result.succeeded()).as(result.toString()).isTrue();
        return result;
    }

    private static List<String> names(String prefix, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> prefix + i).toList();
    }

    /** A link that waits for its review. */
    private static void request(String name) {
        site.links().putPending(name, DOUBTFUL + name);
        site.messages().request(name, name, DOUBTFUL + name);
        await(name, execution -> execution.count("TaskSubmitted") == 1);
    }

    private static void put(List<String> names, String prefix) {
        site.links()
                .putAll(names.stream()
                        .map(name -> Links.item(name, prefix + name, "pending"))
                        .toList());
    }

    private static Map<String, String> link(String name) {
        Map<String, String> link = new HashMap<>();
        site.links().item(name).forEach((attribute, value) -> link.put(attribute, value.s()));
        return link;
    }

    private static void await(String name, Predicate<RecordedExecution> condition) {
        Awaitility.await(name)
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> RecordedExecution.find(site.links(), name)
                        .filter(condition)
                        .isPresent());
    }

    private static RecordedExecution find(String name) {
        return RecordedExecution.find(site.links(), name).orElseThrow();
    }
}
