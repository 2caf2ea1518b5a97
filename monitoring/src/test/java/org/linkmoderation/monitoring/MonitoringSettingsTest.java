package org.linkmoderation.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.component.InvalidSetting;

class MonitoringSettingsTest {
    @Test
    void shouldListenOnThisMachineAloneByDefault() {
        assertThat(MonitoringSettings.of(Map.of()))
                .isEqualTo(new MonitoringSettings("127.0.0.1", 8182, Optional.empty(), Duration.ofSeconds(15)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "::1", "localhost"})
    void shouldNeedNoTokenForThisMachine(String host) {
        assertThat(MonitoringSettings.of(Map.of("host", host)).host()).isEqualTo(host);
    }

    @Test
    void shouldNeedATokenForOtherMachines() {
        assertThatThrownBy(() -> MonitoringSettings.of(Map.of("host", "0.0.0.0")))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContainingAll(
                        "org.linkmoderation.monitoring", "host", "0.0.0.0", "127.0.0.1, or a token beside it");
        assertThat(MonitoringSettings.of(Map.of("host", "0.0.0.0", "token", "t"))
                        .token())
                .contains("t");
    }

    @ParameterizedTest
    @CsvSource({"port,0", "port,65536", "port,x", "poll.seconds,0", "poll.seconds,3601", "host,a b"})
    void shouldNameTheSettingThatCanNotBeUsed(String key, String value) {
        assertThatThrownBy(() -> MonitoringSettings.of(Map.of(key, value)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContainingAll("org.linkmoderation.monitoring", key, value);
    }
}
