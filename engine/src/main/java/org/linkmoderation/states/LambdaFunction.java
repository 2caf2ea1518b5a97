package org.linkmoderation.states;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.lambda.Lambda2Component;
import org.apache.camel.component.aws2.lambda.Lambda2Constants;
import org.linkmoderation.ErrorName;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.TaskRefusedException;
import org.linkmoderation.run.RunningExecution;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/**
 * A task that invokes a Lambda function with the state's input. A function error, which Lambda answers with status 200,
 * fails the task with the function's own {@code errorType}.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html">Invoking Lambda</a>
 */
public final class LambdaFunction extends TaskPolicy {
    private static final String UNKNOWN = "Lambda.Unknown";
    private static final String SERVICE = "AWSLambda";

    /** A function may take longer than a question whether it may be called. */
    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(4);

    private final String function;
    private final Duration timeout;
    private final Set<String> refusals;

    /**
     * @param function the function's name or ARN
     * @param timeout the state's TimeoutSeconds
     * @param retry the state's Retry
     */
    public LambdaFunction(String function, Duration timeout, Retry retry) {
        this(function, timeout, retry, Set.of());
    }

    /**
     * @param function the function's name or ARN
     * @param timeout the state's TimeoutSeconds
     * @param retry the state's Retry
     * @param refusals the errors by which the function says that it has done nothing, and will do nothing, of what it
     *     was asked for: the {@code errorType}, without a package before it. All other errors of a function leave that
     *     open. What Lambda itself refuses is always a refusal
     */
    public LambdaFunction(String function, Duration timeout, Retry retry, Set<String> refusals) {
        super(TaskKind.LAMBDA_FUNCTION, retry);
        this.refusals = Set.copyOf(refusals);
        this.function = function;
        this.timeout = timeout;
    }

    @Override
    public Duration longestCall() {
        return timeout;
    }

    /** {@inheritDoc} The resource is the function's name or ARN, as it was given. */
    @Override
    public void describe(ObjectNode state) {
        state.put("Resource", function).put("TimeoutSeconds", timeout.toSeconds());
    }

    /** Makes the body, a JSON document, the request that invokes the function with it. */
    public void prepareRequest(Exchange exchange) {
        Duration remaining = RunningExecution.of(exchange).remaining();
        Duration limit = remaining.compareTo(timeout) < 0 ? remaining : timeout;
        exchange.getMessage()
                .setBody(InvokeRequest.builder()
                        .functionName(function)
                        .payload(SdkBytes.fromUtf8String(exchange.getMessage().getBody(String.class)))
                        .overrideConfiguration(config -> config.apiCallTimeout(limit))
                        .build());
    }

    @Override
    protected Map<String, String> resource(Exchange exchange) {
        return Map.of(
                "resource", function,
                "input", exchange.getMessage().getBody(String.class),
                "timeoutInSeconds", Long.toString(timeout.toSeconds()));
    }

    @Override
    protected String result(Exchange exchange) throws TaskFailedException {
        String payload = exchange.getMessage().getBody(String.class);
        if (exchange.getMessage().getHeader(Lambda2Constants.FUNCTION_ERROR) != null) {
            String errorType = read(payload).path("errorType").asText("");
            if (refusals.contains(errorType.substring(errorType.lastIndexOf('.') + 1))) {
                throw new TaskRefusedException(errorType, payload);
            }
            throw new TaskFailedException(errorType.isEmpty() ? UNKNOWN : errorType, payload);
        }
        if (payload.getBytes(StandardCharsets.UTF_8).length > StartRequest.MAX_INPUT_BYTES) {
            throw new TaskFailedException(
                    ErrorName.DATA_LIMIT_EXCEEDED,
                    "The state/task '" + function
                            + "' returned a result with a size exceeding the maximum number of bytes service limit.");
        }
        read(payload);
        return payload;
    }

    private JsonNode read(String payload) throws TaskFailedException {
        JsonNode result;
        try {
            result = StrictJson.read(payload);
        } catch (JsonProcessingException e) {
            throw new TaskFailedException(
                    UNKNOWN, "The function '" + function + "' returned no valid JSON: " + e.getOriginalMessage(), e);
        }
        if (result.isMissingNode()) {
            // Not even null, which Lambda makes of a function without a result: something before it has answered
            throw new TaskFailedException(UNKNOWN, "The function '" + function + "' returned nothing.");
        }
        return result;
    }

    @Override
    protected TaskFailedException failure(Exception thrown) throws Exception {
        if (thrown instanceof TaskFailedException failure) {
            return failure;
        }
        if (thrown instanceof ApiCallTimeoutException) {
            // Without a cause, as in Step Functions: the event before it names the function and its timeout
            return new TaskFailedException(ErrorName.TIMEOUT, "", thrown);
        }
        if (thrown instanceof UncheckedIOException undecoded
                && undecoded.getCause() instanceof CharacterCodingException) {
            return new TaskFailedException(
                    UNKNOWN, "The function '" + function + "' returned bytes that are not UTF-8.", thrown);
        }
        if (thrown instanceof LambdaException refused && !AccessErrors.include(refused)) {
            String code = errorCode(refused);
            String error = "Lambda." + code;
            String cause = ServiceError.cause(SERVICE, code, message(refused), refused);
            return refused.statusCode() >= 400 && refused.statusCode() < 500
                    ? new TaskRefusedException(error, cause, thrown)
                    : new TaskFailedException(error, cause, thrown);
        }
        if (thrown instanceof SdkClientException && !(thrown instanceof AbortedException)) {
            return new TaskFailedException("Lambda.SdkClientException", thrown.getMessage(), thrown);
        }
        throw thrown;
    }

    /** Whether the function may be called; it is not. */
    @Override
    public List<ServiceCheck> checks(CamelContext context) {
        LambdaClient lambda = context.getComponent("aws2-lambda", Lambda2Component.class)
                .getConfiguration()
                .getAwsLambdaClient();
        return List.of(new ServiceCheck("Lambda, function " + function, () -> {
            lambda.invoke(request -> request.functionName(function)
                    .invocationType(InvocationType.DRY_RUN)
                    .overrideConfiguration(limit -> limit.apiCallTimeout(CHECK_TIMEOUT)));
            return "may be invoked";
        }));
    }

    private static String message(LambdaException refused) {
        AwsErrorDetails details = refused.awsErrorDetails();
        return details != null && details.errorMessage() != null ? details.errorMessage() : refused.getMessage();
    }

    private static String errorCode(LambdaException refused) {
        AwsErrorDetails details = refused.awsErrorDetails();
        if (details != null
                && details.errorCode() != null
                && !details.errorCode().isBlank()) {
            return details.errorCode();
        }
        if (refused.statusCode() == 429) {
            return "TooManyRequestsException";
        }
        return refused.statusCode() >= 500 ? "ServiceException" : "AWSLambdaException";
    }
}
