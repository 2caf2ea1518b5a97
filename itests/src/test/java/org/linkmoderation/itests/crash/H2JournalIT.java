package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.ModerationNode;
import org.linkmoderation.itests.ShellResult;
import org.linkmoderation.testkit.ScriptedLambda;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** A container whose journal is an H2 database in a file of its own, killed as {@code kill -9} does. */
class H2JournalIT {
    private static final String JOURNAL = "org.linkmoderation.journal";
    private static final String URL = "https://example.com/";
    private static final int EXECUTIONS = 30;
    private static final int KILLS = 3;

    private static ModerationNode node;

    @BeforeAll
    static void start() {
        node = new ModerationNode("h2");
        JournalDataSource.h2(node.karaf()).setting(JOURNAL, "journal", "jdbc").start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void shouldFinishEachExecutionOnceWhenTheContainerIsKilled() {
        List<String> names = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            for (int i = 0; i < EXECUTIONS; i++) {
                String name = "h2-" + kill + "-" + i;
                names.add(name);
                node.links().putPending(name, URL + name);
                node.lambda().script(name, ScriptedLambda.returnsInputWith("safe", i % 2 == 0 ? "true" : "false"));
                node.messages()
                        .send(
                                Messages.REQUESTS,
                                "{\"code\":\"" + name + "\",\"url\":\"" + URL + name + "\"}",
                                Map.of("ExecutionName", name));
            }
            String last = "h2-" + kill + "-";
            node.karaf()
                    .await(
                            "some decisions",
                            Duration.ofSeconds(60),
                            () -> names.stream()
                                            .filter(name -> name.startsWith(last))
                                            .filter(name -> !"pending"
                                                    .equals(node.links().status(name)))
                                            .count()
                                    >= 5);
            node.karaf().kill();
            node.karaf().start();
        }

        for (String name : names) {
            RecordedExecution execution = RecordedExecution.ofExport(node.awaitEnd(name));
            assertThat(execution.status()).as(execution.toString()).isEqualTo("SUCCEEDED");
            execution.checkHistory(3);
            assertThat(node.links().item(name).get("decisions").n()).isEqualTo("1");
            assertThat(node.links().attribute(name, "moderatedBy")).isEqualTo(name);
        }
        assertThat(node.karaf().shellOk("moderation:status").output())
                .contains("Journal, data source link-moderation")
                .contains("H2 ");
        assertThatThrownBy(() -> node.links()
                        .client()
                        .describeTable(request ->
                                request.tableName(node.links().tables().executions())))
                .as("the journal of DynamoDB is not needed")
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void shouldSayWhichDataSourceIsMissingAndGoOnWhenItIsThere() {
        KarafNode karaf = node.karaf();
        karaf.setting(JOURNAL, "datasource", "nowhere");
        karaf.await("the missing data source", Duration.ofSeconds(60), () -> {
            ShellResult status = karaf.shell("moderation:status --json");
            return !status.succeeded() && status.output().contains("There is no data source 'nowhere' for the journal");
        });
        karaf.setting(JOURNAL, "datasource", "link-moderation");
        karaf.await(
                "the data source",
                Duration.ofSeconds(60),
                () -> karaf.shell("moderation:status").succeeded());
    }

    @Test
    void shouldNotShowThePasswordOfTheDataSource() {
        assertThat(node.karaf().shellOk("service:list javax.sql.DataSource").output())
                .contains("dataSourceName = link-moderation")
                .doesNotContain("of the tests");
        assertThat(node.karaf().log()).doesNotContain("of the tests");
    }
}
