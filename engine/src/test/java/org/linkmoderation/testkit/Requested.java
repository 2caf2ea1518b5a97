package org.linkmoderation.testkit;

import org.linkmoderation.ExecutionType;
import org.linkmoderation.StartRequest;

/** Requests as messages bring them. */
public final class Requested {
    /** The input of a request for the link {@code a1}. */
    public static final String INPUT = "{\"code\":\"a1\",\"url\":\"https://example.org/\"}";

    private Requested() {}

    /** A request to start an execution, brought by a message of its own. */
    public static StartRequest start(String name, String requestId, String input) {
        return request(name, requestId, ExecutionType.STANDARD, false, input);
    }

    /** A request to start an execution of which little is promised. */
    public static StartRequest express(String name, String requestId, String input) {
        return request(name, requestId, ExecutionType.EXPRESS, false, input);
    }

    /** A request to redrive an execution. */
    public static StartRequest redrive(String name, String requestId) {
        return request(name, requestId, ExecutionType.STANDARD, true, "{}");
    }

    private static StartRequest request(
            String name, String requestId, ExecutionType type, boolean redrive, String input) {
        return new StartRequest("moderation", name, requestId, "message of " + requestId, type, redrive, input);
    }
}
