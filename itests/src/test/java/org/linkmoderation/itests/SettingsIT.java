package org.linkmoderation.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.returnsInputWith;
import static org.linkmoderation.testkit.ScriptedLambda.timesOut;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files in {@code etc} that are edited while the container runs. */
class SettingsIT {

    private static final String MODERATION = "org.linkmoderation.moderation";
    private static final Duration APPLIED = Duration.ofSeconds(60);

    private static ModerationNode node;

    @BeforeAll
    static void start() {
        node = ModerationNode.shared();
    }

    @ParameterizedTest(name = "{0}: {1} = {2}")
    @CsvSource({
        "org.linkmoderation.aws,            dynamodb.endpoint,          localhost:8000,  http or https",
        "org.linkmoderation.broker,         redelivery.max.seconds,     a minute,        whole number from 1 to 86400",
        "org.linkmoderation.journal,        retention.days,             0,               a whole number from 1 to 3650",
        "org.linkmoderation.moderation,     consumers,                  many,            a whole number from 1 to 256",
        "org.linkmoderation.local.broker,   store.limit.megabytes,      1,               whole number from 100 to",
        "org.linkmoderation.local.dynamodb, port,                       65536,           whole number from 1 to 65535",
        "org.linkmoderation.local.lambda,   concurrency,                0,               whole number from 1 to 1000"
    })
    void shouldSayWhatIsWrongWithASettingAndWorkAgainWhenItIsCorrected(
            String pid, String key, String wrong, String expected) {
        changeFor(pid, key, wrong, logged -> {
            node.karaf()
                    .await(
                            "the sentence about " + key,
                            APPLIED,
                            () -> newLog(logged)
                                    .lines()
                                    .anyMatch(line -> line.contains("| ERROR |")
                                            && line.contains(pid)
                                            && line.contains(key)
                                            && line.contains(wrong)
                                            && line.contains(expected)));
            assertThat(node.karaf().shellOk("bundle:list").output()).contains("Link Moderation: engine");
        });

        String name = "after-" + key.replace('.', '-') + "-" + pid.substring(pid.lastIndexOf('.') + 1);
        node.links().putPending(name, url(name));
        node.messages().request(name, name, url(name));
        assertThat(node.awaitEnd(name).path("status").asText()).isEqualTo("SUCCEEDED");
    }

    @Test
    void shouldNotStartWithoutAPasswordAndSayWhereToSetIt() {
        String password = node.karaf().setting("org.linkmoderation.broker", "password");

        changeFor("org.linkmoderation.broker", "password", "", logged -> {
            node.karaf()
                    .await(
                            "the sentence about the password",
                            APPLIED,
                            () -> newLog(logged)
                                    .contains("The setting password of org.linkmoderation.broker is blank:"
                                            + " set it in etc/org.linkmoderation.broker.cfg."));
            node.karaf()
                    .await(
                            "the broker's end",
                            APPLIED,
                            () -> !Ports.isOpen(node.ports().get("broker")));
        });

        assertThat(node.karaf().log()).as("log").doesNotContain(password);
    }

    @Test
    void shouldApplyANumberOfConsumersAtRunTime() {
        changeFor(MODERATION, "consumers", "2", logged -> {
            awaitRoutes(logged);
            CountDownLatch release = new CountDownLatch(1);
            AtomicInteger running = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            List<String> names =
                    IntStream.range(0, 4).mapToObj(i -> "consumer-" + i).toList();
            for (String name : names) {
                node.links().putPending(name, url(name));
                node.lambda().script(name, returnsInputWith("safe", "true").after(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    release.await(ModerationNode.CHECK_SAFETY_TIMEOUT_SECONDS, TimeUnit.SECONDS);
                    running.decrementAndGet();
                }));
                node.messages().request(name, name, url(name));
            }
            node.karaf().await("two calls", ModerationNode.EXECUTION, () -> most.get() >= 2);
            release.countDown();
            names.forEach(name ->
                    assertThat(node.awaitEnd(name).path("status").asText()).isEqualTo("SUCCEEDED"));
            assertThat(most).hasValue(2);
        });
    }

    @Test
    void shouldApplyATimeoutAtRunTime() {
        changeFor(MODERATION, "check.safety.timeout.seconds", "1", logged -> {
            awaitRoutes(logged);
            node.links().putPending("timeout-of-one", url("timeout-of-one"));
            node.lambda().script("timeout-of-one", timesOut());
            node.messages().request("timeout-of-one", "timeout-of-one", url("timeout-of-one"));

            JsonNode execution = node.awaitEnd("timeout-of-one");

            assertThat(node.links().attribute("timeout-of-one", "error")).isEqualTo("States.Timeout");
            JsonNode scheduled = event(execution, "LambdaFunctionScheduled");
            JsonNode timedOut = event(execution, "LambdaFunctionTimedOut");
            assertThat(scheduled
                            .path("lambdaFunctionScheduledEventDetails")
                            .path("timeoutInSeconds")
                            .asText())
                    .isEqualTo("1");
            assertThat(Duration.between(time(scheduled), time(timedOut)))
                    .isBetween(Duration.ofMillis(900), Duration.ofSeconds(4));
        });
    }

    /**
     * Does something while a setting is another, and then waits until the container works with the one that it had.
     *
     * @param test takes the length of the log before the change
     */
    private static void changeFor(String pid, String key, String value, IntConsumer test) {
        String before = node.karaf().setting(pid, key);
        int logged = node.karaf().log().length();
        node.karaf().setting(pid, key, value);
        try {
            test.accept(logged);
        } finally {
            int loggedThen = node.karaf().log().length();
            node.karaf().setting(pid, key, before);
            node.karaf()
                    .await(
                            pid + " to be read",
                            APPLIED,
                            () -> newLog(loggedThen).contains("Updating configuration {" + pid + "}"));
            node.karaf().awaitReady();
        }
    }

    private static void awaitRoutes(int logged) {
        node.karaf()
                .await(
                        "the routes' start",
                        APPLIED,
                        () -> newLog(logged).contains("State machine moderation takes requests from queue"));
        node.karaf().awaitReady();
    }

    private static JsonNode event(JsonNode execution, String type) {
        for (JsonNode event : execution.path("events")) {
            if (event.path("type").asText().equals(type)) {
                return event;
            }
        }
        throw new AssertionError("No " + type + " in " + execution);
    }

    private static Instant time(JsonNode event) {
        return Instant.parse(event.path("timestamp").asText());
    }

    private static String newLog(int from) {
        return node.karaf().log().substring(from);
    }

    private static String url(String code) {
        return "https://example.org/" + code;
    }
}
