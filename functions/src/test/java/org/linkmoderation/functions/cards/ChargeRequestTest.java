package org.linkmoderation.functions.cards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.functions.InvalidRequest;

class ChargeRequestTest {

    private final Map<String, Object> request = new HashMap<>(
            Map.of("key", "domains:a/2026-11-23T00:00:00Z", "amount", 1200, "currency", "EUR", "card", "tok_Ab-9"));

    @Test
    void shouldTakeARequestWithAndWithoutAnOwner() {
        assertThat(ChargeRequest.of(request))
                .isEqualTo(new ChargeRequest("domains:a/2026-11-23T00:00:00Z", "", 1200, "EUR", "tok_Ab-9"));
        request.put("owner", "José");
        assertThat(ChargeRequest.of(request).owner()).isEqualTo("José");
    }

    @Test
    void shouldKeepTheCardOutOfItsText() {
        assertThat(ChargeRequest.of(request).toString()).doesNotContain("tok_Ab-9");
    }

    @Test
    void shouldRefuseAnythingButAWholeNumberInTheRange() {
        for (var amount : Arrays.asList(
                0, -1, 1_000_000_000_000L, 1.0, 12.5, "12", true, null, BigInteger.TEN.pow(30), Long.MIN_VALUE)) {
            request.put("amount", amount);
            assertThatThrownBy(() -> ChargeRequest.of(request))
                    .as("amount %s", amount)
                    .isInstanceOf(InvalidAmount.class)
                    .hasMessageContaining("from 1 to 999999999999");
        }
        request.put("amount", 999_999_999_999L);
        assertThat(ChargeRequest.of(request).amount()).isEqualTo(999_999_999_999L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"EUR", "JPY", "BHD", "USD"})
    void shouldTakeCurrenciesOfIso4217(String currency) {
        request.put("currency", currency);
        assertThat(ChargeRequest.of(request).currency()).isEqualTo(currency);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "eur", "EURO", "ABC", "XAU", "XXX", "978", " EUR"})
    void shouldRefuseOtherCurrencies(String currency) {
        request.put("currency", currency);
        assertThatThrownBy(() -> ChargeRequest.of(request)).isInstanceOf(UnknownCurrency.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"key", "currency", "card"})
    void shouldNameTheFieldThatIsMissingOrNoString(String field) {
        request.put(field, 1);
        assertThatThrownBy(() -> ChargeRequest.of(request))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("\"" + field + "\"");
        request.remove(field);
        assertThatThrownBy(() -> ChargeRequest.of(request))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("\"" + field + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4111 1111 1111 1111", "token#1", "tökén"})
    void shouldRefuseWhatIsNoTokenWithoutRepeatingIt(String card) {
        request.put("card", card);
        assertThatThrownBy(() -> ChargeRequest.of(request))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage("The request's field \"card\" is no token: 1 to 64 letters, digits, _ and -.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "é", "a\n"})
    void shouldRefuseAKeyOfOtherCharacters(String key) {
        assertThatThrownBy(() -> ChargeRequest.keyOf(Map.of("key", key))).isInstanceOf(InvalidRequest.class);
    }

    @Test
    void shouldRefuseNoRequestAtAll() {
        assertThatThrownBy(() -> ChargeRequest.of(null)).isInstanceOf(InvalidRequest.class);
        assertThatThrownBy(() -> ChargeRequest.keyOf(Map.of("key", "k".repeat(257))))
                .isInstanceOf(InvalidRequest.class);
        request.put("owner", "o".repeat(257));
        assertThatThrownBy(() -> ChargeRequest.of(request)).isInstanceOf(InvalidRequest.class);
    }
}
