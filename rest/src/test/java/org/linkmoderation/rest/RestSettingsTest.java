package org.linkmoderation.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linkmoderation.component.InvalidSetting;

class RestSettingsTest {
    private static final String TOKEN = "0123456789abcdef";

    @Test
    void shouldServeTheModerationOnThisMachineAloneByDefault() {
        RestSettings settings = RestSettings.of(Map.of("sender.token.shop", TOKEN));

        assertThat(settings.host()).isEqualTo("127.0.0.1");
        assertThat(settings.port()).isEqualTo(8084);
        assertThat(settings.stateMachines()).containsExactly("moderation");
        assertThat(settings.callsPerSecond()).isEqualTo(100);
        assertThat(settings.callers()).extracting(Caller::name).containsExactly("shop");
    }

    @Test
    void shouldNotStartWithTheFileAsItComes() throws Exception {
        Properties file = new Properties();
        try (var reader = Files.newBufferedReader(Path.of("../etc/org.linkmoderation.rest.cfg"))) {
            file.load(reader);
        }
        Map<String, String> properties =
                file.stringPropertyNames().stream().collect(Collectors.toMap(name -> name, file::getProperty));

        assertThatThrownBy(() -> RestSettings.of(properties))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage("The setting sender.token.default of org.linkmoderation.rest is blank: expected a token of"
                        + " 16 characters or more in etc/org.linkmoderation.rest.cfg.");
        properties.put("sender.token.default", TOKEN);
        assertThat(RestSettings.of(properties).callers()).hasSize(1);
    }

    @Test
    void shouldTakeSeveralSendersAndViewers() {
        RestSettings settings = RestSettings.of(
                Map.of("sender.token.a", TOKEN, "sender.token.b", TOKEN + "b", "viewer.token.a", TOKEN + "c"));

        assertThat(settings.callers()).extracting(Caller::isSender).containsExactly(true, true, false);
    }

    @ParameterizedTest
    @CsvSource({
        "sender.token.shop,too-short,16 to 256 characters",
        "viewer.token.shop,with a blank in it,16 to 256 characters",
        "sender.token.a b,0123456789abcdef-,a name of 1 to 40 letters",
        "viewer.token.other,0123456789abcdef,another token than the others"
    })
    void shouldNotShowATokenThatCannotBeUsed(String key, String token, String expected) {
        assertThatThrownBy(() -> RestSettings.of(Map.of("sender.token.first", TOKEN, key, token)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContainingAll(key, expected)
                .hasMessageNotContaining(token);
    }

    @ParameterizedTest
    @CsvSource({"port,0", "host,a b", "calls.per.second,0", "state.machines,a b", "state.machines,'a,,b'"})
    void shouldNameTheSettingThatCanNotBeUsed(String key, String value) {
        assertThatThrownBy(() -> RestSettings.of(Map.of("sender.token.shop", TOKEN, key, value)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContainingAll("org.linkmoderation.rest", key, value);
    }
}
