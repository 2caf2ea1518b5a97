package org.linkmoderation.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.functionError;
import static org.linkmoderation.testkit.ScriptedLambda.returnsInputWith;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What operators do in the shell, and what a wrong command answers. Lists are walked through in {@code crash.ListIT}.
 */
class ShellIT {

    private static final int COLUMNS = 100;
    private static final String LONG_NAME = "shell-" + "n".repeat(74);

    private static ModerationNode node;

    @BeforeAll
    static void start() {
        node = ModerationNode.shared();
    }

    @Test
    void shouldStartAnExecutionAndShowItsRecordAndItsHistory() {
        node.links().putPending("shell-start", url("shell-start"));

        ShellResult started = shellOk("moderation:start --name shell-start '" + input("shell-start") + "'");
        node.awaitEnd("shell-start");

        assertThat(started.output()).isEqualTo("shell-start");
        assertThat(shellOk("moderation:describe shell-start").output())
                .contains("SUCCEEDED", "CheckSafety   IsSafe   Activate", "Input", "Output");
        JsonNode described = json("moderation:describe --json shell-start");
        assertThat(described.path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(described.path("input").path("code").asText()).isEqualTo("shell-start");
        assertThat(described.path("redriveCount").asInt()).isZero();
        assertThat(shellOk("moderation:history shell-start").output())
                .contains("State", "Entered", "Duration")
                .containsPattern("(?s)CheckSafety +. 20[^\\n]+Z [^\\n]*[0-9] m?s.*IsSafe +. 20.*Activate +. 20");
        assertThat(json("moderation:history --json shell-start").path("trail"))
                .extracting(JsonNode::asText)
                .containsExactly("CheckSafety", "IsSafe", "Activate");
        assertThat(shellOk("moderation:history --events shell-start").output())
                .contains("ExecutionStarted", "LambdaFunctionSucceeded", "ExecutionSucceeded");
        JsonNode events = json("moderation:history --json shell-start --events").path("events");
        assertThat(events.size()).isGreaterThan(10);
        JsonNode exported = json("moderation:export shell-start");
        assertThat(exported.path("events")).isEqualTo(events);
        assertThat(exported.path("status").asText()).isEqualTo("SUCCEEDED");
    }

    @Test
    void shouldGenerateTheNameOfAnExecutionThatIsStartedWithoutOne() {
        node.links().putPending("shell-unnamed", url("shell-unnamed"));

        String name = json("moderation:start '" + input("shell-unnamed") + "' --json")
                .path("name")
                .asText();

        assertThat(name).isNotBlank();
        assertThat(node.awaitEnd(name).path("status").asText()).isEqualTo("SUCCEEDED");
    }

    @Test
    void shouldSayThatEachServiceAnswers() {
        assertFits(shellOk("moderation:status"));
        JsonNode status = json("moderation:status --json");
        assertThat(status.path("ok").asBoolean()).isTrue();
        assertThat(status.path("services")).hasSizeGreaterThanOrEqualTo(4).allSatisfy(service -> {
            assertThat(service.path("ok").asBoolean()).isTrue();
            assertThat(service.path("detail").asText()).isNotBlank();
        });
        assertThat(status.path("services").findValuesAsText("service"))
                .contains(
                        "Camel context moderation",
                        "broker, queue moderation.requests",
                        "DynamoDB, table " + node.links().tables().links(),
                        "DynamoDB, table " + node.links().tables().executions(),
                        "Lambda, function ModerateCheck",
                        "disk, drop folder of moderation");
    }

    @Test
    void shouldNameTheNextPageOfAList() {
        for (String name : List.of("page-1", "page-2")) {
            node.links().putPending(name, url(name));
            node.messages().request(name, name, url(name));
            node.awaitEnd(name);
        }

        String first = shellOk("moderation:list --prefix page- --limit 1").output();

        assertThat(first)
                .contains("page-1", "SUCCEEDED", "There are more: --next-token ")
                .doesNotContain("page-2");
        String token = first.substring(first.lastIndexOf(' ') + 1);
        assertThat(shellOk("moderation:list --prefix page- --limit 1 --next-token '" + token + "'")
                        .output())
                .contains("page-2")
                .doesNotContain("page-1");
    }

    @Test
    void shouldKeepTablesWithinTheColumnsOfATerminal() throws JMSException {
        node.links().putPending("wide", url("wide"));
        node.lambda().script("wide", functionError("States.Timeout", "a long cause ".repeat(500)));
        node.messages().request(LONG_NAME, "wide", url("wide"));
        node.awaitEnd(LONG_NAME);
        node.messages().request(LONG_NAME, "wide", url("other"));
        node.awaitDeadLetter("ExecutionName = '" + LONG_NAME + "'");

        assertFits(shellOk("moderation:list"));
        assertFits(shellOk("moderation:list --prefix " + LONG_NAME));
        assertFits(shellOk("moderation:history " + LONG_NAME));
        assertFits(shellOk("moderation:history --events " + LONG_NAME));
        assertFits(shellOk("moderation:dead-letters"));
        assertFits(shellOk("moderation:status"));
    }

    @Test
    void shouldStopAnExecutionAndLetARedriveGoOnWithIt() {
        node.links().putPending("stopped", url("stopped"));
        CountDownLatch release = new CountDownLatch(1);
        node.lambda()
                .script(
                        "stopped",
                        returnsInputWith("safe", "true")
                                .after(() ->
                                        release.await(ModerationNode.CHECK_SAFETY_TIMEOUT_SECONDS, TimeUnit.SECONDS)),
                        returnsInputWith("safe", "true"));
        node.messages().request("stopped", "stopped", url("stopped"));
        node.karaf()
                .await(
                        "the call",
                        ModerationNode.EXECUTION,
                        () -> node.lambda().calls("stopped").size() == 1);

        ShellResult refused = node.karaf().shell("moderation:delete stopped");
        ShellResult stopped = shellOk("moderation:stop stopped --error Operator.Stop --cause 'not \"today\"'");
        release.countDown();

        assertRefused(refused, "'stopped' is running");
        assertThat(stopped.output()).contains("ABORTED");
        JsonNode aborted = json("moderation:describe stopped --json");
        assertThat(aborted.path("status").asText()).isEqualTo("ABORTED");
        assertThat(aborted.path("error").asText()).isEqualTo("Operator.Stop");
        assertThat(aborted.path("cause").asText()).isEqualTo("not \"today\"");
        assertRefused(node.karaf().shell("moderation:stop stopped"), "has ended already", "ABORTED");
        node.karaf()
                .await(
                        "the end of the run that was stopped",
                        ModerationNode.EXECUTION,
                        () -> node.messages()
                                .browse(Messages.REQUESTS, "ExecutionName = 'stopped'")
                                .isEmpty());
        assertThat(node.links().status("stopped"))
                .as("link of a stopped execution")
                .isEqualTo("pending");

        assertThat(json("moderation:redrive --json stopped").path("name").asText())
                .isEqualTo("stopped");
        node.karaf()
                .await(
                        "the end of the redrive",
                        ModerationNode.EXECUTION,
                        () -> node.export("stopped").path("status").asText().equals("SUCCEEDED"));
        JsonNode redriven = node.export("stopped");
        assertThat(redriven.path("redriveCount").asInt()).isEqualTo(1);
        assertThat(redriven.path("events"))
                .extracting(event -> event.path("type").asText())
                .containsSubsequence("ExecutionStarted", "ExecutionAborted", "ExecutionRedriven", "ExecutionSucceeded");
        assertThat(node.links().status("stopped")).isEqualTo("active");
        assertRefused(node.karaf().shell("moderation:redrive stopped"), "SUCCEEDED");
    }

    @Test
    void shouldDeleteAnExecutionThatHasEndedAndFreeItsName() {
        node.links().putPending("deleted", url("deleted"));
        node.messages().request("deleted", "deleted", url("deleted"));
        node.awaitEnd("deleted");

        assertThat(shellOk("moderation:delete deleted").output()).isEqualTo("deleted deleted");

        assertRefused(node.karaf().shell("moderation:describe deleted"), "There is no execution 'deleted'");
        assertThat(json("moderation:list --json --prefix deleted").path("executions"))
                .isEmpty();
        node.links().putPending("deleted", url("deleted"));
        node.messages().request("deleted", "deleted", url("deleted"));
        assertThat(node.awaitEnd("deleted").path("status").asText()).isEqualTo("SUCCEEDED");
    }

    @Test
    void shouldListADeadLetterAndSendItAgain() throws JMSException {
        node.links().putPending("again", url("again"));
        node.messages().request("again", "again", url("again"));
        node.awaitEnd("again");
        node.messages().request("again", "again", url("again"));
        Message letter = node.awaitDeadLetter("ExecutionName = 'again'");
        String id = letter.getJMSMessageID();

        assertThat(json("moderation:dead-letters --json --limit 400").path("deadLetters"))
                .anySatisfy(each -> {
                    assertThat(each.path("id").asText()).isEqualTo(id);
                    assertThat(each.path("executionName").asText()).isEqualTo("again");
                    assertThat(each.path("reason").asText()).contains("ExecutionAlreadyExists");
                    assertThat(each.path("text").asText()).isEqualTo(input("again"));
                });
        shellOk("moderation:delete again");
        node.links().putPending("again", url("again"));
        shellOk("moderation:dead-letters --resend '" + id + "'");

        assertThat(node.awaitEnd("again").path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(node.messages().browse(Messages.DEAD_LETTERS, "ExecutionName = 'again'"))
                .isEmpty();
        assertRefused(node.karaf().shell("moderation:dead-letters --resend '" + id + "'"), "There is no dead letter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"describe", "history", "history --events", "export", "stop", "redrive", "delete"})
    void shouldSayThatThereIsNoSuchExecution(String command) {
        assertRefused(
                node.karaf().shell("moderation:" + command + " no-such-execution"),
                "There is no execution 'no-such-execution' of state machine 'moderation'");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "moderation:start nonsense                              | not JSON",
                "moderation:start '{\"code\":\"a\"}'                    | no 'url'",
                "moderation:start --name 'a b' '{\"code\":\"a\",\"url\":\"u\"}' | ExecutionName is 'a b'",
                "moderation:start --state-machine domains '{}'                | No state machine 'domains'",
                "moderation:list --status DONE                          | --status is 'DONE'; expected one of",
                "moderation:list --limit 0                              | The limit is 0; expected 1 to 1000",
                "moderation:list --from yesterday                       | --from is 'yesterday'; expected a date",
                "moderation:list --no-such-option                       | --no-such-option",
                "moderation:describe                                    | name",
                "moderation:describe a b                                | Too many arguments specified: b",
                "moderation:describe a --no-such-option                 | Undefined option: --no-such-option",
                "moderation:stop a --cause                              | Missing value for option: --cause",
                "moderation:dead-letters --resend nonsense              | not the id of a message",
                "moderation:dead-letters --state-machine domains              | No state machine 'domains'"
            })
    void shouldAnswerAWrongCommandWithASentence(String command, String sentence) {
        assertRefused(node.karaf().shell(command), sentence);
    }

    private static void assertRefused(ShellResult result, String... words) {
        assertThat(result.exitStatus()).as(result.toString()).isNotZero();
        assertThat(result.output())
                .contains(words)
                .doesNotContain("\tat ")
                .doesNotContain("java.")
                .doesNotContain("NullPointerException");
        assertThat(result.output().lines()).as(result.toString()).hasSizeLessThanOrEqualTo(2);
    }

    private static void assertFits(ShellResult result) {
        assertThat(result.output().lines())
                .as(result.toString())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(COLUMNS));
    }

    private static ShellResult shellOk(String command) {
        return node.karaf().shellOk(command);
    }

    private static JsonNode json(String command) {
        return shellOk(command).json();
    }

    private static String input(String code) {
        return "{\"code\":\"" + code + "\",\"url\":\"" + url(code) + "\"}";
    }

    private static String url(String code) {
        return "https://example.org/" + code;
    }
}
