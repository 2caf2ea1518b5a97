package org.linkmoderation.domains;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.Reader;
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
import org.linkmoderation.component.BackOff;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;
import org.linkmoderation.deployment.DeploymentSettings;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.testkit.InMemoryCoordinator;
import org.linkmoderation.trigger.TriggerSettings;

class DomainsSettingsTest {
    private static final InMemoryCoordinator SAGAS = new InMemoryCoordinator();

    @Test
    void shouldHaveDefaults() {
        assertThat(read(Map.of()))
                .isEqualTo(new DeploymentSettings(
                        Duration.ofMinutes(5),
                        new TriggerSettings(
                                "domain.requests",
                                8,
                                "domain.notices",
                                new File("data/domains/inbox"),
                                Duration.ofSeconds(2)),
                        ExecutionType.STANDARD,
                        ExecutionType.STANDARD,
                        Optional.of(new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(1)))));
    }

    @Test
    void shouldHaveTheDefaultsThatItsFileSays() throws Exception {
        Properties file = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("../../etc/org.linkmoderation.domains.cfg"))) {
            file.load(reader);
        }
        Map<String, Object> properties = new HashMap<>();
        file.forEach((key, value) -> properties.put(key.toString(), value));
        properties.put("inbox", "data/domains/inbox");

        assertThat(definition(properties)).usingRecursiveComparison().isEqualTo(definition(Map.of()));
        assertThat(read(properties)).isEqualTo(read(Map.of()));
        assertThat(properties).hasSize(16);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        timeout.seconds             | 0              | a whole number from 1 to 31536000
        undo.retry.interval.seconds | 0              | a whole number from 1 to 3600
        undo.retry.max.seconds      | x              | a whole number from 1 to 86400
        consumers                   | 257            | a whole number from 1 to 256
        domains.table               | a b            | 3 to 255 characters of A-Z, a-z, 0-9, '_', '-' and '.'
        charge.function             | a/b            | the name or ARN of a Lambda function
        charge.refusals             | a.Declined; b  | names of errors and commas
        type                        | EXPRESS        | STANDARD, since a saga could not be undone without its journal,
        """)
    void shouldRefuseWhatCanNotBeUsed(String key, String value, String expected) {
        assertThatThrownBy(() -> read(Map.of(key, value)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage("The setting " + key + " = " + value
                        + " of org.linkmoderation.domains cannot be used: expected " + expected
                        + " in etc/org.linkmoderation.domains.cfg.");
    }

    private static StateMachineDefinition definition(Map<String, ?> properties) {
        return Domains.definition(new Settings(Domains.PID, properties), SAGAS);
    }

    private static DeploymentSettings read(Map<String, ?> properties) {
        return DeploymentSettings.of(new Settings(Domains.PID, properties), definition(properties));
    }
}
