package org.linkmoderation.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.linkmoderation.moderation.ModerationUnderTest.CODE;
import static org.linkmoderation.moderation.ModerationUnderTest.request;

import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.states.Retry;
import org.linkmoderation.testkit.Deliveries.ParkedExecution;
import org.linkmoderation.testkit.Requested;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** Updates of the link that DynamoDB does not make. */
class RefusedUpdateTest {
    private static final int UPDATE_RETRIES = 2;

    @RegisterExtension
    static final ModerationUnderTest moderation = new ModerationUnderTest(Duration.ZERO);

    @RegisterExtension
    static final ModerationUnderTest retrying =
            new ModerationUnderTest(new Retry(Duration.ZERO, 3, 2), new Retry(Duration.ZERO, UPDATE_RETRIES, 2));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ExpiredToken",
                "ExpiredTokenException",
                "InvalidSignatureException",
                "RequestTimeTooSkewed",
                "UnrecognizedClientException",
                ""
            })
    void shouldWaitForWhatSaysNothingOfTheLink(String code) throws Exception {
        moderation.links.failBefore(UpdateItemRequest.class, InMemoryLinks.refusal(400, code, "not now"));

        assertThatThrownBy(() -> moderation.deliver(request("e1"))).isInstanceOf(ParkedExecution.class);
        assertThat(moderation.execution("e1").status()).isEqualTo(ExecutionStatus.RUNNING);
        moderation.clock.advance(Duration.ofSeconds(1));

        moderation.deliver(request("e1"));
        assertThat(moderation.links.get(CODE, "status")).isEqualTo("active");
        assertThat(moderation.lambda.calls()).hasSize(1);
    }

    @Test
    void shouldFailWhereDynamoDbThrottlesAndGoOnByARedrive() throws Exception {
        throttle(moderation, 1);

        moderation.deliver(request("e1"));

        assertThat(moderation.execution("e1").status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(moderation.execution("e1").error()).contains("DynamoDB.ThrottlingException");
        assertThat(moderation.links.get(CODE, "status")).isEqualTo("pending");

        moderation.deliver(Requested.redrive("e1", "redrive-1"));
        assertThat(moderation.links.get(CODE, "status")).isEqualTo("active");
        assertThat(moderation.lambda.calls()).hasSize(1);
    }

    @Test
    void shouldRetryAThrottledUpdateWhereItIsSet() throws Exception {
        throttle(retrying, UPDATE_RETRIES);

        retrying.deliver(request("e1"));

        assertThat(retrying.execution("e1").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(retrying.links.get(CODE, "status")).isEqualTo("active");
        assertThat(retrying.details("e1", HistoryEventType.TaskFailed)).hasSize(UPDATE_RETRIES);
    }

    @Test
    void shouldFailWhereTheRetriesOfAThrottledUpdateAreUsedUp() throws Exception {
        throttle(retrying, UPDATE_RETRIES + 1);

        retrying.deliver(request("e1"));

        assertThat(retrying.execution("e1").status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(retrying.links.get(CODE, "status")).isEqualTo("pending");
    }

    @Test
    void shouldNotRetryWhatIsNoThrottling() throws Exception {
        retrying.links.delete(CODE);

        retrying.deliver(request("e1"));

        assertThat(retrying.details("e1", HistoryEventType.TaskFailed)).hasSize(1);
    }

    private static void throttle(ModerationUnderTest moderation, int times) {
        Collections.nCopies(times, InMemoryLinks.refusal(400, "ThrottlingException", "Rate of requests exceeded"))
                .forEach(refusal -> moderation.links.failBefore(UpdateItemRequest.class, refusal));
    }
}
