package org.linkmoderation.functions.cards;

import java.util.Optional;

/**
 * What the ledger has under an idempotency key. An entry becomes CHARGED, REFUSED or CANCELLED when the key is first
 * heard of; a CHARGED one can become REFUNDED; nothing else changes.
 *
 * @param key the idempotency key
 * @param status what became of the charge
 * @param request what was asked for; empty in an entry that a refund made
 * @param chargeId the ledger's name for the charge; empty if there was none
 * @param refusal why there was none; empty if not refused
 */
record Entry(
        String key,
        Status status,
        Optional<ChargeRequest> request,
        Optional<String> chargeId,
        Optional<Refusal> refusal) {

    enum Status {
        /** The money was taken. */
        CHARGED,
        /** The money was taken, and given back. */
        REFUNDED,
        /** The card could not be charged. */
        REFUSED,
        /** The refund came first; the charge is not to happen. */
        CANCELLED
    }

    static Entry charged(ChargeRequest request, String chargeId) {
        return new Entry(request.key(), Status.CHARGED, Optional.of(request), Optional.of(chargeId), Optional.empty());
    }

    static Entry refused(ChargeRequest request, Refusal refusal) {
        return new Entry(request.key(), Status.REFUSED, Optional.of(request), Optional.empty(), Optional.of(refusal));
    }

    static Entry cancelled(String key) {
        return new Entry(key, Status.CANCELLED, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * The answer to a request with this entry's key.
     *
     * @throws IdempotencyKeyReused if the entry was made for another request
     * @throws ChargeCancelled if the charge was undone, before or after it happened
     * @throws Refusal if the card could not be charged
     */
    Charge answerTo(ChargeRequest asked) {
        if (request.isPresent() && !request.get().equals(asked)) {
            throw new IdempotencyKeyReused("The key " + key + " belongs to another request.");
        }
        return switch (status) {
            case CHARGED -> charge();
            case REFUSED -> throw refusal.orElseThrow();
            case REFUNDED, CANCELLED ->
                throw new ChargeCancelled("The charge with the key " + key + " has been undone; it has no effect.");
        };
    }

    /** The charge of an entry that has one. */
    Charge charge() {
        var charged = request.orElseThrow();
        return new Charge(chargeId.orElseThrow(), charged.amount(), charged.currency());
    }
}
