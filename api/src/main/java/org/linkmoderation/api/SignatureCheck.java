package org.linkmoderation.api;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.linkmoderation.http.HttpRequest;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.signer.Aws4Signer;
import software.amazon.awssdk.auth.signer.params.Aws4SignerParams;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.regions.Region;

/**
 * Verifies Signature Version 4: signs what was received again, with the secret of the key that it names, and compares
 * the signatures. Everything that says what is asked for must be signed: host, date, each {@code x-amz-} header, the
 * body.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html">Signature Version 4</a>
 */
final class SignatureCheck {
    private static final String SERVICE = "states";
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String TERMINATOR = "aws4_request";
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);
    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final Pattern HOST =
            Pattern.compile("(?<host>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:(?<port>\\d{1,5}))?");

    private final String region;
    private final Map<String, AccessKey> keys;
    private final Clock clock;

    /**
     * @param region the region that signatures are scoped to
     * @param keys the access keys, by their ids
     * @param clock tells how old a signature is
     */
    SignatureCheck(String region, Map<String, AccessKey> keys, Clock clock) {
        this.region = region;
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * Checks the signature of a request.
     *
     * @return the key that it is signed with
     * @throws ApiException if it is not signed, or not so
     */
    AccessKey check(HttpRequest request) {
        String authorization = request.header("Authorization")
                .filter(header -> header.startsWith("AWS4-"))
                .orElseThrow(() -> ApiException.of(
                        "MissingAuthenticationTokenException", "Request is missing Authentication Token"));
        Map<String, String> parts = parts(authorization);
        requireParts(request, authorization, parts);
        String date = request.header("X-Amz-Date").orElseThrow();
        Instant signed = checkDate(date);
        List<String> headers = List.of(parts.get("SignedHeaders").split(";"));
        checkHeaders(request, headers);
        checkAlgorithm(authorization);
        AccessKey key = key(parts.get("Credential"), date);
        if (request.header("X-Amz-Security-Token").isPresent()) {
            throw unknownKey();
        }
        checkBodyHash(request);
        requireEqual(parts.get("Signature"), signature(request, headers, key, signed));
        return key;
    }

    private static Map<String, String> parts(String authorization) {
        Map<String, String> parts = new LinkedHashMap<>();
        int blank = authorization.indexOf(' ');
        if (blank > 0) {
            Arrays.stream(authorization.substring(blank).split(","))
                    .map(part -> part.strip().split("=", 2))
                    .filter(part -> part.length == 2)
                    .forEach(part -> parts.put(part[0], part[1]));
        }
        return parts;
    }

    private static void requireParts(HttpRequest request, String authorization, Map<String, String> parts) {
        List<String> missing = new ArrayList<>();
        for (String name : List.of("Credential", "Signature", "SignedHeaders")) {
            if (parts.getOrDefault(name, "").isEmpty()) {
                missing.add("Authorization header requires '" + name + "' parameter.");
            }
        }
        if (request.header("X-Amz-Date").isEmpty()) {
            missing.add("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
        }
        if (!missing.isEmpty()) {
            throw incomplete(String.join(" ", missing) + " Authorization=" + authorization);
        }
    }

    private Instant checkDate(String text) {
        Instant date;
        try {
            date = LocalDateTime.parse(text, DATE).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw incomplete("Date must be in ISO-8601 'basic format'. Got '" + text
                    + "'. See http://en.wikipedia.org/wiki/ISO_8601");
        }
        Instant now = clock.instant();
        if (date.plus(SKEW).isBefore(now)) {
            throw invalid("Signature expired: " + text + " is now earlier than " + format(now.minus(SKEW)) + " ("
                    + format(now) + " - " + SKEW.toMinutes() + " min.)");
        }
        if (date.minus(SKEW).isAfter(now)) {
            throw invalid("Signature not yet current: " + text + " is still later than " + format(now.plus(SKEW)) + " ("
                    + format(now) + " + " + SKEW.toMinutes() + " min.)");
        }
        return date;
    }

    private static String format(Instant time) {
        return DATE.format(time.atOffset(ZoneOffset.UTC));
    }

    private static void checkHeaders(HttpRequest request, List<String> signed) {
        if (!signed.contains("host") || request.header("Host").isEmpty()) {
            throw invalid("'Host' must be a 'SignedHeader' in the AWS Authorization.");
        }
        for (String header : request.headers().keySet()) {
            if (header.startsWith("x-amz-") && !signed.contains(header)) {
                throw invalid("'" + header + "' must be a 'SignedHeader' in the AWS Authorization.");
            }
        }
    }

    private static void checkAlgorithm(String authorization) {
        String algorithm = authorization.substring(0, authorization.indexOf(' '));
        if (!algorithm.equals(ALGORITHM)) {
            throw incomplete("Unsupported AWS 'algorithm': '" + algorithm + "' (only " + ALGORITHM + " for now). ");
        }
    }

    private AccessKey key(String credential, String date) {
        String[] scope = credential.split("/", -1);
        if (scope.length != 5) {
            throw incomplete(
                    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '"
                            + credential + "'");
        }
        List<String> wrong = new ArrayList<>();
        if (!scope[2].equals(region)) {
            wrong.add("Credential should be scoped to a valid region, not '" + scope[2] + "'.");
        }
        if (!scope[3].equals(SERVICE)) {
            wrong.add("Credential should be scoped to correct service: '" + SERVICE + "'.");
        }
        if (!scope[4].equals(TERMINATOR)) {
            wrong.add("Credential should be scoped with a valid terminator: '" + TERMINATOR + "', not '" + scope[4]
                    + "'.");
        }
        if (!date.startsWith(scope[1]) || scope[1].length() != 8) {
            wrong.add("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '"
                    + scope[1] + "' != '" + date.substring(0, 8) + "', from '" + date + "'.");
        }
        if (!wrong.isEmpty()) {
            throw invalid(String.join(" ", wrong));
        }
        AccessKey key = keys.get(scope[0]);
        if (key == null) {
            throw unknownKey();
        }
        return key;
    }

    /** A hash that a client sends is that of the body; another, or none at all, is not for this service. */
    private static void checkBodyHash(HttpRequest request) {
        request.header("X-Amz-Content-SHA256").ifPresent(sent -> requireEqual(sent, sha256(request.body())));
    }

    private static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static void requireEqual(String shown, String expected) {
        if (!MessageDigest.isEqual(shown.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8))) {
            throw invalid(
                    "The request signature we calculated does not match the signature you provided. Check your AWS"
                            + " Secret Access Key and signing method. Consult the service documentation for details.");
        }
    }

    /**
     * Signs what was received. By the SDK's older signer: the newer one adds and signs a header with the hash of the
     * body, which the AWS CLI does not send.
     */
    @SuppressWarnings("deprecation")
    private String signature(HttpRequest request, List<String> headers, AccessKey key, Instant date) {
        var host = HOST.matcher(request.header("Host").orElseThrow());
        if (!host.matches()) {
            throw invalid("'Host' is no name or address of a host.");
        }
        SdkHttpFullRequest.Builder received = SdkHttpFullRequest.builder()
                .method(SdkHttpMethod.POST)
                .protocol("http")
                .host(host.group("host"))
                .port(host.group("port") == null ? 80 : Integer.parseInt(host.group("port")))
                .encodedPath("/")
                .contentStreamProvider(() -> new ByteArrayInputStream(request.body()));
        for (String header : headers) {
            request.header(header).ifPresent(value -> received.putHeader(header, value));
        }
        String authorization = Aws4Signer.create()
                .sign(
                        received.build(),
                        Aws4SignerParams.builder()
                                .awsCredentials(AwsBasicCredentials.create(key.id(), key.secret()))
                                .signingName(SERVICE)
                                .signingRegion(Region.of(region))
                                .signingClockOverride(Clock.fixed(date, ZoneOffset.UTC))
                                .build())
                .firstMatchingHeader("Authorization")
                .orElseThrow();
        return parts(authorization).get("Signature");
    }

    private static ApiException unknownKey() {
        return ApiException.of("UnrecognizedClientException", "The security token included in the request is invalid.");
    }

    private static ApiException incomplete(String message) {
        return ApiException.of("IncompleteSignatureException", message);
    }

    private static ApiException invalid(String message) {
        return ApiException.of("InvalidSignatureException", message);
    }
}
