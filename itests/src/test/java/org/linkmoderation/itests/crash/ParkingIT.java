package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.linkmoderation.testkit.ScriptedLambda;
import org.linkmoderation.testkit.ScriptedLambda.Step;

/** Executions that wait in a real container: they hold nothing, survive it, and are stopped at once. */
class ParkingIT {
    private static final int CONSUMERS = 8;
    private static final int WAITING = 64;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String URL = "https://example.org/";
    private static final Step THROTTLED = ScriptedLambda.serviceError(429, "TooManyRequestsException", "Rate exceeded");
    private static final Step SAFE = ScriptedLambda.returnsInputWith("safe", "true");

    private static Site site;

    @BeforeAll
    static void start() {
        site = new Site("parking", 1);
        site.node()
                .setting("org.linkmoderation.moderation", "consumers", CONSUMERS)
                .setting("org.linkmoderation.moderation", "retry.interval.seconds", 20)
                .setting("org.linkmoderation.moderation", "retry.backoff.rate", 1);
        site.start();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    void shouldDecideHealthyLinksWhileOthersWait() {
        List<String> waiting = names("throttled", WAITING);
        waiting.forEach(name -> request(name, THROTTLED, SAFE));
        waiting.forEach(name -> await(name, execution -> execution.count("LambdaFunctionFailed") == 1));
        assertThat(site.node()
                        .shellOk("moderation:describe " + waiting.get(WAITING - 1))
                        .output())
                .contains("Waits for")
                .contains("RETRY in CheckSafety (Lambda.TooManyRequestsException), until ");
        Instant sent = Instant.now();
        List<String> healthy = names("healthy", 2 * CONSUMERS);
        healthy.forEach(name -> request(name, SAFE));

        healthy.forEach(name -> await(name, RecordedExecution::isEnded));

        assertThat(Duration.between(sent, Instant.now()))
                .as("all consumers would be held for 20 s, were a retry waited for in them")
                .isLessThan(Duration.ofSeconds(15));
        waiting.forEach(name -> await(name, RecordedExecution::isEnded));
        for (String name : waiting) {
            RecordedExecution execution = find(name);
            assertThat(execution.status()).isEqualTo("SUCCEEDED");
            assertThat(execution.count("ExecutionResumed"))
                    .as("a planned wake is no resumption")
                    .isZero();
            assertThat(site.lambda().calls(name)).hasSize(2);
            execution.checkHistory(3);
        }
    }

    @Test
    void shouldWakeWhatWaitedWhenTheContainerDied() {
        List<String> names = names("killed", CONSUMERS);
        names.forEach(name -> request(name, THROTTLED, SAFE));
        names.forEach(name -> await(name, execution -> execution.count("LambdaFunctionFailed") == 1));

        site.node().kill();
        site.node().launch();
        site.node().awaitReady();

        for (String name : names) {
            await(name, RecordedExecution::isEnded);
            assertThat(find(name).status()).isEqualTo("SUCCEEDED");
            assertThat(site.lambda().calls(name)).hasSize(2);
            find(name).checkHistory(3);
        }
    }

    @Test
    void shouldStopAtOnceWhatWaits() {
        request("stopped", THROTTLED, SAFE);
        await("stopped", execution -> execution.count("LambdaFunctionFailed") == 1);

        site.node().shellOk("moderation:stop stopped --error Operator.Stop --cause 'a test'");

        assertThat(find("stopped").status()).isEqualTo("ABORTED");
        assertThat(site.node().shellOk("moderation:list --status ABORTED").output())
                .contains("stopped");
        assertThat(site.lambda().calls("stopped")).hasSize(1);
    }

    private static List<String> names(String prefix, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> prefix + i).toList();
    }

    private static void request(String name, Step... steps) {
        site.lambda().script(name, steps);
        site.links().putPending(name, URL + name);
        site.messages().request(name, name, URL + name);
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
