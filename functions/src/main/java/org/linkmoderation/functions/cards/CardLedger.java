package org.linkmoderation.functions.cards;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Cards with their balances, and what was charged to them. Each key has one effect: however often and in which order a
 * charge and its refund come, and however many at once, the card has paid once if only the charge came, and nothing
 * otherwise.
 *
 * <p>Safe for use by several threads.
 */
public final class CardLedger {

    private static final Logger LOG = System.getLogger(CardLedger.class.getName());

    private final LedgerTable table;

    CardLedger(LedgerTable table) {
        this.table = table;
    }

    /**
     * The ledger that an environment names; adds the sample cards that it asks for.
     *
     * @param environment names and values as of environment variables
     * @throws org.linkmoderation.functions.InvalidSetting if a setting cannot be used
     * @throws LedgerUnavailable if there are sample cards to be added, and the table does not answer
     */
    public static CardLedger of(Map<String, String> environment) {
        var settings = LedgerSettings.of(environment);
        var table = new LedgerTable(settings.client(), settings.table());
        if (!settings.sampleCards().isEmpty()) {
            table.create();
            settings.sampleCards().forEach(table::add);
        }
        return new CardLedger(table);
    }

    /**
     * Takes the amount from the card, or gives the answer that a request with this key had before.
     *
     * @throws Refusal if the card cannot be charged
     * @throws IdempotencyKeyReused if the key belongs to another request
     * @throws ChargeCancelled if the key's refund was here before
     * @throws LedgerUnavailable if the table does not answer
     */
    public Charge charge(ChargeRequest request) {
        var entry = Entry.charged(request, UUID.randomUUID().toString());
        Optional<Entry> known;
        try {
            known = table.take(entry);
        } catch (Refusal refusal) {
            entry = Entry.refused(request, refusal);
            known = table.note(entry);
        }
        if (known.isEmpty()) {
            log(entry);
        }
        return known.orElse(entry).answerTo(request);
    }

    /**
     * Gives the money of a charge back, if it has not been done before. If there is no charge, there will be none.
     *
     * @param key the charge's key
     * @throws UnknownCard if the card is no longer there
     * @throws LedgerUnavailable if the table does not answer
     */
    public Refund refund(String key) {
        var cancelled = Entry.cancelled(key);
        var entry = table.note(cancelled).orElse(cancelled);
        if (entry.status() == Entry.Status.CHARGED && table.giveBack(entry)) {
            LOG.log(Level.INFO, "Refunded charge {0}, key {1}", entry.charge().chargeId(), key);
        }
        return switch (entry.status()) {
            case CHARGED, REFUNDED -> new Refund(Optional.of(entry.charge()));
            case REFUSED, CANCELLED -> new Refund(Optional.empty());
        };
    }

    private static void log(Entry entry) {
        LOG.log(
                Level.INFO,
                "{0} {1} {2}, key {3}: {4}",
                entry.status(),
                String.valueOf(entry.request().orElseThrow().amount()),
                entry.request().orElseThrow().currency(),
                entry.key(),
                entry.refusal()
                        .map(Refusal::code)
                        .orElseGet(() -> entry.charge().chargeId()));
    }
}
