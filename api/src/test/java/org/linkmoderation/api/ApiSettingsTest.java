package org.linkmoderation.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.linkmoderation.component.InvalidSetting;

class ApiSettingsTest {
    private static final String ID = "AKIAOPERATOR00000001";
    private static final String SECRET = "a secret of many letters";

    @Test
    void shouldNeedAKeyOrThePermissionForNone() {
        assertThatThrownBy(() -> ApiSettings.of(Map.of()))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage(
                        "The setting operator.access.key.id of org.linkmoderation.api is blank: expected an access key"
                                + " for operators or viewers, or unsigned = true, in etc/org.linkmoderation.api.cfg.");
        assertThat(ApiSettings.of(Map.of("unsigned", "true")).unsigned()).isTrue();
    }

    @Test
    void shouldAllowUnsignedRequestsOnThisMachineOnly() {
        assertThatThrownBy(() -> ApiSettings.of(Map.of("unsigned", "true", "host", "0.0.0.0")))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("expected false where other machines can connect");
    }

    @Test
    void shouldReadKeysOfBothKinds() {
        ApiSettings settings = ApiSettings.of(Map.of(
                "operator.access.key.id", ID,
                "operator.secret.access.key", SECRET,
                "viewer.access.key.id", "AKIAVIEWER0000000001",
                "viewer.secret.access.key", SECRET));

        assertThat(settings.keys().get(ID).isReadOnly()).isFalse();
        assertThat(settings.keys().get("AKIAVIEWER0000000001").isReadOnly()).isTrue();
        assertThat(settings.host()).isEqualTo("127.0.0.1");
        assertThat(settings.port()).isEqualTo(8083);
        assertThat(settings.toString()).doesNotContain(SECRET);
    }

    @Test
    void shouldNotShowASecretThatIsTooShort() {
        assertThatThrownBy(() ->
                        ApiSettings.of(Map.of("operator.access.key.id", ID, "operator.secret.access.key", "hunter2")))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("operator.secret.access.key")
                .hasMessageContaining("16 characters or more")
                .hasMessageNotContaining("hunter2");
    }
}
