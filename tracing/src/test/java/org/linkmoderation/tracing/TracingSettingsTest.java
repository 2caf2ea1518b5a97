package org.linkmoderation.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linkmoderation.component.InvalidSetting;

class TracingSettingsTest {
    @Test
    void shouldTraceNothingByDefault() {
        TracingSettings settings = TracingSettings.of(Map.of("endpoint", " ", "authorization", ""));

        assertThat(settings.endpoint()).isEmpty();
        assertThat(settings.authorization()).isEmpty();
        assertThat(settings.serviceName()).isEqualTo("link-moderation");
        assertThat(settings.sampleRatio()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "endpoint,collector:4318",
        "endpoint,grpc://collector:4317",
        "service.name,two words",
        "sample.ratio,1.1",
        "sample.ratio,-0.1",
        "sample.ratio,half"
    })
    void shouldNameTheSettingThatCanNotBeUsed(String key, String value) {
        assertThatThrownBy(() -> TracingSettings.of(Map.of(key, value)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContainingAll("org.linkmoderation.tracing", key, value);
    }
}
