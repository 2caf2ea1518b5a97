package org.linkmoderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final Pattern WORD = Pattern.compile("[a-z]+");

    @Test
    void shouldTakeTheDefaultWhereNothingIsSet() {
        for (Settings settings : new Settings[] {settings(null), settings(""), settings("  ")}) {
            assertThat(settings.text("key", "word", WORD, "a word")).isEqualTo("word");
            assertThat(settings.optional("key")).isEmpty();
            assertThat(settings.integer("key", 7, 1, 10)).isEqualTo(7);
            assertThat(settings.number("key", 1.5, 1, 2)).isEqualTo(1.5);
            assertThat(settings.seconds("key", 7, 1, 10)).isEqualTo(Duration.ofSeconds(7));
            assertThat(settings.flag("key", true)).isTrue();
            assertThat(settings.httpUrl("key")).isEmpty();
        }
    }

    @Test
    void shouldTakeWhatIsSetWithoutBlanksAroundIt() {
        assertThat(settings(" other ").text("key", "word", WORD, "a word")).isEqualTo("other");
        assertThat(settings(" 10 ").integer("key", 7, 1, 10)).isEqualTo(10);
        assertThat(settings("1").integer("key", 7, 1, 10)).isEqualTo(1);
        assertThat(settings("2").number("key", 1.5, 1, 2)).isEqualTo(2);
        assertThat(settings("3").seconds("key", 7, 1, 10)).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings("false ").flag("key", true)).isFalse();
        assertThat(settings("https://[::1]:8000/x").httpUrl("key")).contains(URI.create("https://[::1]:8000/x"));
    }

    @Test
    void shouldTakeValuesThatAreNoTexts() {
        assertThat(settings(9).integer("key", 7, 1, 10)).isEqualTo(9);
        assertThat(settings(false).flag("key", true)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "11", "-1", "1.5", "x", "NaN", "Infinity", "1e99", "1,5", "0x7", "7d", "10 s"})
    void shouldRefuseWhatIsNoWholeNumberWithinBounds(String value) {
        assertThatThrownBy(() -> settings(value).integer("key", 7, 1, 10))
                .isInstanceOf(SettingException.class)
                .hasMessage("the.pid: key is '" + value + "'; expected a whole number from 1 to 10");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.99", "2.01", "x", "NaN", "-Infinity"})
    void shouldRefuseWhatIsNoNumberWithinBounds(String value) {
        assertThatThrownBy(() -> settings(value).number("key", 1.5, 1, 2))
                .isInstanceOf(SettingException.class)
                .hasMessage("the.pid: key is '" + value + "'; expected a number from 1.0 to 2.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "TRUE", "1"})
    void shouldRefuseWhatIsNoFlag(String value) {
        assertThatThrownBy(() -> settings(value).flag("key", true))
                .isInstanceOf(SettingException.class)
                .hasMessage("the.pid: key is '" + value + "'; expected true or false");
    }

    @Test
    void shouldRefuseATextThatDoesNotMatch() {
        assertThatThrownBy(() -> settings("two words").text("key", "word", WORD, "a word"))
                .isInstanceOf(SettingException.class)
                .hasMessage("the.pid: key is 'two words'; expected a word");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8000", "ftp://host/", "http://", "http:///path", "127.0.0.1", "http://a b/"})
    void shouldRefuseWhatIsNoHttpUrl(String value) {
        assertThatThrownBy(() -> settings(value).httpUrl("key"))
                .isInstanceOf(SettingException.class)
                .hasMessage("the.pid: key is '" + value + "'; expected an http or https URL, or nothing for AWS");
    }

    private static Settings settings(Object value) {
        Map<String, Object> properties = new HashMap<>();
        if (value != null) {
            properties.put("key", value);
        }
        return new Settings("the.pid", properties);
    }
}
