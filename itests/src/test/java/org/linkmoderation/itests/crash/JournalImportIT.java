package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.returnsInputWith;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.ModerationNode;
import org.linkmoderation.itests.ShellResult;
import org.linkmoderation.testkit.ScriptedLambda;

/** A container whose executions move from DynamoDB to an H2 database, and back. */
class JournalImportIT {
    private static final String JOURNAL = "org.linkmoderation.journal";

    private static ModerationNode node;
    private static KarafNode karaf;

    @BeforeAll
    static void start() {
        node = new ModerationNode("import");
        karaf = node.karaf();
        JournalDataSource.h2(karaf)
                .setting("org.linkmoderation.moderation", "retry.interval.seconds", 3_600)
                .start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void chooseDynamoDb() {
        choose("dynamodb");
    }

    @Test
    void shouldShowTheSameExecutionsAfterTheyHaveMovedAndMovedBack() {
        request("safe", "true");
        request("unsafe", "false");
        request("other", "true");
        node.messages().request("failed", "no-such-link", url("failed"));
        List<String> names = List.of("safe", "unsafe", "other", "failed");
        names.forEach(node::awaitEnd);
        karaf.shellOk("moderation:redrive failed");
        karaf.await(
                "the end of the redrive",
                ModerationNode.EXECUTION,
                () -> node.export("failed").path("redriveCount").asInt() == 1
                        && node.export("failed").path("status").asText().equals("FAILED"));
        Map<String, String> before = shown(names);
        assertRefused(
                "moderation:import-journal dynamodb",
                "The journal 'dynamodb' is the one that etc/org.linkmoderation.journal.cfg chooses");

        choose("jdbc");
        assertThat(karaf.shellOk("moderation:list").output()).contains("No executions");
        assertImported("dynamodb", "4 copied, 0 there already, 0 deleted here, 0 in conflict");
        assertThat(shown(names)).isEqualTo(before);
        assertImported("dynamodb", "0 copied, 4 there already, 0 deleted here, 0 in conflict");

        request("later", "true");
        node.awaitEnd("later");
        Map<String, String> later = shown(List.of("later"));
        karaf.shellOk("moderation:delete unsafe");
        assertImported("dynamodb", "0 copied, 3 there already, 1 deleted here, 0 in conflict");

        choose("dynamodb");
        assertImported("jdbc", "1 copied, 3 there already, 0 deleted here, 0 in conflict");
        assertThat(shown(List.of("later"))).isEqualTo(later);
        assertThat(shown(names)).isEqualTo(before);
    }

    @Test
    void shouldRefuseWhileAnExecutionHasNotEndedInTheOtherJournal() {
        choose("jdbc");
        node.links().putPending("waits", url("waits"));
        node.lambda().script("waits", ScriptedLambda.serviceError(429, "TooManyRequestsException", "Rate exceeded"));
        node.messages().request("waits", "waits", url("waits"));
        karaf.await(
                "the wait for the retry",
                ModerationNode.EXECUTION,
                () -> karaf.shell("moderation:describe waits").output().contains("RETRY"));

        choose("dynamodb");
        assertRefused(
                "moderation:import-journal jdbc",
                "An execution of state machine 'moderation' has not ended in the journal 'jdbc'");

        choose("jdbc");
        karaf.shellOk("moderation:stop waits");
        choose("dynamodb");
        assertThat(karaf.shellOk("moderation:import-journal jdbc").output()).contains("0 in conflict");
        assertThat(node.export("waits").path("status").asText()).isEqualTo("ABORTED");
        karaf.shellOk("moderation:delete waits");
        choose("jdbc");
        karaf.shellOk("moderation:delete waits");
    }

    private static void request(String name, String safe) {
        node.links().putPending(name, url(name));
        node.lambda().script(name, returnsInputWith("safe", safe));
        node.messages().request(name, name, url(name));
    }

    private static void choose(String journal) {
        karaf.setting(JOURNAL, "journal", journal);
        karaf.await("journal " + journal, ModerationNode.EXECUTION, () -> {
            ShellResult status = karaf.shell("moderation:status --json");
            return status.succeeded()
                    && status.output().contains("Journal, data source link-moderation") == journal.equals("jdbc");
        });
    }

    private static void assertImported(String from, String line) {
        assertThat(karaf.shellOk("moderation:import-journal " + from).output()).isEqualTo(line);
    }

    private static void assertRefused(String command, String sentence) {
        ShellResult result = karaf.shell(command);
        assertThat(result.succeeded()).isFalse();
        assertThat(result.output()).contains(sentence).doesNotContain("\tat ");
    }

    /** What the commands show of executions. */
    private static Map<String, String> shown(List<String> names) {
        Map<String, String> shown = new LinkedHashMap<>();
        for (String name : names) {
            for (String command : List.of("describe", "history", "history --events", "export")) {
                shown.put(
                        command + " " + name,
                        karaf.shellOk("moderation:" + command + " " + name).output());
            }
        }
        return shown;
    }

    private static String url(String code) {
        return "https://example.org/" + code;
    }
}
