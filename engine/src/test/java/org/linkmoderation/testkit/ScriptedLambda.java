package org.linkmoderation.testkit;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.RequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/** A function that answers as a test has scripted it: one step a call, the last one again and again. */
public final class ScriptedLambda implements LambdaClient {
    /** What comes of one call. */
    @FunctionalInterface
    public interface Step {
        InvokeResponse answer(InvokeRequest request) throws InterruptedException;

        /** The same, after something has happened elsewhere. */
        default Step after(Happening happening) {
            return request -> {
                happening.occur();
                return answer(request);
            };
        }
    }

    /** What happens elsewhere while the caller waits. */
    @FunctionalInterface
    public interface Happening {
        void occur() throws InterruptedException;
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<InvokeRequest> calls = new ArrayList<>();
    private List<Step> script = List.of();
    private IntUnaryOperator stepOfCall = IntUnaryOperator.identity();

    /** Sets what the calls from now on do. */
    public void script(List<Step> steps) {
        calls.clear();
        script = List.copyOf(steps);
        stepOfCall = IntUnaryOperator.identity();
    }

    /**
     * Sets what the calls from now on do, where the step is not simply that of the call's number.
     *
     * @param stepOfCall from the number of the call to the number of the step, both counted from 0
     */
    public void script(List<Step> steps, IntUnaryOperator stepOfCall) {
        script(steps);
        this.stepOfCall = stepOfCall;
    }

    /** The calls so far. */
    public List<InvokeRequest> calls() {
        return List.copyOf(calls);
    }

    /** The function returns a JSON document. */
    public static Step returns(String json) {
        return request -> InvokeResponse.builder()
                .statusCode(200)
                .payload(SdkBytes.fromUtf8String(json))
                .build();
    }

    /** The function returns its input, an object, with one more member. */
    public static Step returnsInputWith(String member, String json) {
        return request -> {
            String input = request.payload().asUtf8String();
            return returns(input.substring(0, input.lastIndexOf('}')) + ",\"" + member + "\":" + json + "}")
                    .answer(request);
        };
    }

    /** The function throws. Lambda answers that with status 200. */
    public static Step functionError(String errorType, String message) {
        return functionErrorPayload(JSON.createObjectNode()
                .put("errorMessage", message)
                .put("errorType", errorType)
                .toString());
    }

    /** The function fails, and leaves this. */
    public static Step functionErrorPayload(String payload) {
        return request -> InvokeResponse.builder()
                .statusCode(200)
                .functionError("Unhandled")
                .payload(SdkBytes.fromUtf8String(payload))
                .build();
    }

    /** Lambda itself refuses. */
    public static Step serviceError(int status, String code, String message) {
        return request -> {
            throw LambdaException.builder()
                    .statusCode(status)
                    .message(message)
                    .awsErrorDetails(AwsErrorDetails.builder()
                            .errorCode(code)
                            .errorMessage(message)
                            .build())
                    .build();
        };
    }

    /** There is no answer within the timeout of the call. */
    public static Step timesOut() {
        return request -> {
            throw ApiCallTimeoutException.create(request.overrideConfiguration()
                    .flatMap(RequestOverrideConfiguration::apiCallTimeout)
                    .map(Duration::toMillis)
                    .orElse(0L));
        };
    }

    /** A proxy before Lambda answers with a page: an error without a code, as the SDK makes one of that. */
    public static Step page(int status) {
        return serviceError(status, null, "Service returned HTTP status code " + status);
    }

    /** The connection is lost. */
    public static Step connectionLost() {
        return request -> {
            throw SdkClientException.create("Unable to execute HTTP request: Connection reset");
        };
    }

    /** The thread is interrupted during the call, as at the stop of a container. */
    public static Step aborted() {
        return request -> {
            throw AbortedException.create("Thread was interrupted");
        };
    }

    @Override
    public InvokeResponse invoke(InvokeRequest request) {
        int step = stepOfCall.applyAsInt(calls.size());
        calls.add(request);
        try {
            return script.get(Math.min(step, script.size() - 1)).answer(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AbortedException.create("Thread was interrupted");
        }
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        // Holds nothing
    }
}
