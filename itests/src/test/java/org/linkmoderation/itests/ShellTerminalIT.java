package org.linkmoderation.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.serviceError;

import java.io.IOException;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The commands as a person at a terminal has them: completed, coloured, and followed until Ctrl-C. */
class ShellTerminalIT {
    private static final String GREEN = "\u001B[32m";

    private static ModerationNode node;

    @BeforeAll
    static void start() {
        node = ModerationNode.shared();
        moderate("terminal-one");
    }

    @Test
    void shouldCompleteStateMachinesExecutionsStatusesAndFormats() throws IOException {
        try (KarafTerminal terminal = terminal()) {
            assertCompletes(terminal, "moderation:describe terminal-o\t", "CheckSafety   IsSafe   Activate");
            assertCompletes(terminal, "moderation:describe -m moder\t terminal-o\t", "CheckSafety   IsSafe   Activate");
            assertCompletes(terminal, "moderation:list --prefix terminal-one --status SUCC\t", "terminal-one");
            assertCompletes(terminal, "moderation:definition --format mer\t", "stateDiagram-v2");
        }
    }

    @Test
    void shouldCompleteNoNameForWhoMayNotLook() throws IOException {
        String secret = node.karaf().user("terminal-nobody", "ssh");
        node.karaf()
                .await(
                        "the user",
                        ModerationNode.EXECUTION,
                        () -> !node.karaf()
                                .shell("terminal-nobody", secret, "moderation:list")
                                .succeeded());
        try (KarafTerminal terminal = node.karaf().terminal("terminal-nobody", secret)) {
            terminal.type("moderation:describe terminal-\t\r");
            assertThat(terminal.await("the answer", text -> text.contains("Command not found")))
                    .doesNotContain("terminal-one");
        }
    }

    @Test
    void shouldColourAStatusAtATerminalAndNotInAPipe() throws IOException {
        try (KarafTerminal terminal = terminal()) {
            terminal.type("moderation:list --prefix terminal-one\r");
            terminal.await("a green status", text -> text.contains(GREEN + "SUCCEEDED"));

            terminal.type("moderation:list --prefix terminal-one | tac\r");
            assertThat(terminal.await("the list", text -> text.contains("SUCCEEDED")))
                    .doesNotContain(GREEN + "SUCCEEDED");
        }
        assertThat(node.karaf().shellOk("moderation:list --prefix terminal-one").output())
                .contains("SUCCEEDED")
                .doesNotContain("\u001B");
    }

    @Test
    void shouldFollowAnExecutionUntilItEndsOrCtrlC() throws IOException {
        String name = "terminal-watched";
        node.links().putPending(name, url(name));
        // The service counts as unavailable, so the execution waits
        node.lambda().script(name, serviceError(400, "ExpiredTokenException", "The security token has expired"));
        node.messages().request(name, name, url(name));
        node.karaf()
                .await(
                        "the execution " + name,
                        ModerationNode.EXECUTION,
                        () -> node.karaf().shell("moderation:describe " + name).succeeded());
        try (KarafTerminal terminal = terminal()) {
            terminal.type("moderation:watch " + name + "\r");
            terminal.await("the first events", text -> text.contains("ExecutionStarted"));
            terminal.await("what it waits for", text -> text.contains("waits for SERVICE_UNAVAILABLE"));
            terminal.type(KarafTerminal.CTRL_C);
            terminal.type("moderation:definition --format mermaid\r");
            terminal.await("the answer of the next command", text -> text.contains("stateDiagram-v2"));
        }
        node.karaf().shellOk("moderation:stop " + name);

        ShellResult stopped = node.karaf().shell("moderation:watch " + name);
        assertThat(stopped.exitStatus()).isNotZero();
        assertThat(stopped.output()).contains("ExecutionAborted", "has status ABORTED");
        assertThat(node.karaf().shellOk("moderation:watch terminal-one").output())
                .contains("ExecutionStarted", "ExecutionSucceeded", "SUCCEEDED");
        assertThat(node.karaf().shell("moderation:watch no-such").output()).contains("There is no execution 'no-such'");
    }

    @Test
    void shouldShowTheDefinition() {
        assertThat(node.karaf()
                        .shellOk("moderation:definition")
                        .json()
                        .path("StartAt")
                        .asText())
                .isEqualTo("CheckSafety");
        assertThat(node.karaf()
                        .shellOk("moderation:definition --format mermaid")
                        .output())
                .startsWith("stateDiagram-v2")
                .contains("state \"CheckSafety\" as s1", "[*] --> s1");
        assertThat(node.karaf().shell("moderation:definition --format dot").output())
                .contains("--format is 'dot'; expected one of [asl, mermaid]");
    }

    /** What is completed is a command that works. */
    private static void assertCompletes(KarafTerminal terminal, String typed, String answer) {
        terminal.type(typed + "\r");
        Predicate<String> isAnswered = text -> text.lines().skip(1).anyMatch(line -> line.contains(answer));
        terminal.await(answer + " after " + typed, isAnswered);
    }

    private static KarafTerminal terminal() {
        return node.karaf().terminal();
    }

    private static void moderate(String name) {
        node.links().putPending(name, url(name));
        node.messages().request(name, name, url(name));
        node.awaitEnd(name);
    }

    private static String url(String code) {
        return "https://example.org/" + code;
    }
}
