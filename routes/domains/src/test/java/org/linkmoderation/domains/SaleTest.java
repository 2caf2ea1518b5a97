package org.linkmoderation.domains;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.states.ShownText;

class SaleTest {
    private static final UnaryOperator<String> SHOWN_TEXT = ShownText.without("card");

    private static final String INPUT =
            "{\"domain\":\"example.org\",\"owner\":\"ann\",\"amount\":1200,\"currency\":\"EUR\",\"card\":\"sample-card\"}";

    private static JsonNode with(String member, String json) throws Exception {
        JsonNode input = new ObjectMapper().readTree(INPUT);
        return ((com.fasterxml.jackson.databind.node.ObjectNode) input).set(member, new ObjectMapper().readTree(json));
    }

    @Test
    void shouldReadASale() throws Exception {
        assertThat(Sale.of(new ObjectMapper().readTree(INPUT)))
                .isEqualTo(new Sale("example.org", "ann", 1200, "EUR", "sample-card"));
    }

    @ParameterizedTest
    @CsvSource({
        "Example.ORG, example.org",
        "bücher.example, xn--bcher-kva.example",
        "a.b.c.example, a.b.c.example",
        "xn--bcher-kva.example, xn--bcher-kva.example",
        "1.example, 1.example"
    })
    void shouldKnowADomainByItsNameInAscii(String name, String ascii) throws Exception {
        assertThat(Sale.of(with("domain", "\"" + name + "\"")).domain()).isEqualTo(ascii);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example",
                ".example",
                "example.",
                "a..example",
                "-a.example",
                "a-.example",
                "a_b.example",
                "a b.example",
                "127.0.0.1",
                "http://a.example",
                "a.example/",
                "a.example:80"
            })
    void shouldRefuseWhatIsNoDomain(String name) {
        assertThatThrownBy(() -> Sale.of(with("domain", "\"" + name + "\"")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("'domain' is '" + name
                        + "'; expected the name of a domain such as example.org, at most 253 characters");
    }

    @Test
    void shouldRefuseADomainThatIsTooLong() {
        String label = "a".repeat(63);
        String name = label + "." + label + "." + label + "." + label;
        assertThatThrownBy(() -> Sale.of(with("domain", "\"" + name + "\"")))
                .hasMessageContaining("at most 253 characters");
        assertThatThrownBy(() -> Sale.of(with("domain", "\"a" + label + ".example\"")))
                .hasMessageContaining("expected the name of a domain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "12.5", "12.0", "\"1200\"", "null", "1000000000000", "99999999999999999999"})
    void shouldRefuseWhatIsNoAmount(String amount) {
        assertThatThrownBy(() -> Sale.of(with("amount", amount)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("'amount' is ")
                .hasMessageContaining("; expected a whole number of the currency's minor unit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "eur", "EURO", "978", "ZZZ"})
    void shouldRefuseWhatIsNoCurrency(String currency) {
        assertThatThrownBy(() -> Sale.of(with("currency", "\"" + currency + "\"")))
                .hasMessage("'currency' is '" + currency + "'; expected a code of ISO 4217 such as EUR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\\u0000", "a\\nb"})
    void shouldRefuseWhatIsNoOwner(String owner) {
        assertThatThrownBy(() -> Sale.of(with("owner", "\"" + owner + "\"")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("'owner' is '");
    }

    @Test
    void shouldNotTellTheCardThatItRefuses() {
        assertThatThrownBy(() -> Sale.of(with("card", "\"4111 1111 1111 1111\"")))
                .hasMessage("'card' is no token of a card (its 19 characters are not told); expected 1 to 64 characters"
                        + " of A-Z, a-z, 0-9, '_' and '-'");
    }

    @Test
    void shouldSayWhatIsMissing() {
        assertThatThrownBy(() -> Sale.of(new ObjectMapper().readTree("{\"domain\":\"example.org\"}")))
                .hasMessageStartingWith("the input has no 'owner'; expected an object {");
        assertThatThrownBy(() -> Sale.of(new ObjectMapper().readTree("[1]")))
                .hasMessageStartingWith("the input is a JSON array; expected an object {");
        assertThatThrownBy(() -> Sale.of(with("card", "4242")))
                .hasMessage("'card' is a JSON number; expected a string");
    }

    @ParameterizedTest
    @CsvSource({"tok_0123456789_4242, …4242", "sample-card, …", "a, …"})
    void shouldJournalTheEndOfALongTokenOnly(String card, String shown) throws Exception {
        JsonNode journaled = Sale.withoutCard(with("card", "\"" + card + "\""));

        assertThat(journaled.path("card").textValue()).isEqualTo(shown);
        assertThat(journaled.path("domain").textValue()).isEqualTo("example.org");
        assertThat(Sale.of(with("card", "\"" + card + "\"")).toString())
                .doesNotContain(card + " ")
                .doesNotEndWith(card);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"card\":\"tok_secret\",\"domain\":\"a\"}",
                "{\"card\" : \"tok_secret",
                "{\"card\":\"a,}\\\"tok_secret\"}",
                "{\"card\":tok_secret}",
                "{\"amount\":1e99999999999,\"card\":\"tok_secret\"}",
                "{\n\"card\"\n:\n\"tok_secret\"}",
                "{\"c\\u0061rd\":\"tok_secret\"}",
                "{\"card\":\"a\",\"card\":\"tok_secret\"}",
                "{\"a\":[{\"card\":{\"number\":\"tok_secret\"}}],\"card\":[\"tok_secret\"]}"
            })
    void shouldHideTheCardOfADeadLetter(String text) {
        assertThat(SHOWN_TEXT.apply(text)).doesNotContain("tok_secret").contains("…");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "card=tok_secret",
                "'card': 'tok_secret'",
                "\"{\\\"card\\\":\\\"tok_secret\\\"}\"",
                "{\"CardToken\":\"tok_secret\"}",
                "{'card':'tok_secret'}",
                "{\"domain\":\"a\"} card=tok_secret",
                "{\"domain\":\"a\",card:\"tok_secret\"}",
                ""
            })
    void shouldShowNothingFromWhereATextIsNoJsonOn(String text) {
        assertThat(SHOWN_TEXT.apply(text)).doesNotContain("tok_secret").contains("…");
    }

    @Test
    void shouldShowTheRestOfADeadLetter() {
        assertThat(SHOWN_TEXT.apply("{\"domain\": \"example.org\", \"card\": \"tok\", \"amount\": 1.50}"))
                .isEqualTo("{\"domain\":\"example.org\",\"card\":\"…\",\"amount\":1.50}");
    }

    /** A pattern ran out of stack on the first of them. */
    @Test
    @Timeout(5)
    void shouldHideTheCardOfALongOrADeepText() {
        assertThat(SHOWN_TEXT.apply("{\"card\":\"" + "\\\\".repeat(10_000) + "tok_secret\"}"))
                .isEqualTo("{\"card\":\"…\"}");
        assertThat(SHOWN_TEXT.apply("{\"a\":\"" + "x".repeat(1_000_000) + "\",\"card\":\"tok_secret\"}"))
                .doesNotContain("tok_secret")
                .endsWith("…");
        assertThat(SHOWN_TEXT.apply("[".repeat(100_000) + "{\"card\":\"tok_secret\"}"))
                .doesNotContain("tok_secret")
                .hasSizeLessThan(2_000);
    }

    @Test
    @Timeout(5)
    void shouldRefuseALongDomainBeforeItIsConverted() {
        assertThatThrownBy(() -> Sale.domain("漢".repeat(80_000) + ".org"))
                .hasMessageContaining("at most 253 characters")
                .hasMessageMatching("(?s).{0,300}");
    }
}
