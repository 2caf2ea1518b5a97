package org.linkmoderation.webhooks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;

/**
 * That an execution has ended, as the engine tells it. An execution that failed and was redriven ends more than once.
 *
 * @param data the notice's JSON
 */
record Notice(ObjectNode data) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The ends that a redrive can follow. */
    private static final Map<HistoryEventType, ExecutionStatus> ENDS = Map.of(
            HistoryEventType.ExecutionFailed, ExecutionStatus.FAILED,
            HistoryEventType.ExecutionTimedOut, ExecutionStatus.TIMED_OUT,
            HistoryEventType.ExecutionAborted, ExecutionStatus.ABORTED);

    private static final int ID_BYTES = 16;

    private static final Set<String> TEXTS = Set.of("name", "stateMachine", "status", "startDate", "stopDate");

    /**
     * Reads a notice.
     *
     * @throws InvalidNoticeException if the text is none
     */
    static Notice of(String text) throws InvalidNoticeException {
        try {
            if (JSON.readTree(text) instanceof ObjectNode json
                    && TEXTS.stream().allMatch(member -> json.path(member).isTextual())) {
                Notice notice = new Notice(json);
                ExecutionStatus.valueOf(notice.text("status"));
                Instant.parse(notice.text("startDate"));
                return notice;
            }
        } catch (JsonProcessingException | DateTimeParseException | IllegalArgumentException e) {
            // The sentence below says it
        }
        throw new InvalidNoticeException(
                "the text is no notice of an execution; expected a JSON object with name, stateMachine, status,"
                        + " startDate and stopDate");
    }

    private String text(String member) {
        return data.get(member).textValue();
    }

    /** The execution. */
    ExecutionId execution() {
        return new ExecutionId(text("stateMachine"), text("name"));
    }

    /** Whether nothing can come after it. */
    boolean isLast() {
        return text("status").equals(ExecutionStatus.SUCCEEDED.name());
    }

    /** How many notices of the same execution were before it. */
    int number() {
        return data.path("redriveCount").asInt();
    }

    /** Whether it is of an execution, and not of another that had the same name. */
    boolean isOf(Execution recorded) {
        return recorded.startDate().equals(Instant.parse(text("startDate")));
    }

    /** What identifies it, however often it is sent: the same for every repetition of the notice. */
    String id() {
        String what = String.join("\n", text("stateMachine"), text("name"), text("startDate"), "" + number());
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(what.getBytes(StandardCharsets.UTF_8));
            return "msg_" + HexFormat.of().formatHex(digest, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** What a receiver gets, by the conventions of Standard Webhooks. */
    byte[] body() {
        JsonNode body = JSON.createObjectNode()
                .put("type", "execution." + text("status").toLowerCase(Locale.ROOT))
                .put("timestamp", text("stopDate"))
                .set("data", data);
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree can be written", e);
        }
    }

    /**
     * The notices that were before this one, in order, as the history of the execution has them.
     *
     * @param recorded the execution
     */
    List<Notice> earlier(Execution recorded) {
        List<Notice> earlier = new ArrayList<>();
        for (HistoryEvent event : recorded.events()) {
            if (ENDS.containsKey(event.type()) && earlier.size() < number()) {
                earlier.add(earlier(event, earlier.size()));
            }
        }
        return earlier;
    }

    private Notice earlier(HistoryEvent end, int number) {
        ObjectNode json = data.deepCopy();
        json.put("status", ENDS.get(end.type()).name());
        json.put("stopDate", end.timestamp().toString());
        json.remove(List.of("output", "error", "cause", "redriveCount"));
        for (String detail : List.of("error", "cause")) {
            if (end.details().get(detail) != null) {
                json.put(detail, end.details().get(detail));
            }
        }
        return new Notice(json.put("redriveCount", number));
    }

    /** How often an execution has ended. */
    static long ends(Execution recorded) {
        return recorded.events().stream()
                .filter(event -> ENDS.containsKey(event.type()) || event.type() == HistoryEventType.ExecutionSucceeded)
                .count();
    }
}
