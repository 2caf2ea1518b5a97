package org.linkmoderation.local.lambda;

import java.util.LinkedHashMap;
import java.util.Map;

/** A request that Lambda refuses without calling a function, with one of the errors of its Invoke API. */
final class InvokeError extends Exception {

    private final int status;
    private final String type;
    private final transient Map<String, Object> body = new LinkedHashMap<>();

    private InvokeError(int status, String type, String messageKey, String message) {
        super(message);
        this.status = status;
        this.type = type;
        body.put("Type", status < 500 ? "User" : "Service");
        body.put(messageKey, message);
    }

    static InvokeError notFound(String arn) {
        return new InvokeError(404, "ResourceNotFoundException", "Message", "Function not found: " + arn);
    }

    static InvokeError invalidName(String name) {
        return new InvokeError(
                400,
                "ValidationException",
                "message",
                "1 validation error detected: Value '" + name + "' at 'functionName' failed to satisfy constraint:"
                        + " Member must satisfy regular expression pattern");
    }

    static InvokeError invalidParameter(String message) {
        return new InvokeError(400, "InvalidParameterValueException", "message", message);
    }

    static InvokeError notJson(String reason) {
        return new InvokeError(
                400, "InvalidRequestContentException", "message", "Could not parse request body into json: " + reason);
    }

    static InvokeError tooLarge(long bytes, String invocationType, int limit) {
        return new InvokeError(
                413,
                "RequestEntityTooLargeException",
                "message",
                bytes + " byte payload is too large for the " + invocationType + " invocation type (limit " + limit
                        + " bytes)");
    }

    static InvokeError tooManyRequests() {
        var error = new InvokeError(429, "TooManyRequestsException", "message", "Rate Exceeded.");
        error.body.put("Reason", "ConcurrentInvocationLimitExceeded");
        return error;
    }

    static InvokeError accessDenied(String message) {
        return new InvokeError(403, "AccessDeniedException", "Message", message);
    }

    static InvokeError service(String message) {
        return new InvokeError(500, "ServiceException", "Message", message);
    }

    /** The HTTP status. */
    int status() {
        return status;
    }

    /** The value of the header {@code X-Amzn-ErrorType}. */
    String type() {
        return type;
    }

    /** The answer's JSON. */
    Map<String, Object> body() {
        return body;
    }
}
