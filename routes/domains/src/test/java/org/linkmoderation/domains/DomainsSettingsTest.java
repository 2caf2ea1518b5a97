package org.linkmoderation.domains;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linkmoderation.Doubt;
import org.linkmoderation.component.InvalidSetting;

class DomainsSettingsTest {
    @Test
    void shouldHaveTheDefaultsThatItsFileSays() throws IOException {
        Properties file = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("../../etc/org.linkmoderation.domains.cfg"))) {
            file.load(reader);
        }
        Map<String, Object> settings = new HashMap<>();
        file.forEach((key, value) -> settings.put(key.toString(), value));
        settings.put("inbox", "data/domains/inbox");

        assertThat(DomainsSettings.of(settings)).usingRecursiveComparison().isEqualTo(DomainsSettings.of(Map.of()));
        assertThat(settings).hasSize(15);
    }

    @ParameterizedTest
    @CsvSource({
        "timeout.seconds, 0, a whole number from 1 to 31536000",
        "undo.retry.interval.seconds, 0, a whole number from 1 to 3600",
        "undo.retry.max.seconds, x, a whole number from 1 to 86400",
        "consumers, 257, a whole number from 1 to 256",
        "domains.table, a b, '3 to 255 characters of A-Z, a-z, 0-9, ''_'', ''-'' and ''.'''",
        "charge.function, a/b, the name or ARN of a Lambda function"
    })
    void shouldRefuseWhatCanNotBeUsed(String key, String value, String expected) {
        assertThatThrownBy(() -> DomainsSettings.of(Map.of(key, value)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage("The setting " + key + " = " + value
                        + " of org.linkmoderation.domains cannot be used: expected " + expected
                        + " in etc/org.linkmoderation.domains.cfg.");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 4", "6, 32", "7, 60", "1000000, 60"})
    void shouldDoubleTheDelayOfAnUndoUpToTheLongest(int attempts, int seconds) {
        Instant last = Instant.parse("2026-11-22T10:00:00Z");

        assertThat(new UndoRetry(Duration.ofSeconds(1), Duration.ofMinutes(1)).due(new Doubt(attempts, "E", "c", last)))
                .isEqualTo(last.plusSeconds(seconds));
    }
}
