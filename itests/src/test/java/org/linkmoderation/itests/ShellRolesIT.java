package org.linkmoderation.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.returnsInputWith;

import jakarta.jms.JMSException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users of each role may do in the shell; the roles over JMX are in {@code hawtio.ExecutionsOverJmxIT}. */
class ShellRolesIT {
    private static final String SEEN = "roles-seen";

    private static ModerationNode node;
    private static String viewer;
    private static String manager;

    @BeforeAll
    static void start() {
        node = ModerationNode.shared();
        viewer = node.karaf().user("shell-viewer", "viewer,ssh");
        manager = node.karaf().user("shell-manager", "manager,viewer,ssh");
        node.karaf()
                .await(
                        "the users",
                        ModerationNode.EXECUTION,
                        () -> asViewer("moderation:status").succeeded()
                                && asManager("moderation:status").succeeded());
        node.links().putPending(SEEN, url(SEEN));
        node.messages().request(SEEN, SEEN, url(SEEN));
        node.awaitEnd(SEEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list --prefix " + SEEN,
                "describe " + SEEN,
                "history --events " + SEEN,
                "watch " + SEEN,
                "definition",
                "definition --format mermaid",
                "export " + SEEN,
                "status --json",
                "dead-letters",
                "dead-letters --limit 5 --json"
            })
    void shouldLetAViewerLook(String command) {
        ShellResult result = asViewer("moderation:" + command);

        assertThat(result.succeeded()).as(result.toString()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "start --name roles-refused '{\"code\":\"roles-refused\",\"url\":\"https://example.org/roles-refused\"}'",
                "stop " + SEEN,
                "redrive " + SEEN,
                "resolve --state RefundCharge --reason paid " + SEEN,
                "delete " + SEEN,
                "import-journal jdbc",
                "review",
                "review --approve " + SEEN,
                "review --reject " + SEEN + " --reason no",
                "dead-letters -r ID:1",
                "dead-letters --resend ID:1",
                "dead-letters --limit 5 --resend=ID:1",
                "dead-letters --resend \"ID:1\n\""
            })
    void shouldRefuseAViewerWhatChangesSomething(String command) {
        assertIsRefused(asViewer("moderation:" + command));
        assertThat(node.karaf().shell("moderation:describe roles-refused").output())
                .contains("There is no execution");
        assertThat(node.karaf().shellOk("moderation:describe " + SEEN).output()).contains("SUCCEEDED");
    }

    @Test
    void shouldLetAManagerStartStopAndRedriveAndNotDelete() {
        String name = "roles-managed";
        CountDownLatch release = new CountDownLatch(1);
        node.links().putPending(name, url(name));
        node.lambda()
                .script(
                        name,
                        returnsInputWith("safe", "true")
                                .after(() ->
                                        release.await(ModerationNode.CHECK_SAFETY_TIMEOUT_SECONDS, TimeUnit.SECONDS)),
                        returnsInputWith("safe", "true"));

        assertDone(asManager(
                "moderation:start --name " + name + " '{\"code\":\"" + name + "\",\"url\":\"" + url(name) + "\"}'"));
        node.karaf()
                .await(
                        "the call",
                        ModerationNode.EXECUTION,
                        () -> node.lambda().calls(name).size() == 1);
        assertDone(asManager("moderation:stop " + name));
        release.countDown();
        node.karaf()
                .await(
                        "the end of the run that was stopped",
                        ModerationNode.EXECUTION,
                        () -> node.messages()
                                .browse(Messages.REQUESTS, "ExecutionName = '" + name + "'")
                                .isEmpty());
        assertDone(asManager("moderation:redrive " + name));
        node.karaf()
                .await(
                        "the end of the redrive",
                        ModerationNode.EXECUTION,
                        () -> node.export(name).path("status").asText().equals("SUCCEEDED"));

        assertIsRefused(asManager("moderation:delete " + name));
        assertIsRefused(asManager("moderation:import-journal jdbc"));
        assertDone(node.karaf().shell("moderation:delete " + name));
    }

    @Test
    void shouldLetAManagerSendADeadLetterAgain() throws JMSException {
        String name = "roles-again";
        node.links().putPending(name, url(name));
        node.messages().request(name, name, url(name));
        node.awaitEnd(name);
        node.messages().request(name, name, url(name));
        String letter = node.awaitDeadLetter("ExecutionName = '" + name + "'").getJMSMessageID();

        assertIsRefused(asViewer("moderation:dead-letters --resend '" + letter + "'"));
        assertThat(node.messages().browse(Messages.DEAD_LETTERS, "ExecutionName = '" + name + "'"))
                .hasSize(1);
        assertDone(asManager("moderation:dead-letters --resend '" + letter + "'"));
        assertThat(asManager("moderation:resolve --state RefundCharge --reason paid " + SEEN)
                        .output())
                .as("the command's own answer")
                .contains("has status SUCCEEDED; expected IN_DOUBT");
    }

    /** As docs/security.md has it for who keeps passwords in files. */
    @Test
    void shouldShowSettingsToAnAdministratorOnlyWhereTheFileOfKarafSaysSo() {
        String password = node.karaf().setting("org.linkmoderation.broker", "password");
        String file = "org.apache.karaf.command.acl.config";
        node.karaf()
                .setting(file, "list", "admin")
                .setting(file, "property-list", "admin")
                .setting(file, "property-get", "admin");
        node.karaf()
                .await(
                        "the file to be read",
                        ModerationNode.EXECUTION,
                        () -> !asViewer("config:list").succeeded());

        assertIsRefused(asViewer("config:list"));
        assertIsRefused(asManager("config:property-list --pid org.linkmoderation.broker"));
        assertIsRefused(asManager("config:property-get --pid org.linkmoderation.broker password"));
        assertThat(node.karaf()
                        .shellOk("config:property-list --pid org.linkmoderation.broker")
                        .output())
                .contains(password);
    }

    private static void assertDone(ShellResult result) {
        assertThat(result.succeeded()).as(result.toString()).isTrue();
    }

    private static void assertIsRefused(ShellResult result) {
        assertThat(result.exitStatus()).as(result.toString()).isNotZero();
        assertThat(result.output()).containsAnyOf("Command not found", "Insufficient credentials");
    }

    private static ShellResult asViewer(String command) {
        return node.karaf().shell("shell-viewer", viewer, command);
    }

    private static ShellResult asManager(String command) {
        return node.karaf().shell("shell-manager", manager, command);
    }

    private static String url(String code) {
        return "https://example.org/" + code;
    }
}
