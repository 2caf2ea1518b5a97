package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EvasionTest {

    private static final LinkScan SCAN = LinkScan.of(TestLinks.evasionSettings());

    static Stream<Arguments> links() {
        return TestLinks.rows("evasion.tsv").stream().map(row -> Arguments.of(row[0], row[1], row[2]));
    }

    @ParameterizedTest(name = "{0}: {1} is {2}")
    @MethodSource("links")
    void shouldCatchTheLinkForItsReason(String kind, String link, String expected) {
        var verdict = SCAN.judge(TestLinks.unescaped(link));
        assertThat(verdict.safe()).isFalse();
        assertThat(verdict.reasons())
                .extracting(Enum::name)
                .containsExactlyInAnyOrderElementsOf(List.of(expected.split(",")));
    }

    @Test
    void shouldHaveManyLinksOfEachClass() {
        var classes = TestLinks.rows("evasion.tsv").stream().map(row -> row[0]).toList();
        for (var kind : List.of("encoding", "host", "unicode", "structure", "brand", "inner", "local")) {
            assertThat(classes).filteredOn(kind::equals).hasSizeGreaterThan(40);
        }
    }
}
