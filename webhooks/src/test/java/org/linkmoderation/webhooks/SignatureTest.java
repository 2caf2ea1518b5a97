package org.linkmoderation.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.net.http.HttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures as the reference library of the scheme verifies them. */
class SignatureTest {
    private static final String OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String NEW = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String BODY = "{\"type\":\"execution.succeeded\",\"data\":{\"name\":\"prüfung\"}}";

    private final long now = Instant.now().getEpochSecond();

    private static HttpHeaders headers(String id, long timestamp, String signature) {
        return HttpHeaders.of(
                Map.of(
                        "webhook-id", List.of(id),
                        "webhook-timestamp", List.of(Long.toString(timestamp)),
                        "webhook-signature", List.of(signature)),
                (name, value) -> true);
    }

    @ParameterizedTest
    @ValueSource(strings = {OLD, NEW})
    void shouldBeVerifiedByTheHolderOfEitherSecret(String secret) {
        String signature = Signature.of(OLD + "  " + NEW).of("msg_1", now, BODY.getBytes(UTF_8));

        assertThat(signature).matches("v1,\\S+ v1,\\S+");
        assertThatCode(() -> new Webhook(secret).verify(BODY, headers("msg_1", now, signature)))
                .doesNotThrowAnyException();
    }

    @Test
    void shouldNotBeVerifiedForAnotherMessageTimeOrSecret() {
        String signature = Signature.of(OLD).of("msg_1", now, BODY.getBytes(UTF_8));
        Webhook verifier = new Webhook(OLD);

        assertThatThrownBy(() -> verifier.verify(BODY, headers("msg_2", now, signature)))
                .isInstanceOf(WebhookVerificationException.class);
        assertThatThrownBy(() -> verifier.verify(BODY, headers("msg_1", now + 1, signature)))
                .isInstanceOf(WebhookVerificationException.class);
        assertThatThrownBy(() -> verifier.verify(BODY + " ", headers("msg_1", now, signature)))
                .isInstanceOf(WebhookVerificationException.class);
        assertThatThrownBy(() -> new Webhook(NEW).verify(BODY, headers("msg_1", now, signature)))
                .isInstanceOf(WebhookVerificationException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "whsec_",
                "whsec_c2hvcnQ=",
                "whsec_not base64",
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!"
            })
    void shouldNotTakeWhatIsNoSecret(String secret) {
        assertThatThrownBy(() -> Signature.of(secret))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause();
    }

    @Test
    void shouldNotShowItsSecrets() {
        assertThat(Signature.of(OLD + " " + NEW)).hasToString("2 secrets");
    }
}
