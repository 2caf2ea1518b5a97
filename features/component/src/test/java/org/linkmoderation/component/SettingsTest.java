package org.linkmoderation.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

    private final Settings settings = new Settings("org.example", Map.of("port", "80x", "limit", 11));

    @Test
    void shouldReturnANumberInItsRange() throws InvalidSetting {
        assertThat(settings.number("limit", () -> 11, 1, 11)).isEqualTo(11);
    }

    @Test
    void shouldNamePidKeyValueAndRangeOfANumberOutOfRange() {
        assertThatThrownBy(() -> settings.number("limit", () -> 11, 1, 10))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage("The setting limit = 11 of org.example cannot be used: expected a whole number"
                        + " from 1 to 10 in etc/org.example.cfg.");
    }

    @Test
    void shouldNameTheValueThatIsNoNumber() {
        assertThatThrownBy(() -> settings.number("port", () -> Integer.parseInt("80x"), 1, 65_535))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("port = 80x of org.example");
    }

    @Test
    void shouldRefuseABlankTextWithoutItsValue() {
        assertThatThrownBy(() -> settings.text("password", " "))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage("The setting password of org.example is blank: set it in etc/org.example.cfg.");
    }

    @Test
    void shouldReadADirectory() throws InvalidSetting {
        assertThat(settings.directory("data", " /srv/data ", "links")).isEqualTo(Path.of("/srv/data"));
    }

    @Test
    void shouldRefuseWhatIsNoPath() {
        assertThatThrownBy(() -> settings.directory("data", "a\0b", "links"))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("expected a directory's path");
    }
}
