package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OrdinaryLinksTest {

    @Test
    void shouldRaiseOnlyTheKnownFalseAlarms() {
        var scan = LinkScan.of(Map.of());
        var known = new TreeMap<String, String>();
        var raised = new TreeMap<String, String>();
        var rows = TestLinks.rows("ordinary.tsv");
        for (var row : rows) {
            if (row.length > 1) {
                known.put(row[0], row[1]);
            }
            var verdict = scan.judge(row[0]);
            if (!verdict.safe()) {
                raised.put(
                        row[0],
                        String.join(
                                ",", verdict.reasons().stream().map(Enum::name).toList()));
            }
        }
        assertThat(rows).hasSizeGreaterThan(1_400);
        assertThat(raised).isEqualTo(known).hasSize(5);
    }
}
