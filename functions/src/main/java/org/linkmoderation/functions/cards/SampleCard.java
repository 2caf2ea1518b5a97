package org.linkmoderation.functions.cards;

/**
 * A card that is added to a ledger for trying out.
 *
 * @param token the card's token
 * @param balance in minor units of the currency
 * @param currency the currency's code in ISO 4217
 */
record SampleCard(String token, long balance, String currency) {}
