package org.linkmoderation.local.lambda;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An invocation whose function failed. Lambda answers it with status 200, a header and the error as JSON. */
final class FunctionError extends Exception {

    private static final int MAX_CAUSES = 10;

    private final transient Map<String, Object> body;

    private FunctionError(Map<String, Object> body, Throwable cause) {
        super(String.valueOf(body.get("errorMessage")), cause);
        this.body = body;
    }

    /** What the Java runtime says of an exception that left the handler. */
    static FunctionError of(Throwable thrown) {
        return new FunctionError(describe(thrown, MAX_CAUSES), thrown);
    }

    /** What the Java runtime says of an event that has not the type that the handler takes. */
    static FunctionError ofEvent(Throwable thrown) {
        return of(new RuntimeException("An error occurred during JSON parsing", thrown));
    }

    /** What Lambda says of a function that took too long. */
    static FunctionError timedOut(String requestId, long timeoutMillis) {
        return ofLambda(
                "Sandbox.Timedout",
                String.format(
                        "RequestId: %s Error: Task timed out after %d.%02d seconds",
                        requestId, timeoutMillis / 1000, timeoutMillis % 1000 / 10));
    }

    /** What Lambda says of an answer that is too large. */
    static FunctionError tooLarge(int limit) {
        return ofLambda(
                "Function.ResponseSizeTooLarge",
                "Response payload size exceeded maximum allowed payload size (" + limit + " bytes).");
    }

    private static FunctionError ofLambda(String type, String message) {
        var body = new LinkedHashMap<String, Object>();
        body.put("errorType", type);
        body.put("errorMessage", message);
        return new FunctionError(body, null);
    }

    /** {@code errorMessage}, {@code errorType}, {@code stackTrace} and, if there is one, {@code cause}. */
    Map<String, Object> body() {
        return body;
    }

    private static Map<String, Object> describe(Throwable thrown, int causes) {
        var error = new LinkedHashMap<String, Object>();
        error.put("errorMessage", thrown.getMessage());
        error.put("errorType", thrown.getClass().getName());
        error.put("stackTrace", stackTrace(thrown));
        if (thrown.getCause() != null && causes > 0) {
            error.put("cause", describe(thrown.getCause(), causes - 1));
        }
        return error;
    }

    /** The function's own frames: those of the endpoint below them would not be there on Lambda. */
    private static List<String> stackTrace(Throwable thrown) {
        return Arrays.stream(thrown.getStackTrace())
                .takeWhile(frame -> !frame.getClassName().startsWith(LambdaFunction.class.getName()))
                .map(StackTraceElement::toString)
                .toList();
    }
}
