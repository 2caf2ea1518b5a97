package org.linkmoderation.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linkmoderation.component.InvalidSetting;

class JournalSettingsTest {
    @Test
    void shouldHaveDefaults() {
        assertThat(JournalSettings.of(Map.of()))
                .isEqualTo(new JournalSettings(
                        JournalSettings.Store.DYNAMODB,
                        "link-moderation-executions",
                        "link-moderation",
                        Duration.ofDays(90)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        journal        | JDBC      | dynamodb or jdbc
        datasource     | a*        | the name of a data source: 1 to 100 characters of A-Z, a-z, 0-9, '_', '-', '.' and '/'
        datasource     | a)(b=c    | the name of a data source: 1 to 100 characters of A-Z, a-z, 0-9, '_', '-', '.' and '/'
        table          | ab        | 3 to 255 characters of A-Z, a-z, 0-9, '_', '-' and '.'
        table          | a table   | 3 to 255 characters of A-Z, a-z, 0-9, '_', '-' and '.'
        retention.days | 0         | a whole number from 1 to 3650
        retention.days | 3651      | a whole number from 1 to 3650
        retention.days | 90 days   | a whole number from 1 to 3650
        """)
    void shouldSayWhatIsWrong(String key, String value, String expected) {
        assertThatThrownBy(() -> JournalSettings.of(Map.of(key, value)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage("The setting " + key + " = " + value
                        + " of org.linkmoderation.journal cannot be used: expected " + expected
                        + " in etc/org.linkmoderation.journal.cfg.");
    }
}
