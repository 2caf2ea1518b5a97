package org.linkmoderation.local.lambda;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a function is told of its invocation.
 *
 * @param function the function's name
 * @param arn the ARN that was called
 * @param requestId the id of the invocation
 * @param deadlineNanos when it times out, on the clock of {@link System#nanoTime()}
 */
record InvocationContext(String function, String arn, String requestId, long deadlineNanos) implements Context {

    static final String VERSION = "$LATEST";

    @Override
    public String getAwsRequestId() {
        return requestId;
    }

    @Override
    public String getLogGroupName() {
        return "/aws/lambda/" + function;
    }

    @Override
    public String getLogStreamName() {
        return "local";
    }

    @Override
    public String getFunctionName() {
        return function;
    }

    @Override
    public String getFunctionVersion() {
        return VERSION;
    }

    @Override
    public String getInvokedFunctionArn() {
        return arn;
    }

    /** None: only mobile applications have one. */
    @Override
    public CognitoIdentity getIdentity() {
        return null;
    }

    /** None: only mobile applications have one. */
    @Override
    public ClientContext getClientContext() {
        return null;
    }

    @Override
    public int getRemainingTimeInMillis() {
        return (int) Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime()));
    }

    /** The heap of this JVM, which all functions share. */
    @Override
    public int getMemoryLimitInMB() {
        return (int) (Runtime.getRuntime().maxMemory() / (1024 * 1024));
    }

    @Override
    public LambdaLogger getLogger() {
        Logger log = LoggerFactory.getLogger(LambdaEndpoint.class.getName() + "." + function);
        return new LambdaLogger() {
            @Override
            public void log(String message) {
                log.info("{} {}", requestId, message);
            }

            @Override
            public void log(byte[] message) {
                log(new String(message, StandardCharsets.UTF_8));
            }
        };
    }
}
