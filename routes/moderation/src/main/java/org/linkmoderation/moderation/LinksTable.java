package org.linkmoderation.moderation;

import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.states.CaughtError;
import org.linkmoderation.states.CurrentExecution;
import org.linkmoderation.states.ItemUpdate;
import org.linkmoderation.states.PeoplesDecision;
import org.linkmoderation.states.RefusedUpdate;

/**
 * The requests to the links table, {@code PK = LINK#<code>}, {@code SK = META}.
 *
 * <p>A decision is written only where the link is pending and leads to the URL that was scanned, and it notes the name
 * of the execution that took it: so it is safe to repeat, creates nothing, and never overwrites another's.
 */
final class LinksTable {
    private static final String STATUS = "status";
    private static final String URL = "url";
    private static final String MODERATED_BY = "moderatedBy";

    private LinksTable() {}

    /** Prepares the update that gives the link of this execution a status. */
    static Processor setStatus(String status) {
        return exchange -> decision(CurrentExecution.of(exchange), status).prepare(exchange);
    }

    /** The same, and notes who reviewed it; where nobody did, what a review of an earlier URL has left is removed. */
    static Processor setReviewedStatus(String status) {
        return exchange -> {
            Optional<PeoplesDecision> review = PeoplesDecision.of(exchange);
            decision(CurrentExecution.of(exchange), status)
                    .put("reviewedBy", review.flatMap(PeoplesDecision::by))
                    .put("reviewedAt", review.map(found -> found.at().toString()))
                    .put("reviewReason", review.map(PeoplesDecision::reason).filter(reason -> !reason.isBlank()))
                    .prepare(exchange);
        };
    }

    /** Prepares the update that marks the link of this execution with the error that was caught. */
    static void setError(Exchange exchange) throws InvalidRequestException {
        CaughtError caught = CaughtError.of(exchange);
        CurrentExecution execution = CurrentExecution.of(exchange);
        decision(execution, "error")
                .put("error", caught.error())
                .put("cause", caught.cause())
                .put("errorAt", execution.now().toString())
                .prepare(exchange);
    }

    private static ItemUpdate decision(CurrentExecution execution, String status) throws InvalidRequestException {
        Link link = Link.of(execution);
        return new ItemUpdate("LINK#" + link.code(), STATUS, URL, MODERATED_BY)
                .put(STATUS, status)
                .put(MODERATED_BY, execution.name())
                .put("moderatedAt", execution.now().toString())
                .countUp("decisions")
                .whereEqual(STATUS, "pending")
                .whereEqual(URL, link.url());
    }

    /**
     * After an update was refused and the link read: goes on if this very execution took the decision, in an earlier
     * run or in a request whose answer was lost.
     *
     * @throws TaskFailedException otherwise, with the reason that DynamoDB does not tell
     */
    static void confirmOwnDecision(Exchange exchange) throws Exception {
        CurrentExecution execution = CurrentExecution.of(exchange);
        RefusedUpdate refused = RefusedUpdate.of(exchange);
        if (!refused.found(MODERATED_BY).equals(execution.name())
                || !refused.found(STATUS).equals(refused.wanted(STATUS))) {
            throw refused.failure(reason(Link.of(execution), refused));
        }
    }

    private static String reason(Link link, RefusedUpdate refused) {
        String subject = "link '" + link.code() + "' ";
        if (refused.isItemMissing()) {
            return subject + "does not exist.";
        }
        if (!refused.found(STATUS).equals("pending")) {
            String by = refused.found(MODERATED_BY);
            return subject + "has status '" + refused.found(STATUS) + "'"
                    + (by.isEmpty() ? "" : ", set by execution '" + by + "'") + "; expected 'pending'.";
        }
        return subject + "leads to '" + StartRequest.abbreviate(refused.found(URL))
                + "', not to the URL that was scanned.";
    }
}
