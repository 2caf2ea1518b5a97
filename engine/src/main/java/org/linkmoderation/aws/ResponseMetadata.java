package org.linkmoderation.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * What came with a service's last answer to a thread, beside the result: Camel's components pass on the result alone.
 * The clients are synchronous, so that an answer is intercepted in the thread that asked.
 */
public final class ResponseMetadata implements ExecutionInterceptor {
    private static final ThreadLocal<SdkHttpResponse> LAST = new ThreadLocal<>();

    /** Forgets the last answer. */
    public static void clear() {
        LAST.remove();
    }

    /**
     * Adds the metadata of the last answer to a result, as Step Functions does, but for the headers: the result becomes
     * the input of the next state, and is stored each time. Nothing is added if there was no answer.
     *
     * @param result the result of a task
     */
    public static void addTo(ObjectNode result) {
        Optional.ofNullable(LAST.get()).ifPresent(response -> {
            result.putObject("SdkHttpMetadata").put("HttpStatusCode", response.statusCode());
            result.putObject("SdkResponseMetadata").put("RequestId", requestId(response));
        });
    }

    private static String requestId(SdkHttpResponse response) {
        return response.firstMatchingHeader(List.of("x-amzn-RequestId", "x-amz-request-id"))
                .orElse(null);
    }

    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        LAST.set(context.httpResponse());
    }
}
