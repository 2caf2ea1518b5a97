package org.linkmoderation.journal.jdbc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.linkmoderation.PendingCallback;
import org.linkmoderation.UndoFailure;
import org.linkmoderation.Waiting;
import org.linkmoderation.journal.Journal;

/** What an execution waits for, or is in doubt about, as JSON: nothing looks for a part of it. */
final class RunStateJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RunStateJson() {}

    static String write(Waiting waiting) {
        ObjectNode json = JSON.createObjectNode()
                .put("reason", waiting.reason().name())
                .put("state", waiting.state())
                .put("detail", waiting.detail())
                .put("until", waiting.until().toString());
        waiting.callback().ifPresent(callback -> {
            json.put("tokenDigest", callback.tokenDigest())
                    .put("deadline", callback.deadline().toString());
            callback.heartbeat().ifPresent(heartbeat -> json.put("heartbeatSeconds", heartbeat.toSeconds()));
        });
        return json.toString();
    }

    static Waiting readWaiting(String text) {
        JsonNode json = read(text);
        return new Waiting(
                Waiting.Reason.valueOf(json.get("reason").textValue()),
                json.get("state").textValue(),
                json.get("detail").textValue(),
                date(json, "until"),
                Optional.ofNullable(json.get("tokenDigest"))
                        .map(digest -> new PendingCallback(
                                digest.textValue(),
                                Optional.ofNullable(json.get("heartbeatSeconds"))
                                        .map(seconds -> Duration.ofSeconds(seconds.longValue())),
                                date(json, "deadline"))));
    }

    static String write(UndoFailure doubt) {
        String cause = doubt.cause();
        return JSON.createObjectNode()
                .put("attempts", doubt.attempts())
                .put("error", doubt.error())
                .put("cause", cause.substring(0, Math.min(cause.length(), Journal.MAX_INLINE_CHARACTERS)))
                .put("lastAttempt", doubt.lastAttempt().toString())
                .toString();
    }

    static UndoFailure readDoubt(String text) {
        JsonNode json = read(text);
        return new UndoFailure(
                json.get("attempts").intValue(),
                json.get("error").textValue(),
                json.get("cause").textValue(),
                date(json, "lastAttempt"));
    }

    private static Instant date(JsonNode json, String name) {
        return Instant.parse(json.get(name).textValue());
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A record that is no JSON: " + e.getOriginalMessage(), e);
        }
    }
}
