package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.ShellResult;
import org.linkmoderation.testkit.ScriptedLambda;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stop and redrive in each status. The table of what came of each is in {@code target/stop-and-redrive.txt}. */
class StopAndRedriveIT {

    private static final Logger LOG = LoggerFactory.getLogger(StopAndRedriveIT.class);
    private static final List<String> TABLE = new ArrayList<>();
    private static final String URL = "https://example.com/";
    private static final ScriptedLambda.Step SAFE = ScriptedLambda.returnsInputWith("safe", "true");
    private static final ScriptedLambda.Step ERROR = ScriptedLambda.functionError("ListsUnavailable", "for now");

    private static Site site;

    @BeforeAll
    static void start() {
        site = Site.shared();
    }

    @AfterAll
    static void writeTable() throws IOException {
        String table =
                row("status", "command", "status after", "trail", "answer") + "\n" + String.join("\n", TABLE) + "\n";
        Files.writeString(KarafNode.MODULE.resolve("target/stop-and-redrive.txt"), table);
        LOG.info("Stop and redrive\n{}", table);
    }

    @Test
    void shouldStopARunThatWaitsForItsRetry() {
        request("sr-wait", ERROR);
        await("three failures", "sr-wait", execution -> execution.count("LambdaFunctionFailed") == 3);
        note("RUNNING, retry wait", "stop", "sr-wait", stop("sr-wait"), true);
        awaitAcknowledged();
        RecordedExecution execution = find("sr-wait");
        assertThat(execution.status()).isEqualTo("ABORTED");
        assertThat(execution.events().get(execution.events().size() - 1).details())
                .containsEntry("error", "Operator.Stop")
                .containsEntry("cause", "a test");
        assertThat(site.lambda().calls("sr-wait")).as("scans").hasSize(3);
        assertThat(site.links().status("sr-wait")).isEqualTo("pending");
        execution.checkHistory(3);
    }

    @Test
    void shouldStopARunWhoseScanIsInFlight() {
        CountDownLatch release = new CountDownLatch(1);
        request("sr-flight", blocked(release));
        await(
                "the call",
                "sr-flight",
                execution -> !site.lambda().calls("sr-flight").isEmpty());
        note("RUNNING, call in flight", "stop", "sr-flight", stop("sr-flight"), true);
        release.countDown();
        awaitAcknowledged();
        RecordedExecution execution = find("sr-flight");
        assertThat(execution.status()).isEqualTo("ABORTED");
        assertThat(execution.trail()).containsExactly("CheckSafety");
        assertThat(site.links().status("sr-flight")).isEqualTo("pending");
        execution.checkHistory(3);

        site.lambda().script("sr-flight", SAFE);
        note("ABORTED", "stop", "sr-flight", stop("sr-flight"), false);
        note("ABORTED", "redrive", "sr-flight", redrive("sr-flight"), true);
        RecordedExecution redriven = awaitEnd("sr-flight", "SUCCEEDED");
        noteEnd("ABORTED", "redrive, ended", redriven);
        assertThat(redriven.trail()).containsExactly("CheckSafety", "IsSafe", "Activate");
        assertThat(redriven.redriveCount()).isEqualTo(1);
        assertThat(redriven.expiresAt())
                .as("expires 90 days after its end")
                .isEqualTo(redriven.stopDate().plus(Duration.ofDays(90)).getEpochSecond());
        assertDecidedOnce("sr-flight");
    }

    @Test
    void shouldNotRedriveARunInFlight() {
        CountDownLatch release = new CountDownLatch(1);
        request("sr-running", blocked(release));
        await(
                "the call",
                "sr-running",
                execution -> !site.lambda().calls("sr-running").isEmpty());
        note("RUNNING, call in flight", "redrive", "sr-running", redrive("sr-running"), false);
        release.countDown();
        awaitEnd("sr-running", "SUCCEEDED");
    }

    @Test
    void shouldRefuseBothWhenSucceeded() {
        request("sr-done", SAFE);
        awaitEnd("sr-done", "SUCCEEDED");
        note("SUCCEEDED", "stop", "sr-done", stop("sr-done"), false);
        note("SUCCEEDED", "redrive", "sr-done", redrive("sr-done"), false);
        assertThat(find("sr-done").redriveCount()).isZero();
    }

    @Test
    void shouldRedriveAtTheFailedState() {
        site.lambda().script("sr-failed", SAFE);
        site.messages().request("sr-failed", "sr-failed", URL + "sr-failed"); // there is no such link
        awaitEnd("sr-failed", "FAILED");
        note("FAILED", "stop", "sr-failed", stop("sr-failed"), false);
        site.links().putPending("sr-failed", URL + "sr-failed");
        note("FAILED", "redrive", "sr-failed", redrive("sr-failed"), true);
        RecordedExecution redriven = awaitEnd("sr-failed", "SUCCEEDED");
        noteEnd("FAILED", "redrive, ended", redriven);
        assertThat(redriven.trail()).containsExactly("CheckSafety", "IsSafe", "Activate");
        assertThat(site.lambda().calls("sr-failed")).as("scans").hasSize(1);
        assertDecidedOnce("sr-failed");
    }

    @Test
    void shouldRedriveWhatTimedOut() {
        site.change("timeout.seconds", "3"); // the waits between four calls take longer
        try {
            request("sr-time", ERROR);
            awaitEnd("sr-time", "TIMED_OUT");
        } finally {
            site.change("timeout.seconds", "86400");
        }
        note("TIMED_OUT", "stop", "sr-time", stop("sr-time"), false);
        site.lambda().script("sr-time", ERROR, SAFE);
        note("TIMED_OUT", "redrive", "sr-time", redrive("sr-time"), true);
        RecordedExecution redriven = awaitEnd("sr-time", "SUCCEEDED");
        noteEnd("TIMED_OUT", "redrive, ended", redriven);
        assertThat(redriven.count("ExecutionTimedOut")).isEqualTo(1);
        assertDecidedOnce("sr-time");
    }

    @Test
    void shouldSayThatThereIsNoSuchExecution() {
        note("none of that name", "stop", "sr-nobody", stop("sr-nobody"), false);
        note("none of that name", "redrive", "sr-nobody", redrive("sr-nobody"), false);
        assertThat(RecordedExecution.find(site.links(), "sr-nobody")).isEmpty();
    }

    @Test
    void shouldRedriveOnceWhenTwoAskAtOnce() {
        site.lambda().script("sr-twice", SAFE);
        site.messages().request("sr-twice", "sr-twice", URL + "sr-twice");
        awaitEnd("sr-twice", "FAILED");
        site.links().putPending("sr-twice", URL + "sr-twice");
        CompletableFuture<ShellResult> other = CompletableFuture.supplyAsync(() -> redrive("sr-twice"));
        ShellResult one = redrive("sr-twice");
        ShellResult two = other.join();
        RecordedExecution redriven = awaitEnd("sr-twice", "SUCCEEDED");
        awaitAcknowledged();
        noteEnd("FAILED", "two redrives at once", find("sr-twice"));
        assertThat(List.of(one, two)).as("at least one was taken").anyMatch(ShellResult::succeeded);
        assertThat(redriven.redriveCount()).isEqualTo(1);
        assertThat(find("sr-twice")).isEqualTo(redriven);
        assertDecidedOnce("sr-twice");
    }

    @Test
    void shouldTakeARedeliveredRedriveAsTheSameOne() {
        request("sr-again", blocked(new CountDownLatch(1)));
        await(
                "the call",
                "sr-again",
                execution -> !site.lambda().calls("sr-again").isEmpty());
        assertThat(stop("sr-again").succeeded()).isTrue();
        awaitAcknowledged();
        site.lambda().script("sr-again", SAFE);
        for (int i = 0; i < 3; i++) {
            site.messages()
                    .send(
                            Messages.REQUESTS,
                            "{}",
                            Map.of("ExecutionName", "sr-again", "RequestId", "sr-again-redrive", "Redrive", "true"));
        }
        RecordedExecution redriven = awaitEnd("sr-again", "SUCCEEDED");
        awaitAcknowledged();
        noteEnd("ABORTED", "one redrive, sent 3 times", find("sr-again"));
        assertThat(redriven.redriveCount()).isEqualTo(1);
        assertThat(find("sr-again")).isEqualTo(redriven);
        assertDecidedOnce("sr-again");
    }

    @Test
    void shouldResumeARedriveThatACrashCutOff() {
        request("sr-crash", blocked(new CountDownLatch(1)));
        await(
                "the call",
                "sr-crash",
                execution -> !site.lambda().calls("sr-crash").isEmpty());
        assertThat(stop("sr-crash").succeeded()).isTrue();
        awaitAcknowledged();
        CountDownLatch killed = new CountDownLatch(1);
        site.lambda().script("sr-crash", blocked(killed), SAFE);
        assertThat(redrive("sr-crash").succeeded()).isTrue();
        await(
                "the call of the redrive",
                "sr-crash",
                execution -> execution.redriveCount() == 1
                        && !execution.isEnded()
                        && site.lambda().calls("sr-crash").size() == 1);
        site.node().kill();
        killed.countDown();
        site.node().start();
        RecordedExecution redriven = awaitEnd("sr-crash", "SUCCEEDED");
        noteEnd("ABORTED", "redrive, kill -9, start", redriven);
        assertThat(redriven.redriveCount()).isEqualTo(1);
        assertThat(redriven.count("ExecutionResumed")).isEqualTo(1);
        assertDecidedOnce("sr-crash");
    }

    private static ScriptedLambda.Step blocked(CountDownLatch release) {
        return SAFE.after(release::await);
    }

    private static void request(String name, ScriptedLambda.Step... script) {
        site.lambda().script(name, script);
        site.links().putPending(name, URL + name);
        site.messages().request(name, name, URL + name);
    }

    private static ShellResult stop(String name) {
        return site.node().shell("moderation:stop --error Operator.Stop --cause \"a test\" " + name);
    }

    private static ShellResult redrive(String name) {
        return site.node().shell("moderation:redrive " + name);
    }

    private static RecordedExecution find(String name) {
        return RecordedExecution.find(site.links(), name).orElseThrow();
    }

    private static RecordedExecution awaitEnd(String name, String status) {
        await("status " + status, name, execution -> execution.status().equals(status));
        RecordedExecution execution = find(name);
        execution.checkHistory(3);
        return execution;
    }

    private static void await(String what, String name, java.util.function.Predicate<RecordedExecution> condition) {
        try {
            Awaitility.await(what + " of " + name)
                    .atMost(Duration.ofSeconds(60))
                    .pollDelay(Duration.ZERO)
                    .ignoreExceptions()
                    .until(() -> condition.test(find(name)));
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw site.node()
                    .failure("Waited in vain for " + what + ": " + RecordedExecution.find(site.links(), name), e);
        }
    }

    /** All that was sent is done with. */
    private static void awaitAcknowledged() {
        Awaitility.await("an empty queue")
                .atMost(Duration.ofSeconds(30))
                .until(() -> site.messages().count(Messages.REQUESTS) == 0);
    }

    private static void assertDecidedOnce(String code) {
        assertThat(site.links().item(code).get("decisions").n()).isEqualTo("1");
        assertThat(site.links().status(code)).isEqualTo("active");
    }

    private static void note(String status, String command, String name, ShellResult answer, boolean taken) {
        TABLE.add(row(
                status,
                command,
                RecordedExecution.find(site.links(), name)
                        .map(RecordedExecution::status)
                        .orElse("-"),
                RecordedExecution.find(site.links(), name)
                        .map(each -> String.join(" ", each.trail()))
                        .orElse("-"),
                answer.output().replaceAll("\\s+", " ")));
        assertThat(answer.succeeded()).as(answer.toString()).isEqualTo(taken);
        assertThat(answer.output()).as("one sentence").isNotBlank().doesNotContain("Exception:");
    }

    private static void noteEnd(String status, String command, RecordedExecution execution) {
        TABLE.add(row(
                status,
                command,
                execution.status(),
                String.join(" ", execution.trail()),
                "redriveCount " + execution.redriveCount()));
    }

    private static String row(String status, String command, String after, String trail, String answer) {
        return String.format(Locale.ROOT, "%-24s %-26s %-12s %-28s %s", status, command, after, trail, answer);
    }
}
