package org.linkmoderation.rescan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.states.CurrentExecution;
import org.linkmoderation.states.ItemUpdate;
import org.linkmoderation.states.JsonDocument;

/**
 * The updates of the links table, {@code PK = LINK#<code>}, {@code SK = META}: only of a link that is active and leads
 * to the URL that was scanned. Any other is left as it is, and the outcome says why.
 */
final class LinksTable {
    private static final int MAX_REASON_CHARACTERS = 1_024;

    private static final String STATUS = "status";
    private static final String URL = "url";
    private static final String ACTIVE = "active";
    private static final String BLOCKED = "blocked";
    private static final String BLOCKED_BY = "blockedBy";
    private static final String SCANNED_BY = "scannedBy";
    private static final String LIST_VERSION = "listVersion";

    /** What became of the link. */
    enum Outcome {
        /** It is as safe as before. */
        KEPT,
        /** Its status is {@code blocked}. */
        TAKEN_DOWN,
        /** A person has approved it; what was found is for people to decide. */
        REVIEWED,
        /** It leads to another URL by now, which is to be scanned. */
        CHANGED,
        /** It is no longer active. */
        NOT_ACTIVE,
        /** There is no such link. */
        GONE
    }

    private LinksTable() {}

    /** Prepares the update that notes of the link that it was scanned. */
    static void keep(Exchange exchange) throws InvalidRequestException {
        scanned(exchange).prepare(exchange);
    }

    /** Prepares the update that blocks the link. */
    static void takeDown(Exchange exchange) throws InvalidRequestException {
        blocked(exchange).prepare(exchange);
    }

    /** Prepares the update that blocks the link unless a person has approved it. */
    static void takeDownUnlessReviewed(Exchange exchange) throws InvalidRequestException {
        blocked(exchange).whereMissing("reviewedBy").prepare(exchange);
    }

    private static ItemUpdate blocked(Exchange exchange) throws InvalidRequestException {
        CurrentExecution execution = CurrentExecution.of(exchange);
        return scanned(exchange)
                .put(STATUS, BLOCKED)
                .put(BLOCKED_BY, execution.name())
                .put("blockedAt", execution.now().toString())
                .put("blockReason", reasons(JsonDocument.bodyOf(exchange)));
    }

    private static ItemUpdate scanned(Exchange exchange) throws InvalidRequestException {
        CurrentExecution execution = CurrentExecution.of(exchange);
        Link link = Link.of(execution.inputDocument());
        ItemUpdate update = new ItemUpdate("LINK#" + link.code(), STATUS, URL, BLOCKED_BY)
                .put(SCANNED_BY, execution.name())
                .put("scannedAt", execution.now().toString())
                .whereEqual(STATUS, ACTIVE)
                .whereEqual(URL, link.url());
        String listVersion = JsonDocument.bodyOf(exchange).path(LIST_VERSION).asText("");
        return listVersion.isEmpty() ? update : update.put(LIST_VERSION, listVersion);
    }

    private static String reasons(JsonNode answer) {
        List<String> reasons = new ArrayList<>();
        answer.path("reasons").forEach(reason -> reasons.add(reason.asText()));
        String text = reasons.isEmpty() ? "The scan says that it is not safe." : String.join(", ", reasons);
        return text.length() <= MAX_REASON_CHARACTERS ? text : text.substring(0, MAX_REASON_CHARACTERS);
    }

    /**
     * Makes of what an update answered, or of what was read after it was refused, what became of the link:
     * {@code {"outcome", "code", "url"}}.
     */
    static void outcome(Exchange exchange) throws InvalidRequestException {
        CurrentExecution execution = CurrentExecution.of(exchange);
        Link link = Link.of(execution.inputDocument());
        JsonNode attributes = JsonDocument.bodyOf(exchange).path("Attributes");
        String url = text(attributes, URL);
        ObjectNode outcome = JsonNodeFactory.instance
                .objectNode()
                .put("outcome", outcome(attributes, link, execution.name()).name())
                .put("code", link.code())
                .put("url", url.isEmpty() ? link.url() : url);
        JsonDocument.set(exchange, outcome);
    }

    private static Outcome outcome(JsonNode attributes, Link link, String execution) {
        String status = text(attributes, STATUS);
        if (status.equals(BLOCKED) && text(attributes, BLOCKED_BY).equals(execution)) {
            // By this update, or by an earlier one of this execution whose answer was lost
            return Outcome.TAKEN_DOWN;
        }
        if (attributes.has(SCANNED_BY)) {
            return Outcome.KEPT;
        }
        if (attributes.isEmpty()) {
            return Outcome.GONE;
        }
        if (!status.equals(ACTIVE)) {
            return Outcome.NOT_ACTIVE;
        }
        return text(attributes, URL).equals(link.url()) ? Outcome.REVIEWED : Outcome.CHANGED;
    }

    private static String text(JsonNode attributes, String name) {
        return attributes.path(name).path("S").asText("");
    }
}
