package org.linkmoderation.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.linkmoderation.http.HttpRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

class SignatureCheckTest {
    private static final String KEY = "AKIAOPERATOR00000001";
    private static final String SECRET = "a secret of many letters";
    private static final Instant NOW = Instant.parse("2026-11-29T06:00:00Z");
    private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);

    private final SignatureCheck check = new SignatureCheck(
            "us-east-1", Map.of(KEY, new AccessKey(KEY, SECRET, false)), Clock.fixed(NOW, ZoneOffset.UTC));

    /** As the SDK's newer signer signs, with a header for the body's hash. */
    private static Map<String, String> signed(Instant date, String region, String secret) {
        return signed(date, region, AwsCredentialsIdentity.create(KEY, secret));
    }

    private static Map<String, String> signed(Instant date, String region, AwsCredentialsIdentity identity) {
        var signed = AwsV4HttpSigner.create()
                .sign(request -> request.identity(identity)
                        .request(SdkHttpRequest.builder()
                                .method(SdkHttpMethod.POST)
                                .uri(URI.create("http://127.0.0.1:8083/"))
                                .putHeader("X-Amz-Target", "AWSStepFunctions.StartExecution")
                                .build())
                        .payload(() -> new ByteArrayInputStream(BODY))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "states")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(date, ZoneOffset.UTC)));
        Map<String, String> headers = new HashMap<>();
        signed.request().headers().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        return headers;
    }

    private static Map<String, String> signed() {
        return signed(NOW, "us-east-1", SECRET);
    }

    private AccessKey check(Map<String, String> headers, byte[] body) {
        return check.check(new HttpRequest(
                "POST", InetSocketAddress.createUnresolved("127.0.0.1", 1), "/", "/", "", headers, body));
    }

    private void shouldRefuse(Map<String, String> headers, String error, String message) {
        assertThatThrownBy(() -> check(headers, BODY))
                .isInstanceOfSatisfying(
                        ApiException.class, thrown -> assertThat(thrown.error()).isEqualTo(error))
                .hasMessageContaining(message);
    }

    @Test
    void shouldAcceptWhatTheSecretSigned() {
        assertThat(check(signed(), BODY).id()).isEqualTo(KEY);
        assertThat(check(signed(NOW.minus(Duration.ofMinutes(5)), "us-east-1", SECRET), BODY))
                .isNotNull();
        assertThat(check(signed(NOW.plus(Duration.ofMinutes(5)), "us-east-1", SECRET), BODY))
                .isNotNull();
    }

    @Test
    void shouldRefuseAChangedBody() {
        assertThatThrownBy(() -> check(signed(), "{ }".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("does not match the signature you provided");
    }

    @Test
    void shouldRefuseAChangedHeader() {
        for (String header : new String[] {"x-amz-target", "x-amz-date", "host", "x-amz-content-sha256"}) {
            Map<String, String> headers = signed();
            headers.put(header, header.equals("x-amz-date") ? "20261129T060001Z" : "changed");
            shouldRefuse(headers, "InvalidSignatureException", "");
        }
    }

    @Test
    void shouldRefuseAHeaderThatIsNotSigned() {
        Map<String, String> headers = signed();
        headers.put("x-amz-meta", "more");
        shouldRefuse(headers, "InvalidSignatureException", "'x-amz-meta' must be a 'SignedHeader'");
    }

    @Test
    void shouldRefuseAnotherSecretRegionOrTime() {
        shouldRefuse(signed(NOW, "us-east-1", "another secret"), "InvalidSignatureException", "does not match");
        shouldRefuse(
                signed(NOW, "eu-west-1", SECRET),
                "InvalidSignatureException",
                "Credential should be scoped to a valid region, not 'eu-west-1'.");
        shouldRefuse(
                signed(NOW.minusSeconds(301), "us-east-1", SECRET),
                "InvalidSignatureException",
                "Signature expired: 20261129T055459Z is now earlier than 20261129T055500Z (20261129T060000Z - 5 min.)");
        shouldRefuse(
                signed(NOW.plusSeconds(301), "us-east-1", SECRET),
                "InvalidSignatureException",
                "Signature not yet current: 20261129T060501Z is still later than 20261129T060500Z");
    }

    @Test
    void shouldRefuseASession() {
        shouldRefuse(
                signed(NOW, "us-east-1", AwsSessionCredentialsIdentity.create(KEY, SECRET, "token")),
                "UnrecognizedClientException",
                "The security token included in the request is invalid.");
    }

    @Test
    void shouldSayWhatAnAuthorizationLacks() {
        shouldRefuse(Map.of(), "MissingAuthenticationTokenException", "Request is missing Authentication Token");
        shouldRefuse(
                Map.of("authorization", "AWS4-HMAC-SHA256 Credential=a"),
                "IncompleteSignatureException",
                "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders'"
                        + " parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date'"
                        + " header. Authorization=AWS4-HMAC-SHA256 Credential=a");
        Map<String, String> headers = signed();
        headers.put("authorization", headers.get("authorization").replace("HMAC-SHA256", "HMAC-SHA25"));
        shouldRefuse(headers, "IncompleteSignatureException", "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25'");
    }
}
