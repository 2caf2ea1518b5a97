package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.testkit.ScriptedLambda;

/** The synchronous start by request and reply over JMS, and the notices of final statuses. */
class ExpressAndNoticesIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private static Site site;

    @BeforeAll
    static void start() {
        site = Site.shared();
    }

    @Test
    void shouldAnswerAnExpressRequestWithTheResult() throws Exception {
        site.links().putPending("express", "https://example.com/express");
        JsonNode answer = call("express-1", "express");
        assertThat(answer.path("name").asText()).isEqualTo("express-1");
        assertThat(answer.path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(answer.has("output")).isTrue();
        assertThat(site.links().status("express")).isEqualTo("active");
        assertThat(RecordedExecution.find(site.links(), "express-1"))
                .as("an EXPRESS execution has no record")
                .isEmpty();
    }

    @Test
    void shouldAnswerAnExpressRequestThatFailedWithItsError() throws Exception {
        site.lambda().script("express-bad", ScriptedLambda.returns("{\"code\":\"express-bad\"}"));
        site.links().putPending("express-bad", "https://example.com/express-bad");
        JsonNode answer = call("express-2", "express-bad");
        assertThat(answer.path("status").asText()).isEqualTo("FAILED");
        assertThat(answer.path("error").asText()).isEqualTo("States.Runtime");
        assertThat(answer.path("cause").asText()).isNotBlank();
        assertThat(site.links().status("express-bad")).isEqualTo("pending");
    }

    @Test
    void shouldRunAnExpressRequestThatNobodyWaitsFor() {
        site.links().putPending("express-alone", "https://example.com/express-alone");
        site.messages().send(Messages.REQUESTS, request("express-alone"), Map.of("ExecutionType", "EXPRESS"));
        Awaitility.await("the decision")
                .atMost(ANSWER)
                .until(() -> "active".equals(site.links().status("express-alone")));
    }

    @Test
    void shouldSendANoticeOfEachFinalStatus() throws Exception {
        List<Message> notices = new CopyOnWriteArrayList<>();
        try (AutoCloseable subscription = site.messages().subscribe("moderation.notices", notices::add)) {
            assertThat(subscription).isNotNull();
            site.links().putPending("notice", "https://example.com/notice");
            site.messages().request("notice-good", "notice", "https://example.com/notice");
            site.messages().request("notice-bad", "notice-missing", "https://example.com/notice");
            Awaitility.await("two notices")
                    .atMost(ANSWER)
                    .until(() -> of(notices, "notice-good").size() == 1
                            && of(notices, "notice-bad").size() == 1);
        }
        JsonNode good = json(of(notices, "notice-good").get(0));
        assertThat(good.path("stateMachine").asText()).isEqualTo("moderation");
        assertThat(good.path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(good.has("output")).isTrue();
        assertThat(Instant.parse(good.path("stopDate").asText()))
                .isAfterOrEqualTo(Instant.parse(good.path("startDate").asText()));
        RecordedExecution record =
                RecordedExecution.find(site.links(), "notice-good").orElseThrow();
        assertThat(Instant.parse(good.path("stopDate").asText())).isEqualTo(record.stopDate());
        assertThat(record.expiresAt())
                .isEqualTo(record.stopDate().plus(Duration.ofDays(90)).getEpochSecond());
        JsonNode bad = json(of(notices, "notice-bad").get(0));
        assertThat(bad.path("status").asText()).isEqualTo("FAILED");
        assertThat(bad.path("error").asText()).isEqualTo("DynamoDB.ConditionalCheckFailedException");
        assertThat(of(notices, "notice-bad").get(0).getStringProperty("Status")).isEqualTo("FAILED");
    }

    @Test
    void shouldSendANoticeOfAnExecutionThatWasStopped() throws Exception {
        List<Message> notices = new CopyOnWriteArrayList<>();
        site.lambda().script("notice-stop", ScriptedLambda.functionError("ListsUnavailable", "for now"));
        site.links().putPending("notice-stop", "https://example.com/notice-stop");
        try (AutoCloseable subscription = site.messages().subscribe("moderation.notices", notices::add)) {
            assertThat(subscription).isNotNull();
            site.messages().request("notice-stop", "notice-stop", "https://example.com/notice-stop");
            Awaitility.await("a failure")
                    .atMost(ANSWER)
                    .ignoreExceptions()
                    .until(() -> RecordedExecution.find(site.links(), "notice-stop")
                                    .orElseThrow()
                                    .count("LambdaFunctionFailed")
                            > 0);
            site.node().shellOk("moderation:stop --error Operator.Stop --cause test notice-stop");
            Awaitility.await("the notice")
                    .atMost(ANSWER)
                    .until(() -> of(notices, "notice-stop").size() == 1);
        }
        JsonNode stopped = json(of(notices, "notice-stop").get(0));
        assertThat(stopped.path("status").asText()).isEqualTo("ABORTED");
        assertThat(stopped.path("error").asText()).isEqualTo("Operator.Stop");
    }

    private static JsonNode call(String name, String code) throws Exception {
        Message answer = site.messages()
                .call(
                        Messages.REQUESTS,
                        request(code),
                        Map.of("ExecutionName", name, "ExecutionType", "EXPRESS"),
                        ANSWER);
        assertThat(answer).as("an answer").isNotNull();
        assertThat(answer.getJMSCorrelationID()).as("correlation id").isNotBlank();
        return json(answer);
    }

    private static String request(String code) {
        return "{\"code\":\"" + code + "\",\"url\":\"https://example.com/" + code + "\"}";
    }

    private static List<Message> of(List<Message> notices, String name) {
        return notices.stream()
                .filter(notice -> {
                    try {
                        return name.equals(notice.getStringProperty("ExecutionName"));
                    } catch (JMSException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
    }

    private static JsonNode json(Message message) throws Exception {
        return JSON.readTree(((TextMessage) message).getText());
    }
}
