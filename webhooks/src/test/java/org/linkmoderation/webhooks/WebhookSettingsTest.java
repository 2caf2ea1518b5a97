package org.linkmoderation.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linkmoderation.component.InvalidSetting;

class WebhookSettingsTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String URL = "https://example.org/hook";

    private static WebhookSettings with(String key, String value) {
        Map<String, String> properties = new HashMap<>(Map.of("url.shop", URL, "secret.shop", SECRET));
        properties.put(key, value);
        return WebhookSettings.of(properties);
    }

    @Test
    void shouldNotStartWithTheFileAsItComes() throws Exception {
        Properties file = new Properties();
        try (var reader = Files.newBufferedReader(Path.of("../etc/org.linkmoderation.webhooks.cfg"))) {
            file.load(reader);
        }
        Map<String, String> properties =
                file.stringPropertyNames().stream().collect(Collectors.toMap(name -> name, file::getProperty));
        assertThatThrownBy(() -> WebhookSettings.of(properties))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("url.default of org.linkmoderation.webhooks is blank");

        properties.put("url.default", URL);
        properties.put("secret.default", SECRET);
        WebhookSettings settings = WebhookSettings.of(properties);

        assertThat(settings.receivers()).extracting(Receiver::name).containsExactly("default");
        assertThat(settings.queue()).isEqualTo("webhooks.notices");
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.backOff().delay(1)).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.backOff().delay(20)).isEqualTo(Duration.ofHours(1));
        assertThat(settings.giveUpAfter()).isEqualTo(Duration.ofDays(3));
        assertThat(settings.allowPrivate()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "url.shop,http://example.org/,an https URL",
        "url.shop,ftp://example.org/,an https URL",
        "url.shop,https:///hook,an https URL",
        "url.shop,https://user:word@example.org/,an https URL",
        "url.shop,not a url,an https URL",
        "url.a b,https://example.org/,a name of 1 to 40 letters",
        "url.other,https://example.org/other,one to four secrets",
        "secret.shop,whsec_c2hvcnQ=,one to four secrets"
    })
    void shouldNotShowAUrlOrASecretThatCannotBeUsed(String key, String value, String expected) {
        assertThatThrownBy(() -> with(key, value))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining(expected)
                .hasMessageNotContaining(value);
    }

    @ParameterizedTest
    @CsvSource({
        "queue,a b",
        "timeout.seconds,61",
        "retry.initial.seconds,0",
        "retry.max.seconds,4",
        "give.up.after.seconds,0",
        "consumers,65",
        "allow.private,yes",
        "allow.http,yes"
    })
    void shouldNameTheSettingThatCanNotBeUsed(String key, String value) {
        assertThatThrownBy(() -> with(key, value))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContainingAll("org.linkmoderation.webhooks", key, value);
    }

    @Test
    void shouldTakeHttpWhereItIsAllowed() {
        Map<String, String> properties =
                Map.of("url.shop", "http://example.org/", "secret.shop", SECRET, "allow.http", "true");

        assertThat(WebhookSettings.of(properties).receivers()).hasSize(1);
    }
}
