package org.linkmoderation.functions.cards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linkmoderation.functions.InvalidSetting;

class LedgerSettingsTest {

    @Test
    void shouldAddNoCardsUnlessAsked() {
        var settings = LedgerSettings.of(Map.of());
        assertThat(settings.table()).isEqualTo("card-ledger");
        assertThat(settings.sampleCards()).isEmpty();
    }

    @Test
    void shouldReadSampleCards() {
        assertThat(LedgerSettings.of(Map.of("CARD_LEDGER_SAMPLE_CARDS", " a:100:EUR  b-1:0:JPY"))
                        .sampleCards())
                .containsExactly(new SampleCard("a", 100, "EUR"), new SampleCard("b-1", 0, "JPY"));
    }

    @ParameterizedTest
    @CsvSource({
        "CARD_LEDGER_TABLE, a b",
        "CARD_LEDGER_SAMPLE_CARDS, card",
        "CARD_LEDGER_SAMPLE_CARDS, card:-1:EUR",
        "CARD_LEDGER_TABEL, card-ledger",
        "AWS_ENDPOINT_URL_DYNAMODB, 127.0.0.1:8000",
        "AWS_ENDPOINT_URL_DYNAMODB, http://"
    })
    void shouldNameASettingThatCannotBeUsed(String name, String value) {
        assertThatThrownBy(() -> LedgerSettings.of(Map.of(name, value)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith("The setting " + name + " is \"")
                .hasMessageContaining("; expected ");
    }

    @Test
    void shouldBeExplainedInTheReadmeAndNoOther() throws IOException {
        var readme = Files.readString(Path.of(System.getProperty("basedir", "."), "README.md"));
        var explained = new TreeSet<String>();
        var row = Pattern.compile("(?m)^\\| `(CARD_LEDGER_[A-Z_]+)` +\\|").matcher(readme);
        while (row.find()) {
            explained.add(row.group(1));
        }
        assertThat(explained).isEqualTo(new TreeSet<>(LedgerSettings.names()));
    }
}
