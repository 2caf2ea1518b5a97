package org.linkmoderation.itests;

import static org.linkmoderation.itests.ScriptedLambda.connectionLost;
import static org.linkmoderation.itests.ScriptedLambda.functionError;
import static org.linkmoderation.itests.ScriptedLambda.functionErrorPayload;
import static org.linkmoderation.itests.ScriptedLambda.noAnswer;
import static org.linkmoderation.itests.ScriptedLambda.page;
import static org.linkmoderation.itests.ScriptedLambda.returns;
import static org.linkmoderation.itests.ScriptedLambda.returnsInputWith;
import static org.linkmoderation.itests.ScriptedLambda.serviceError;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.linkmoderation.itests.ScriptedLambda.Step;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * One case of the conformance files: what the scan function does, in words, and what then must come of execution and
 * link. What the words mean for link and function is in {@link #prepare(Links, ScriptedLambda)}.
 *
 * @param id the case's name
 * @param scan what the function does
 * @param expected what must come of it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ConformanceCase(String id, String scan, Expected expected) {

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
    record Expected(
            List<String> statesEntered,
            Integer checkSafetyCalls,
            List<Double> retryDelaysSeconds,
            String executionStatus,
            String linkStatus,
            String error,
            String cause,
            JsonNode markErrorInput) {}

    private static final Step SAFE = returnsInputWith("safe", "true");
    private static final Step UNSAFE = returnsInputWith("safe", "false");
    private static final Step THROWS = functionError("CustomError", "the scanner broke");
    private static final Step THROTTLED = serviceError(429, "TooManyRequestsException", "Rate Exceeded.");
    private static final Step SERVICE_ERROR = serviceError(500, "ServiceException", "Internal failure");
    private static final Step MISSING = serviceError(404, "ResourceNotFoundException", "Function not found");
    private static final Step TIMES_OUT = functionError("States.Timeout", "no real one");

    /** The cases of the reference, then ours. */
    static List<ConformanceCase> all() {
        List<ConformanceCase> all = new ArrayList<>(read("/conformance/moderation-cases.json"));
        all.addAll(read("/conformance/more-cases.json"));
        return all;
    }

    /** The link's code. */
    String code() {
        return id.replace('.', '-');
    }

    /** The name of the execution. */
    String executionName() {
        return "case-" + code();
    }

    String url() {
        return "https://example.org/" + id;
    }

    /** Puts the link and sets what the function does. */
    void prepare(Links links, ScriptedLambda lambda) {
        switch (id) {
            case "link-missing", "link-missing-unsafe", "link-missing-error" -> {}
            case "link-active" -> links.put(code(), url(), "active");
            case "update-of-wrong-type" ->
                links.client().putItem(request -> {
                    Map<String, AttributeValue> item = new HashMap<>(Links.item(code(), url(), "pending"));
                    item.put("decisions", AttributeValue.fromS("no number"));
                    request.tableName(Links.TABLE).item(item);
                });
            default -> links.putPending(code(), url());
        }
        lambda.script(code(), script(links).toArray(new Step[0]));
    }

    private List<Step> script(Links links) {
        Runnable changeUrl = () -> links.putPending(code(), url() + "/changed");
        // @formatter:off
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
            case "timeout" -> List.of(noAnswer());
            case "throws-then-timeout" -> List.of(THROWS, noAnswer());
            case "throws-named-States.Timeout", "link-missing-error" -> List.of(TIMES_OUT);
            case "throws-then-named-States.Timeout" -> List.of(THROWS, TIMES_OUT);
            case "throws-named-States.Runtime" -> List.of(functionError("States.Runtime", "by name only"));
            case "throws-named-States.Runtime-once" -> List.of(functionError("States.Runtime", "by name only"), SAFE);
            case "throws-named-States.DataLimitExceeded" ->
                List.of(functionError("States.DataLimitExceeded", "by name only"));
            case "throws-named-States.TaskFailed" -> List.of(functionError("States.TaskFailed", "by name only"));
            case "throws-without-a-name" -> List.of(functionErrorPayload("{\"errorMessage\":\"no type\"}"));
            case "throws-with-a-long-cause" -> List.of(functionError("States.Timeout", "x".repeat(40_000)));
            case "activate-fails" -> List.of(SAFE.after(changeUrl));
            case "url-changed-unsafe" -> List.of(UNSAFE.after(changeUrl));
            case "url-changed-error" -> List.of(TIMES_OUT.after(changeUrl));
            case "decided-meanwhile" -> List.of(SAFE.after(() -> links.put(code(), url(), "rejected")));
            case "deleted-meanwhile" -> List.of(SAFE.after(() -> links.delete(code())));
            default -> throw new IllegalStateException("No script for the conformance case " + id + ": " + scan);
        };
        // @formatter:on
    }

    private static String paddedTo(int bytes) {
        String start = "{\"safe\":true,\"padding\":\"";
        String end = "\"}";
        return start + "x".repeat(bytes - start.length() - end.length()) + end;
    }

    private static List<ConformanceCase> read(String resource) {
        ObjectMapper json = new ObjectMapper();
        try (InputStream file = ConformanceCase.class.getResourceAsStream(resource)) {
            return json.convertValue(json.readTree(file).path("cases"), new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    @Override
    public String toString() {
        return id;
    }
}
