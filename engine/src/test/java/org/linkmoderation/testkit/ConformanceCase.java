package org.linkmoderation.testkit;

import static org.linkmoderation.testkit.ScriptedLambda.connectionLost;
import static org.linkmoderation.testkit.ScriptedLambda.functionError;
import static org.linkmoderation.testkit.ScriptedLambda.functionErrorPayload;
import static org.linkmoderation.testkit.ScriptedLambda.page;
import static org.linkmoderation.testkit.ScriptedLambda.returns;
import static org.linkmoderation.testkit.ScriptedLambda.returnsInputWith;
import static org.linkmoderation.testkit.ScriptedLambda.serviceError;
import static org.linkmoderation.testkit.ScriptedLambda.timesOut;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.linkmoderation.states.Retry;
import org.linkmoderation.testkit.ScriptedLambda.Happening;
import org.linkmoderation.testkit.ScriptedLambda.Step;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * One case of the conformance files of the moderation: unit tests run it with a clock of their own, the integration
 * tests with real delays.
 *
 * @param id the case's name
 * @param scan what the function does, in words
 * @param expected what must come of it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ConformanceCase(String id, String scan, Expected expected) {
    /**
     * What must come of a case; null where either is right.
     *
     * @param statesEntered the trail
     * @param checkSafetyCalls how often the function is called
     * @param retryDelaysSeconds the delays between the calls, from the failure
     * @param executionStatus the execution's final status
     * @param linkStatus the link's status in the end; null if there is no link
     * @param error the error of an execution that failed, {@code <exception name>} for any
     * @param cause its cause
     * @param markErrorInput the error that MarkError stores
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Expected(
            List<String> statesEntered,
            Integer checkSafetyCalls,
            List<Double> retryDelaysSeconds,
            String executionStatus,
            String linkStatus,
            String error,
            String cause,
            JsonNode markErrorInput) {}

    public static final Step SAFE = returnsInputWith("safe", "true");
    public static final Step UNSAFE = returnsInputWith("safe", "false");
    public static final Step THROWS = functionError("CustomError", "the scanner broke");
    public static final Step THROTTLED = serviceError(429, "TooManyRequestsException", "Rate Exceeded.");
    public static final Step SERVICE_ERROR = serviceError(500, "ServiceException", "Internal failure");
    public static final Step MISSING = serviceError(404, "ResourceNotFoundException", "Function not found");
    public static final Step THROWS_TIMEOUT = functionError("States.Timeout", "no real one");
    public static final Step THROWS_RUNTIME = functionError("States.Runtime", "by name only");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REFERENCE = "moderation-cases.json";

    /** The cases of the reference, then ours. */
    public static Stream<ConformanceCase> all() {
        return Stream.of(REFERENCE, "more-cases.json")
                .flatMap(
                        file -> JSON
                                .convertValue(read(file).path("cases"), new TypeReference<List<ConformanceCase>>() {})
                                .stream());
    }

    /** CheckSafety's Retry as the reference declares it. */
    public static Retry referenceRetry() {
        JsonNode retry = read(REFERENCE).at("/stateMachine/States/CheckSafety/Retry/0");
        return new Retry(
                Duration.ofSeconds(retry.required("IntervalSeconds").longValue()),
                retry.required("MaxAttempts").intValue(),
                retry.required("BackoffRate").doubleValue());
    }

    private static JsonNode read(String file) {
        try (InputStream cases = ConformanceCase.class.getResourceAsStream(file)) {
            return JSON.readTree(cases);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The link of a case, wherever it is kept. */
    public interface Link {
        /** Makes it this, and nothing more. */
        void put(String url, String status);

        /** Sets one more attribute. */
        void set(String attribute, AttributeValue value);

        /** Makes that there is none. */
        void delete();
    }

    /**
     * Makes the link what the case says.
     *
     * @param url the URL of the link
     * @return what the function does, call by call
     */
    public Step[] prepare(Link link, String url) {
        switch (id) {
            case "link-missing", "link-missing-unsafe", "link-missing-error" -> link.delete();
            case "link-active" -> link.put(url, "active");
            case "update-of-wrong-type" -> {
                link.put(url, "pending");
                link.set("decisions", AttributeValue.fromS("no number"));
            }
            default -> link.put(url, "pending");
        }
        return script(link, url).toArray(Step[]::new);
    }

    // @formatter:off
    private List<Step> script(Link link, String url) {
        Happening changeUrl = () -> link.put(url + "/changed", "pending");
        return switch (id) {
            case "safe-true", "link-missing", "link-active", "update-of-wrong-type" -> List.of(SAFE);
            case "safe-false", "link-missing-unsafe" -> List.of(UNSAFE);
            case "safe-string" -> List.of(returnsInputWith("safe", "\"true\""));
            case "safe-null" -> List.of(returnsInputWith("safe", "null"));
            case "safe-number" -> List.of(returnsInputWith("safe", "1"));
            case "safe-array" -> List.of(returnsInputWith("safe", "[true]"));
            case "safe-object" -> List.of(returnsInputWith("safe", "{\"value\":true}"));
            case "safe-nested" -> List.of(returnsInputWith("result", "{\"safe\":true}"));
            case "safe-in-capitals" -> List.of(returnsInputWith("SAFE", "true"));
            case "safe-missing" -> List.of(returnsInputWith("reasons", "[]"));
            case "result-string" -> List.of(returns("\"ok\""));
            case "result-null" -> List.of(returns("null"));
            case "result-true" -> List.of(returns("true"));
            case "result-number" -> List.of(returns("1"));
            case "result-array" -> List.of(returns("[{\"safe\":true}]"));
            case "result-300KB" -> List.of(returns(paddedTo(300_000)));
            case "result-of-the-limit" -> List.of(returns(paddedTo(262_144)));
            case "result-one-over-the-limit" -> List.of(returns(paddedTo(262_145)));
            case "throws-once" -> List.of(THROWS, SAFE);
            case "throws-3-times" -> List.of(THROWS, THROWS, THROWS, SAFE);
            case "throws-once-then-unsafe" -> List.of(THROWS, UNSAFE);
            case "throws-always" -> List.of(THROWS);
            case "throttled-always" -> List.of(THROTTLED);
            case "service-500-once" -> List.of(SERVICE_ERROR, UNSAFE);
            case "throttled-then-throws-then-safe" -> List.of(THROTTLED, THROWS, SAFE);
            case "three-names-then-safe" -> List.of(SERVICE_ERROR, THROWS, THROTTLED, SAFE);
            case "four-names" -> List.of(SERVICE_ERROR, THROTTLED, THROWS, functionError("LastError", "the last one"));
            case "connection-lost-once" -> List.of(connectionLost(), SAFE);
            case "proxy-502-once" -> List.of(page(502), SAFE);
            case "proxy-502-always" -> List.of(page(502));
            case "no-body-once" -> List.of(returns(""), SAFE);
            case "function-missing" -> List.of(MISSING);
            case "timeout" -> List.of(timesOut());
            case "throws-then-timeout" -> List.of(THROWS, timesOut());
            case "throws-named-States.Timeout", "link-missing-error" -> List.of(THROWS_TIMEOUT);
            case "throws-then-named-States.Timeout" -> List.of(THROWS, THROWS_TIMEOUT);
            case "throws-named-States.Runtime" -> List.of(THROWS_RUNTIME);
            case "throws-named-States.Runtime-once" -> List.of(THROWS_RUNTIME, SAFE);
            case "throws-named-States.DataLimitExceeded" ->
                List.of(functionError("States.DataLimitExceeded", "by name only"));
            case "throws-named-States.TaskFailed" -> List.of(functionError("States.TaskFailed", "by name only"));
            case "throws-without-a-name" -> List.of(functionErrorPayload("{\"errorMessage\":\"no type\"}"));
            case "throws-with-a-long-cause" -> List.of(functionError("States.Timeout", "x".repeat(40_000)));
            case "activate-fails" -> List.of(SAFE.after(changeUrl));
            case "url-changed-unsafe" -> List.of(UNSAFE.after(changeUrl));
            case "url-changed-error" -> List.of(THROWS_TIMEOUT.after(changeUrl));
            case "decided-meanwhile" -> List.of(SAFE.after(() -> link.put(url, "rejected")));
            case "deleted-meanwhile" -> List.of(SAFE.after(link::delete));
            default -> throw new IllegalStateException("No script for the conformance case " + id + ": " + scan);
        };
    }
    // @formatter:on

    private static String paddedTo(int bytes) {
        String start = "{\"safe\":true,\"padding\":\"";
        String end = "\"}";
        return start + "x".repeat(bytes - start.length() - end.length()) + end;
    }

    @Override
    public String toString() {
        return id;
    }
}
