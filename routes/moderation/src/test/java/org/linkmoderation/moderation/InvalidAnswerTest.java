package org.linkmoderation.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.moderation.ModerationUnderTest.CODE;
import static org.linkmoderation.moderation.ModerationUnderTest.request;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.testkit.ScriptedLambda;
import org.linkmoderation.testkit.ScriptedLambda.Step;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/** Answers of the function that are no result: none of them must ever activate a link. */
class InvalidAnswerTest {
    @RegisterExtension
    static final ModerationUnderTest moderation = new ModerationUnderTest(Duration.ZERO);

    static Stream<String> ambiguous() {
        return Stream.of(
                "{\"safe\":false,\"safe\":true}",
                "{\"safe\":true,\"safe\":true}",
                "{\"safe\":true,\"reasons\":{\"a\":1,\"a\":2}}",
                "{\"saf\\u0065\":false,\"safe\":true}",
                "{\"safe\":true}{\"safe\":false}",
                "{\"safe\":true} trailing",
                "{\"safe\":true,\"more\":" + "[".repeat(200) + "]".repeat(200) + "}",
                "{\"safe\":true,\"more\":" + "9".repeat(1_001) + "}");
    }

    @ParameterizedTest
    @MethodSource("ambiguous")
    void shouldTakeAnAmbiguousAnswerForNone(String answer) throws Exception {
        moderation.lambda.script(List.of(ScriptedLambda.returns(answer)));

        moderation.deliver(request("e1"));

        assertThat(moderation.execution("e1").trail()).containsExactly("CheckSafety", "MarkError");
        assertThat(moderation.links.get(CODE, "status")).isEqualTo("error");
        assertThat(moderation.links.get(CODE, "error")).isEqualTo("Lambda.Unknown");
        assertThat(moderation.links.get(CODE, "cause"))
                .startsWith("The function 'ModerateCheck' returned no valid JSON: ");
    }

    @Test
    void shouldTakeBytesThatAreNoTextForNone() throws Exception {
        Step noText = request -> InvokeResponse.builder()
                .statusCode(200)
                .payload(SdkBytes.fromByteArray(new byte[] {'{', (byte) 0xc3, '}'}))
                .build();
        moderation.lambda.script(List.of(noText));

        moderation.deliver(request("e1"));

        assertThat(moderation.execution("e1").trail()).containsExactly("CheckSafety", "MarkError");
        assertThat(moderation.links.get(CODE, "cause"))
                .isEqualTo("The function 'ModerateCheck' returned bytes that are not UTF-8.");
    }

    @Test
    void shouldEndWhateverTheSizeOfAnError() throws Exception {
        moderation.lambda.script(List.of(ScriptedLambda.functionError("E".repeat(500_000), "x".repeat(500_000))));

        moderation.deliver(request("e1"));

        assertThat(moderation.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(moderation.links.get(CODE, "error")).hasSize(256);
        assertThat(moderation.links.get(CODE, "cause")).hasSize(32_768);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ExpiredTokenException", "InvalidSignatureException", "UnrecognizedClientException"})
    void shouldWaitWhileLambdaDoesNotAcceptTheCredentials(String code) throws Exception {
        moderation.lambda.script(
                List.of(ScriptedLambda.serviceError(403, code, "no"), ScriptedLambda.returnsInputWith("safe", "true")));

        moderation.deliverUntilDone(request("e1"));

        assertThat(moderation.links.get(CODE, "status")).isEqualTo("active");
        assertThat(moderation.retries).as("retries of CheckSafety").isEmpty();
    }
}
