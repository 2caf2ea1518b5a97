package org.linkmoderation.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final String DATA = "/srv/karaf/data";
    private static final Pattern WORD = Pattern.compile("[a-z]+");

    @BeforeEach
    void runInAContainer() {
        System.setProperty("karaf.data", DATA);
    }

    @AfterEach
    void leaveTheContainer() {
        System.clearProperty("karaf.data");
    }

    @Test
    void shouldTakeTheDefaultWhereNothingIsSet() {
        for (Settings settings : new Settings[] {settings(null), settings(""), settings("  ")}) {
            assertThat(settings.text("key", "word", WORD, "a word")).isEqualTo("word");
            assertThat(settings.optional("key")).isEmpty();
            assertThat(settings.integer("key", 7, 1, 10)).isEqualTo(7);
            assertThat(settings.number("key", 1.5, 1, 2)).isEqualTo(1.5);
            assertThat(settings.seconds("key", 7, 1, 10)).isEqualTo(Duration.ofSeconds(7));
            assertThat(settings.flag("key", true)).isTrue();
            assertThat(settings.directory("key", "links")).isEqualTo(Path.of(DATA, "links"));
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
        assertThat(settings("/srv/data ").directory("key", "links")).isEqualTo(Path.of("/srv/data"));
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
                .isInstanceOf(InvalidSetting.class)
                .hasMessage(refusal(value, "a whole number from 1 to 10"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.99", "2.01", "x", "NaN", "-Infinity"})
    void shouldRefuseWhatIsNoNumberWithinBounds(String value) {
        assertThatThrownBy(() -> settings(value).number("key", 1.5, 1, 2))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage(refusal(value, "a number from 1.0 to 2.0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "TRUE", "1"})
    void shouldRefuseWhatIsNoFlag(String value) {
        assertThatThrownBy(() -> settings(value).flag("key", true))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage(refusal(value, "true or false"));
    }

    @Test
    void shouldRefuseATextThatDoesNotMatch() {
        assertThatThrownBy(() -> settings("two words").text("key", "word", WORD, "a word"))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage(refusal("two words", "a word"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a b/", "http:", "tcp://host"})
    void shouldRefuseWhatIsNoUriOrNotTheOneExpected(String value) {
        assertThatThrownBy(() ->
                        settings(value).uri("key", value, uri -> "http".equals(uri.getScheme()), "an http URL"))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage(refusal(value, "an http URL"));
    }

    @Test
    void shouldTakeAUriWithoutBlanksAroundIt() {
        assertThat(settings("x").uri("key", " http://[::1]:8000/x ", uri -> true, "a URL"))
                .isEqualTo(URI.create("http://[::1]:8000/x"));
    }

    @Test
    void shouldRefuseWhatIsNoPath() {
        assertThatThrownBy(() -> settings("a\0b").directory("key", "links"))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("expected a directory's path");
    }

    @Test
    void shouldHaveNoDirectoryByDefaultWithoutAContainer() {
        System.clearProperty("karaf.data");

        assertThatThrownBy(() -> settings("").directory("key", "links"))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage("The setting key of the.pid is blank: set it in etc/the.pid.cfg.");
    }

    @Test
    void shouldTakeWhatIsRequiredAsItIsAndItsDefaultOnlyWhereItIsMissing() {
        assertThat(settings(" x ").required("key", "word")).isEqualTo(" x ");
        assertThat(settings(null).required("key", "word")).isEqualTo("word");
        assertThatThrownBy(() -> settings(" ").required("key", "word"))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage("The setting key of the.pid is blank: set it in etc/the.pid.cfg.");
    }

    @Test
    void shouldSayWhatIsExpectedInsteadOfNothing() {
        assertThat(settings("").invalid("key", "a word"))
                .hasMessage("The setting key of the.pid is blank: expected a word in etc/the.pid.cfg.");
    }

    @Test
    void shouldNotShowASecret() {
        assertThat(settings("s3cret").invalidSecret("key", "a longer one"))
                .hasMessage("The setting key of the.pid cannot be used: expected a longer one in etc/the.pid.cfg.");
    }

    private static String refusal(String value, String expected) {
        return "The setting key = " + value + " of the.pid cannot be used: expected " + expected
                + " in etc/the.pid.cfg.";
    }

    private static Settings settings(Object value) {
        Map<String, Object> properties = new HashMap<>();
        if (value != null) {
            properties.put("key", value);
        }
        return new Settings("the.pid", properties);
    }
}
