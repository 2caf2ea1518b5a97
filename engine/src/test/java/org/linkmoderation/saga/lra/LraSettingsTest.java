package org.linkmoderation.saga.lra;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linkmoderation.component.InvalidSetting;

class LraSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "url, http://127.0.0.1:50000",
        "url, ftp://127.0.0.1:50000/lra-coordinator",
        "participant.url, http://127.0.0.1",
        "participant.url, https://127.0.0.1:50001",
        "call.timeout.seconds, 2",
        "call.timeout.seconds, soon",
    })
    void shouldNameASettingThatCannotBeUsed(String key, String value) {
        assertThatThrownBy(() -> LraSettings.of(Map.of("secret", "0123456789abcdef", key, value)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith("The setting " + key + " = " + value
                        + " of org.linkmoderation.coordinator cannot be used: expected ");
    }

    @Test
    void shouldNotShowASecretThatCannotBeUsed() {
        assertThatThrownBy(() -> LraSettings.of(Map.of("secret", "short")))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage("The setting secret of org.linkmoderation.coordinator cannot be used: expected 16 to 256"
                        + " characters of ASCII without spaces in etc/org.linkmoderation.coordinator.cfg.");
    }
}
