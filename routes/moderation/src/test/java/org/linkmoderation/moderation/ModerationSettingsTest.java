package org.linkmoderation.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.component.InvalidSetting;

class ModerationSettingsTest {
    @Test
    void shouldHaveTheDefaultsOfTheReference() {
        ModerationSettings settings = ModerationSettings.of(Map.of());

        assertThat(settings.function()).isEqualTo("ModerateCheck");
        assertThat(settings.linksTable()).isEqualTo("url-shortener");
        assertThat(settings.executionTimeout()).isEqualTo(Duration.ofDays(1));
        assertThat(settings.checkSafetyTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.retry().calculateRedeliveryDelay(0, 1)).isEqualTo(1000);
        assertThat(settings.retry().getMaximumRedeliveries()).isEqualTo(3);
        assertThat(settings.retry().calculateRedeliveryDelay(0, 2)).isEqualTo(2000);
        assertThat(settings.triggers().queue()).isEqualTo("moderation.requests");
        assertThat(settings.type()).isEqualTo(ExecutionType.STANDARD);
        assertThat(settings.inboxType()).isEqualTo(ExecutionType.STANDARD);
        assertThat(settings.triggers().inboxMinAge()).isEqualTo(Duration.ofSeconds(2));
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

        assertThat(ModerationSettings.of(properties))
                .usingRecursiveComparison()
                .isEqualTo(ModerationSettings.of(Map.of()));
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
        assertThatThrownBy(() -> ModerationSettings.of(Map.of(key, value)))
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
        assertThatCode(() -> ModerationSettings.of(Map.of(key, value))).doesNotThrowAnyException();
    }
}
