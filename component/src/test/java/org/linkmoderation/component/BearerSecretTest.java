package org.linkmoderation.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerSecretTest {
    private static final String SECRET = "0123456789abcdef";

    @Test
    void shouldAdmitACallThatCarriesIt() {
        BearerSecret secret = BearerSecret.of(" " + SECRET + "\n");

        assertThat(secret.refusal(secret.authorization())).isEmpty();
        assertThat(secret.authorization()).isEqualTo("Bearer " + SECRET);
        assertThat(secret.toString()).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Bearer", "Bearer 0123456789abcdeX", "Bearer 0123456789abcdef0", "bearer " + SECRET, SECRET})
    void shouldRefuseACallWithAnother(String header) {
        assertThat(BearerSecret.of(SECRET).refusal(header)).contains("it came with a wrong secret");
    }

    @Test
    void shouldRefuseACallWithout() {
        assertThat(BearerSecret.of(SECRET).refusal(null)).contains("it came without the secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "0123456789 abcdef", "0123456789abcdeü"})
    void shouldNotShowASecretThatCannotBeUsed(String secret) {
        assertThatThrownBy(() -> BearerSecret.setting(new Settings("org.linkmoderation.x", Map.of("secret", secret))))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage(
                        "The setting secret of org.linkmoderation.x cannot be used: expected 16 to 256 characters of"
                                + " ASCII without spaces in etc/org.linkmoderation.x.cfg.");
    }
}
