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
        assertThat(settings.tracePage()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:16686/trace/{traceId},http://127.0.0.1:16686/trace/0af7651916cd43dd8448eb211c80319c",
        "https://traces.example.org/explore?q={traceId}#{traceId},"
                + "https://traces.example.org/explore?q=0af7651916cd43dd8448eb211c80319c#0af7651916cd43dd8448eb211c80319c"
    })
    void shouldNameThePageOfATrace(String url, String page) {
        TracingSettings settings = TracingSettings.of(Map.of("trace.url", url));

        assertThat(settings.tracePage().orElseThrow().page("0af7651916cd43dd8448eb211c80319c"))
                .hasToString(page);
    }

    @ParameterizedTest
    @CsvSource({
        "endpoint,collector:4318",
        "endpoint,grpc://collector:4317",
        "service.name,two words",
        "trace.url,http://127.0.0.1:16686/trace/",
        "trace.url,trace/{traceId}",
        "trace.url,//traces.example.org/{traceId}",
        "trace.url,javascript:alert('{traceId}')",
        "trace.url,data:text/html;{traceId}",
        "trace.url,http://{traceId}.example.org/",
        "trace.url,http://olga:secret@traces.example.org/{traceId}",
        "trace.url,https://traces.example.org/\"><script>{traceId}",
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
