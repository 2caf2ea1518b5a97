package org.linkmoderation.domains;

import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.ddb.Ddb2Constants;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.TaskRefusedException;
import org.linkmoderation.states.CurrentExecution;
import org.linkmoderation.states.ItemUpdate;
import org.linkmoderation.states.RefusedUpdate;

/**
 * The requests to the table of domains, {@code PK = DOMAIN#<name>}, {@code SK = META}.
 *
 * <p>A domain is free while its item is missing or has no {@code status}; then it is {@code reserved}, then
 * {@code confirmed}, by the execution whose key is in {@code soldBy}. Each update is one conditional request that is
 * safe to repeat. A release takes back both; if the reservation was never answered, it leaves an attribute
 * {@code refused.<key>}, so that a reservation that arrives after its release has no effect.
 */
final class DomainsTable {
    private static final String STATUS = "status";
    private static final String RESERVED = "reserved";
    private static final String CONFIRMED = "confirmed";
    private static final String OWNER = "owner";
    private static final String SOLD_BY = "soldBy";
    private static final String RESERVED_AT = "reservedAt";
    private static final String CONFIRMED_AT = "confirmedAt";

    private DomainsTable() {}

    /** Prepares the update that reserves the domain, if it is free. */
    static void reserve(Exchange exchange) {
        CurrentExecution execution = CurrentExecution.of(exchange);
        update(execution)
                .put(STATUS, RESERVED)
                .put(OWNER, execution.inputDocument().path(OWNER).textValue())
                .put(SOLD_BY, Charge.key(execution))
                .put(RESERVED_AT, execution.now().toString())
                .whereMissing(STATUS)
                .whereMissing(refusal(execution))
                .prepare(exchange);
    }

    /** Prepares the update that makes the reservation final, if it is this execution's. */
    static void confirm(Exchange exchange) {
        CurrentExecution execution = CurrentExecution.of(exchange);
        update(execution)
                .put(STATUS, CONFIRMED)
                .put(CONFIRMED_AT, execution.now().toString())
                .whereEqual(STATUS, RESERVED)
                .whereEqual(SOLD_BY, Charge.key(execution))
                .prepare(exchange);
    }

    /** Prepares the update that makes the domain free, if it is this execution's. */
    static void release(Exchange exchange) {
        CurrentExecution execution = CurrentExecution.of(exchange);
        update(execution)
                .delete(STATUS, OWNER, SOLD_BY, RESERVED_AT, CONFIRMED_AT)
                .whereEqual(SOLD_BY, Charge.key(execution))
                .prepare(exchange);
    }

    /** Prepares the update after which no reservation of this execution has an effect. */
    static void refuse(Exchange exchange) {
        CurrentExecution execution = CurrentExecution.of(exchange);
        update(execution).put(refusal(execution), execution.now().toString()).prepare(exchange);
    }

    /** After a release was refused: the domain is not this execution's, and so there is nothing to release. */
    static void notReserved(Exchange exchange) {
        exchange.getMessage().removeHeader(Ddb2Constants.ATTRIBUTES);
    }

    /**
     * After an update was refused and the item read: goes on if this very execution made it, in an earlier run or in a
     * request whose answer was lost.
     *
     * @throws TaskRefusedException otherwise: {@code DomainTaken} if another has the domain
     */
    static void checkOwn(Exchange exchange) throws Exception {
        CurrentExecution execution = CurrentExecution.of(exchange);
        RefusedUpdate refused = RefusedUpdate.of(exchange);
        String wanted = refused.wanted(STATUS);
        String status = refused.found(STATUS);
        boolean isOwn = refused.found(SOLD_BY).equals(Charge.key(execution));
        if (isOwn && (status.equals(wanted) || status.equals(CONFIRMED))) {
            return;
        }
        String domain = domain(execution);
        if (wanted.equals(RESERVED) && !status.isEmpty()) {
            throw new TaskRefusedException("DomainTaken", "The domain '" + domain + "' is " + status + " already.");
        }
        throw refused.failure("the domain '" + domain + "' is "
                + (status.isEmpty() ? "not reserved" : status + " by another execution") + "; expected "
                + (wanted.equals(RESERVED) ? "that its release was not asked for" : "reserved by this one")
                + ".");
    }

    private static ItemUpdate update(CurrentExecution execution) {
        return new ItemUpdate("DOMAIN#" + domain(execution), STATUS, SOLD_BY);
    }

    private static String domain(CurrentExecution execution) {
        try {
            return Sale.domain(execution.inputDocument().path("domain").textValue());
        } catch (InvalidRequestException e) {
            throw new IllegalStateException("An input that was accepted", e);
        }
    }

    private static String refusal(CurrentExecution execution) {
        return "refused." + Charge.key(execution);
    }
}
