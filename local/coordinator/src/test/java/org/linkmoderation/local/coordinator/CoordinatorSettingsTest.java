package org.linkmoderation.local.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.component.InvalidSetting;

class CoordinatorSettingsTest {

    private static final String SECRET = "0123456789abcdef";

    private final Map<String, Object> values = new HashMap<>(Map.of("secret", SECRET, "data.directory", "/srv/lra"));

    @Test
    void shouldListenOnLoopbackAndCallNobodyElseByDefault() {
        assertThat(CoordinatorSettings.of(values))
                .isEqualTo(new CoordinatorSettings(
                        "127.0.0.1",
                        50_000,
                        SECRET,
                        Path.of("/srv/lra"),
                        List.of(URI.create("http://127.0.0.1:50001")),
                        Duration.ofSeconds(2)));
    }

    @Test
    void shouldListenElsewhereThanWhereItIsCalledIfToldSo() {
        values.put("url", "https://sagas.example.org/lra-coordinator");
        values.put("listen.url", "http://0.0.0.0:50100");
        var settings = CoordinatorSettings.of(values);

        assertThat(settings.host()).isEqualTo("0.0.0.0");
        assertThat(settings.port()).isEqualTo(50_100);
    }

    @Test
    void shouldCallTheParticipantsListed() {
        values.put("participant.urls", "http://10.0.0.1:50001, http://10.0.0.2:50001/lra-participant");

        assertThat(CoordinatorSettings.of(values).participants())
                .containsExactly(
                        URI.create("http://10.0.0.1:50001"), URI.create("http://10.0.0.2:50001/lra-participant"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void shouldSayThatTheSecretIsBlank(String secret) {
        values.put("secret", secret);

        assertThatThrownBy(() -> CoordinatorSettings.of(values))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage("The setting secret of org.linkmoderation.coordinator is blank:"
                        + " set it in etc/org.linkmoderation.coordinator.cfg.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "with a space in it", "0123456789abcdeé"})
    void shouldRefuseASecretWithoutShowingIt(String secret) {
        values.put("secret", secret);

        assertThatThrownBy(() -> CoordinatorSettings.of(values))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage("The setting secret of org.linkmoderation.coordinator cannot be used: expected 16 to 256"
                        + " characters of ASCII without spaces in etc/org.linkmoderation.coordinator.cfg.")
                .hasMessageNotContaining(secret);
    }

    @ParameterizedTest
    @CsvSource({
        "url, ftp://127.0.0.1:50000",
        "url, 127.0.0.1:50000",
        "url, http://user@127.0.0.1:50000/lra-coordinator",
        "listen.url, https://127.0.0.1:50000",
        "listen.url, http://127.0.0.1",
        "participant.url, http://127.0.0.1:99999",
        "participant.urls, not a url",
        "recovery.period.seconds, 0",
        "recovery.period.seconds, 3601",
        "recovery.period.seconds, two",
    })
    void shouldNameKeyAndValueThatCannotBeUsed(String key, String value) {
        values.put(key, value);

        assertThatThrownBy(() -> CoordinatorSettings.of(values))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("The setting " + key + " = " + value + " of org.linkmoderation.")
                .hasMessageContaining("cannot be used: expected");
    }

    @Test
    void shouldNotShowTheSecret() {
        assertThat(CoordinatorSettings.of(values).toString()).doesNotContain(SECRET);
    }
}
