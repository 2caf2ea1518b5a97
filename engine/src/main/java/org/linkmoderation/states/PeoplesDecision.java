package org.linkmoderation.states;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.linkmoderation.Decision;
import org.linkmoderation.ErrorName;

/**
 * How a task that people decide has ended, whatever the answer was: by whom, when and why.
 *
 * @param by who decided, at most {@value Decision#MAX_DECIDED_BY_CHARACTERS} characters; empty if nobody did in time
 * @param at when
 * @param reason why, at most {@value Decision#MAX_REASON_CHARACTERS} characters; may be empty
 */
public record PeoplesDecision(Optional<String> by, Instant at, String reason) {
    /** Who decided, where the answer came with the token and does not say so. */
    private static final String HOLDER = "the holder of the task's token";

    /** Set once an execution has come to such a task: its input may have members of the same names. */
    private static final String ASKED = "org.linkmoderation.peopleAsked";

    /** Notes that people are asked, in this run or in an earlier one. */
    static void asked(Exchange exchange) {
        exchange.setProperty(ASKED, true);
    }

    /**
     * What was decided, from the body that the state was left with: the result of the task, or the error that was
     * caught.
     *
     * @return empty if the execution has not come to a task that people decide
     */
    public static Optional<PeoplesDecision> of(Exchange exchange) {
        if (exchange.getProperty(ASKED) == null) {
            return Optional.empty();
        }
        JsonNode left = JsonDocument.bodyOf(exchange);
        Instant now = CurrentExecution.of(exchange).now();
        CaughtError caught = CaughtError.of(exchange);
        if (!caught.error().isEmpty()) {
            return Optional.of(new PeoplesDecision(
                    Optional.of(HOLDER).filter(holder -> !caught.error().equals(ErrorName.TIMEOUT)),
                    now,
                    cut(caught.cause(), Decision.MAX_REASON_CHARACTERS)));
        }
        String by = left.path("decidedBy").asText("");
        return Optional.of(new PeoplesDecision(
                Optional.of(by.isBlank() ? HOLDER : cut(by, Decision.MAX_DECIDED_BY_CHARACTERS)),
                date(left.path("decidedAt").asText(""), now),
                cut(left.path("reason").asText(""), Decision.MAX_REASON_CHARACTERS)));
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
