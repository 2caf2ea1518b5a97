package org.linkmoderation.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;
import org.linkmoderation.deployment.DeploymentSettings;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.trigger.TriggerSettings;

class ModerationSettingsTest {
    @Test
    void shouldHaveTheDefaultsOfTheReference() {
        StateMachineDefinition definition = Moderation.definition(settings(Map.of()));
        DeploymentSettings deployment = DeploymentSettings.of(settings(Map.of()), definition);

        Retry retry = definition.retries().get(ModerationRetryAndCatch.CHECK_SAFETY);
        assertThat(retry.calculateRedeliveryDelay(0, 1)).isEqualTo(1000);
        assertThat(retry.calculateRedeliveryDelay(0, 2)).isEqualTo(2000);
        assertThat(retry.getMaximumRedeliveries()).isEqualTo(3);
        assertThat(definition.retries().get(ModerationRetryAndCatch.UPDATE_LINK).getMaximumRedeliveries())
                .isZero();
        assertThat(definition.tables())
                .singleElement()
                .satisfies(table -> assertThat(table.tableName()).isEqualTo("url-shortener"));
        assertThat(deployment)
                .isEqualTo(new DeploymentSettings(
                        Duration.ofDays(1),
                        new TriggerSettings(
                                "moderation.requests",
                                8,
                                "moderation.notices",
                                new File("data/moderation/inbox"),
                                Duration.ofSeconds(2)),
                        ExecutionType.STANDARD,
                        ExecutionType.STANDARD,
                        Optional.empty()));
    }

    @Test
    void shouldBeShippedWithItsDefaults() throws Exception {
        Properties shipped = new Properties();
        try (var file = Files.newBufferedReader(
                Path.of(System.getProperty("basedir", ""), "../../etc/org.linkmoderation.moderation.cfg"))) {
            shipped.load(file);
        }
        Map<String, Object> properties = new HashMap<>();
        shipped.forEach((key, value) -> properties.put((String) key, value));
        properties.computeIfPresent("inbox", (key, value) -> ((String) value).replace("${karaf.data}", "data"));

        StateMachineDefinition byDefault = Moderation.definition(settings(Map.of()));
        StateMachineDefinition byFile = Moderation.definition(settings(properties));
        assertThat(byFile).usingRecursiveComparison().isEqualTo(byDefault);
        assertThat(DeploymentSettings.of(settings(properties), byFile))
                .isEqualTo(DeploymentSettings.of(settings(Map.of()), byDefault));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        function                     | a b          | the name or ARN of a Lambda function
        links.table                  | ab           | 3 to 255 characters of A-Z, a-z, 0-9, '_', '-' and '.'
        links.table                  | a#b          | 3 to 255 characters of A-Z, a-z, 0-9, '_', '-' and '.'
        timeout.seconds              | 0            | a whole number from 1 to 31536000
        timeout.seconds              | 31536001     | a whole number from 1 to 31536000
        check.safety.timeout.seconds | 901          | a whole number from 1 to 900
        check.safety.timeout.seconds | 60s          | a whole number from 1 to 900
        retry.interval.seconds       | -1           | a whole number from 0 to 3600
        retry.interval.seconds       | 0.5          | a whole number from 0 to 3600
        retry.max.attempts           | 101          | a whole number from 0 to 100
        retry.backoff.rate           | 0.9          | a number from 1.0 to 100.0
        update.retry.interval.seconds | 3601        | a whole number from 0 to 3600
        update.retry.max.attempts    | many         | a whole number from 0 to 100
        update.retry.backoff.rate    | 0            | a number from 1.0 to 100.0
        retry.backoff.rate           | two          | a number from 1.0 to 100.0
        queue                        | a/b          | 1 to 100 characters of A-Z, a-z, 0-9, '.', '_', '-'
        queue                        | a?b=c        | 1 to 100 characters of A-Z, a-z, 0-9, '.', '_', '-'
        notices.topic                | a b          | 1 to 100 characters of A-Z, a-z, 0-9, '.', '_', '-'
        consumers                    | 0            | a whole number from 1 to 256
        consumers                    | 1-8          | a whole number from 1 to 256
        type                         | express      | STANDARD or EXPRESS
        inbox.type                   | FAST         | STANDARD or EXPRESS
        inbox                        | data?delete=true | a folder, without '?' and '#'
        inbox.min.age.seconds        | 0            | a whole number from 1 to 3600
        """)
    void shouldSayWhatIsWrong(String key, String value, String expected) {
        assertThatThrownBy(() -> read(Map.of(key, value)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage("The setting " + key + " = " + value
                        + " of org.linkmoderation.moderation cannot be used: expected " + expected
                        + " in etc/org.linkmoderation.moderation.cfg.");
    }

    @ParameterizedTest
    @CsvSource({
        "function, arn:aws:lambda:us-east-1:123456789012:function:ModerateCheck",
        "function, ModerateCheck:$LATEST",
        "retry.interval.seconds, 0",
        "retry.max.attempts, 0",
        "retry.backoff.rate, 1.5",
        "type, EXPRESS",
        "inbox, /var/spool/link moderation/inbox"
    })
    void shouldTakeWhatIsRight(String key, String value) {
        assertThatCode(() -> read(Map.of(key, value))).doesNotThrowAnyException();
    }

    private static void read(Map<String, ?> properties) {
        DeploymentSettings.of(settings(properties), Moderation.definition(settings(properties)));
    }

    private static Settings settings(Map<String, ?> properties) {
        return new Settings(Moderation.PID, properties);
    }
}
