package org.linkmoderation.reviewmail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Header;
import jakarta.mail.internet.MimeMessage;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.Endpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.Executions;
import org.linkmoderation.PendingTask;
import org.linkmoderation.PendingTaskPage;
import org.linkmoderation.StartRequest;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;
import org.linkmoderation.states.Schedule;
import org.linkmoderation.states.Ticks;
import org.linkmoderation.testkit.ScriptedLambda;
import org.linkmoderation.testkit.StateMachineUnderTest;

/** Mails to a real server in this JVM. */
class ReviewMailTest {
    private static final Instant SINCE = Instant.parse("2026-11-29T10:00:00Z");
    private static final String PASSWORD = "a-password-of-the-test";
    private static final int PAGE = 3;

    private final List<PendingTask> waiting = new ArrayList<>();
    private final List<String> started = new ArrayList<>();
    private final GreenMail server = new GreenMail(ServerSetup.SMTP.dynamicPort());
    private int port;
    private StateMachineUnderTest mails;

    @BeforeEach
    void start() {
        server.start();
        port = server.getSmtp().getPort();
        mails = stateMachine(Map.of());
    }

    @AfterEach
    void stop() {
        mails.close();
        server.stop();
    }

    private Map<String, String> settings(Map<String, String> others) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "host", "127.0.0.1",
                "port", Integer.toString(port),
                "security", "none",
                "from", "moderation@example.org",
                "to", "desk@example.org, night@example.org",
                "retry.interval.seconds", "60"));
        settings.putAll(others);
        return settings;
    }

    private MailSettings mailSettings(Map<String, String> others) {
        return MailSettings.of(new Settings(ReviewMail.PID, settings(others)));
    }

    private StateMachineUnderTest stateMachine(Map<String, String> others) {
        return new StateMachineUnderTest(
                ReviewMail.definition(mailSettings(others), executions()), new ScriptedLambda(), null);
    }

    /** The port that operators have, as far as mails use it; pages are small. */
    private Executions executions() {
        return (Executions) Proxy.newProxyInstance(
                Executions.class.getClassLoader(),
                new Class<?>[] {Executions.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "stateMachines" -> Set.of("moderation", ReviewMail.NAME);
                    case "pendingTasks" -> page((Integer) arguments[1], (Optional<?>) arguments[2]);
                    case "startRecorded" -> started((Optional<?>) arguments[1]);
                    default -> throw new UnsupportedOperationException(method.toString());
                });
    }

    private PendingTaskPage page(int limit, Optional<?> token) {
        int from = token.map(text -> Integer.parseInt((String) text)).orElse(0);
        int to = Math.min(waiting.size(), from + Math.min(limit, PAGE));
        return new PendingTaskPage(
                waiting.subList(from, to), to < waiting.size() ? Optional.of(Integer.toString(to)) : Optional.empty());
    }

    private Execution started(Optional<?> name) throws Exception {
        String execution = (String) name.orElseThrow();
        started.add(execution);
        return Execution.started(
                StartRequest.of(ReviewMail.NAME, execution, "r", ExecutionType.STANDARD, "{}"), "", SINCE, SINCE);
    }

    private void waits(String name, String parameters) {
        waiting.add(new PendingTask(
                new ExecutionId("moderation", name), "Review", parameters, SINCE, SINCE.plus(Duration.ofDays(3))));
    }

    private static String link(String url) {
        return "{\"code\":\"a1b2c3\",\"url\":\"" + url + "\",\"reasons\":[\"BRAND_TYPO\"]}";
    }

    private String text(MimeMessage mail) throws Exception {
        return ((String) mail.getContent()).replace("\r\n", "\n");
    }

    private static Map<String, String> headers(MimeMessage mail) throws Exception {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : Collections.list(mail.getAllHeaders())) {
            headers.put(header.getName(), header.getValue());
        }
        return headers;
    }

    @Test
    void shouldMailWhatWaits() throws Exception {
        waits("first", link("https://paypall.example.net/"));
        waits("second", link("https://example.com/"));

        Execution sent = mails.run("at-1", "{}");

        assertThat(sent.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(sent.output()).contains("{\"shown\":2}");
        assertThat(server.getReceivedMessages()).as("one for each receiver").hasSize(2);
        MimeMessage mail = server.getReceivedMessages()[0];
        assertThat(mail.getSubject()).isEqualTo("2 tasks wait for a decision: moderation");
        assertThat(mail.getFrom()[0]).hasToString("moderation@example.org");
        assertThat(mail.getAllRecipients())
                .extracting(Object::toString)
                .containsExactly("desk@example.org", "night@example.org");
        assertThat(mail.getContentType()).isEqualToIgnoringCase("text/plain; charset=UTF-8");
        assertThat(text(mail))
                .startsWith("2 tasks wait for a decision.")
                .contains("""
                first   since 2026-11-29T10:00:00Z, until 2026-12-02T10:00:00Z
                    code: a1b2c3
                    url: https[:]//paypall[.]example[.]net/
                    reasons: ["BRAND_TYPO"]

                second   since""")
                .contains("moderation:review --approve NAME");
    }

    @Test
    void shouldSendNothingWhenNothingWaitsAnyMore() throws Exception {
        Execution sent = mails.run("at-1", "{}");

        assertThat(sent.output()).contains("{\"shown\":0}");
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void shouldBoundItsLength() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            waits("link-" + i, link("https://example.com/" + "x".repeat(2_000)));
        }

        mails.run("at-1", "{}");

        MimeMessage mail = server.getReceivedMessages()[0];
        assertThat(mail.getSubject()).isEqualTo("More than 50 tasks wait for a decision: moderation");
        assertThat(text(mail))
                .hasSizeLessThan(50 * 600)
                .contains("link-0 ", "link-49 ")
                .doesNotContain("link-50 ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://a.example/\\r\\nBcc: x@evil.example\\r\\n\\r\\n<b>   | \\u000D\\u000ABcc",
                "https://a.example/\\u001b]0;title\\u0007                     | \\u001B]0;title\\u0007",
                "https://a.example/\\u202egpj.exe                             | \\u202Egpj[.]exe",
                "${exchangeProperty.count}${bodyAs(String)}${sysenv.PATH}     | ${exchangeProperty[.]count}",
                "<a href='https://evil.example/'>approve</a>                  | <a href='https[:]//evil[.]example/'>approve",
                "=?utf-8?q?=0d=0ABcc:x@evil.example?=                         | =?utf-8?q?=0d=0ABcc[:]x[@]evil[.]example?="
            })
    void shouldMakeHarmlessWhatStrangersWrote(String url, String shown) throws Exception {
        waits("strange", link(url));
        waits("usual", link("https://example.com/"));
        mails.run("at-1", "{}");

        MimeMessage mail = server.getReceivedMessages()[0];

        Map<String, String> headers = headers(mail);
        assertThat(headers.keySet())
                .containsExactlyInAnyOrder(
                        "Return-Path",
                        "Received",
                        "Date",
                        "From",
                        "To",
                        "Message-ID",
                        "Subject",
                        "MIME-Version",
                        "Content-Type",
                        "Content-Transfer-Encoding");
        assertThat(headers.get("Subject")).isEqualTo("2 tasks wait for a decision: moderation");
        assertThat(server.getReceivedMessages()).as("receivers").hasSize(2);
        assertThat(text(mail)).contains(shown.strip()).doesNotContain("\u001b", "\u202e", "://", "x@evil");
        assertThat(text(mail).lines()).noneMatch(line -> line.startsWith("Bcc"));
    }

    @Test
    void shouldTakeNoHeaderOfTheMessageThatStartedIt() throws Exception {
        waits("first", link("https://example.com/"));

        mails.run("Bcc", "{\"Bcc\":\"x@evil.example\",\"Subject\":\"Hello\"}");

        assertThat(headers(server.getReceivedMessages()[0])).doesNotContainKeys("Bcc", "ExecutionName");
    }

    @Test
    void shouldSendWhenTheMailServerIsBack() throws Exception {
        waits("first", link("https://example.com/"));
        server.stop();
        mails.close();
        mails = stateMachine(Map.of("retry.max.attempts", "2", "retry.backoff.rate", "1"));
        Execution failed = mails.run("at-1", "{}");
        assertThat(failed.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(failed.error()).contains(SendMail.FAILED);
        assertThat(failed.cause().orElseThrow()).startsWith("The mail server 127.0.0.1:" + port + " did not take");
        assertThat(Duration.between(failed.startDate(), failed.stopDate().orElseThrow()))
                .isEqualTo(Duration.ofMinutes(2));

        GreenMail back = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        back.start();
        try {
            waits("second", link("https://example.com/"));
            assertThat(mails.run("at-2", "{}").output()).contains("{\"shown\":2}");
            assertThat(back.getReceivedMessages()).hasSize(2);
        } finally {
            back.stop();
        }
    }

    @Test
    void shouldGiveUpWhenTheNextMailIsDue() throws Exception {
        waits("first", link("https://example.com/"));
        server.stop();
        mails.close();
        mails = stateMachine(Map.of("interval.seconds", "600", "retry.max.attempts", "100"));

        Execution late = mails.run("at-1", "{}");

        assertThat(late.status()).isEqualTo(ExecutionStatus.TIMED_OUT);
    }

    @Test
    void shouldSendNothingInTheClearWhereTlsIsExpected() throws Exception {
        waits("first", link("https://example.com/"));
        mails.close();
        mails = stateMachine(
                Map.of("security", "starttls", "user", "desk", "password", PASSWORD, "retry.max.attempts", "0"));

        Execution refused = mails.run("at-1", "{}");

        assertThat(refused.error()).contains(SendMail.FAILED);
        assertThat(refused.cause().orElseThrow()).contains("STARTTLS");
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void shouldShowItsPasswordNowhere() throws Exception {
        waits("first", link("https://example.com/"));
        mails.close();
        mails = stateMachine(
                Map.of("security", "tls", "user", "desk", "password", PASSWORD, "retry.max.attempts", "0"));

        Execution failed = mails.run("at-1", "{}");

        assertThat(failed.toString()).doesNotContain(PASSWORD);
        assertThat(mails.context().getEndpoints())
                .extracting(Endpoint::getEndpointUri)
                .allSatisfy(uri -> assertThat(uri).doesNotContain(PASSWORD));
        assertThat(mailSettings(Map.of("security", "tls", "user", "desk", "password", PASSWORD))
                        .toString())
                .doesNotContain(PASSWORD);
    }

    @Test
    void shouldStartOneExecutionPerTickAtWhichSomethingWaits() throws Exception {
        Ticks ticks = new Ticks(Duration.ofHours(1), Duration.ZERO);
        try (Schedule schedule = ReviewMail.schedule(executions(), mails.clock(), "moderation", ticks)) {
            schedule.look();
            waits("first", link("https://example.com/"));
            schedule.look();
            assertThat(started).as("it came after the tick").isEmpty();

            mails.clock().advance(Duration.ofHours(1));
            schedule.look();
            schedule.look();
        }

        assertThat(started).containsExactly(ticks.last(mails.clock().instant()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host             | mail.example.org:25       | the name or IPv4 address of the mail server",
                "from             | Desk <desk@example.org>   | an address such as moderation@example.org",
                "to               | desk@example.org; b@c.org | 1 to 20 addresses separated by commas",
                "to               | ''                        | 1 to 20 addresses separated by commas",
                "security         | ssl                       | starttls, tls or none",
                "interval.seconds | 59                        | a whole number from 60 to 31536000",
                "max.tasks        | 501                       | a whole number from 1 to 500",
                "user             | desk                      | both user and password, or neither"
            })
    void shouldRefuseAWrongSetting(String key, String value, String expected) {
        assertThatThrownBy(() -> mailSettings(Map.of(key, value)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("expected " + expected);
    }

    @Test
    void shouldRefuseAPasswordInTheClear() {
        assertThatThrownBy(() -> mailSettings(Map.of("user", "desk", "password", PASSWORD)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("expected starttls or tls where there is a password")
                .hasMessageNotContaining(PASSWORD);
    }
}
