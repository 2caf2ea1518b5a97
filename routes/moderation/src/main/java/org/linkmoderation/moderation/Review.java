package org.linkmoderation.moderation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.linkmoderation.ErrorName;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.states.CurrentExecution;

/**
 * What a person decided about the link of an execution.
 *
 * @param by who decided; empty if nobody did in time
 * @param at when
 * @param reason why; may be empty
 */
record Review(Optional<String> by, Instant at, String reason) {
    /** Set once an execution has come to Review: its input may have members of the same names, which say nothing. */
    private static final String REVIEWED = "org.linkmoderation.moderation.reviewed";

    /** Who decided, where the answer came with the token and does not say so. */
    private static final String HOLDER = "the holder of the task's token";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_BY_CHARACTERS = 256;
    private static final int MAX_REASON_CHARACTERS = 1_024;

    /** Makes of the function's answer what people are shown: the link as it would be activated, and the findings. */
    static void present(Exchange exchange) throws JsonProcessingException, InvalidRequestException {
        exchange.setProperty(REVIEWED, true);
        CurrentExecution execution = CurrentExecution.of(exchange);
        Link link = Link.of(JSON.readTree(execution.input()));
        JsonNode answer = JSON.readTree(exchange.getMessage().getBody(String.class));
        ObjectNode shown = JSON.createObjectNode().put("code", link.code()).put("url", link.url());
        for (String findings : new String[] {"reasons", "notes"}) {
            if (answer.has(findings)) {
                shown.set(findings, answer.get(findings));
            }
        }
        exchange.getMessage().setBody(shown.toString());
    }

    /** Adds the properties of the message by which others learn of the task. */
    static void address(Exchange exchange) {
        CurrentExecution execution = CurrentExecution.of(exchange);
        exchange.getMessage().setHeader("ExecutionName", execution.name());
        exchange.getMessage().setHeader("StateMachine", execution.id().stateMachine());
        exchange.getMessage().setHeader("State", "Review");
    }

    /**
     * What was decided, from the body that Review was left with: the result of the task, or the error that was caught.
     *
     * @return empty if the execution has not come to Review
     */
    static Optional<Review> of(Exchange exchange) throws JsonProcessingException {
        if (exchange.getProperty(REVIEWED) == null) {
            return Optional.empty();
        }
        JsonNode left = JSON.readTree(exchange.getMessage().getBody(String.class));
        Instant now = CurrentExecution.of(exchange).now();
        if (left.has("Error")) {
            boolean inTime = !left.path("Error").asText().equals(ErrorName.TIMEOUT);
            String cause = left.path("Cause").asText("");
            return Optional.of(new Review(
                    inTime ? Optional.of(HOLDER) : Optional.empty(),
                    now,
                    cut(cause.isEmpty() ? left.path("Error").asText() : cause, MAX_REASON_CHARACTERS)));
        }
        String by = left.path("decidedBy").asText("");
        return Optional.of(new Review(
                Optional.of(by.isBlank() ? HOLDER : cut(by, MAX_BY_CHARACTERS)),
                date(left.path("decidedAt").asText(""), now),
                cut(left.path("reason").asText(""), MAX_REASON_CHARACTERS)));
    }

    private static Instant date(String text, Instant otherwise) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return otherwise;
        }
    }

    private static String cut(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max);
    }
}
