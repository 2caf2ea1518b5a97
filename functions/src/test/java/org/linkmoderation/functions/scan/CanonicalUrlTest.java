package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalUrlTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    HTTPS://Example.ORG                   | https://example.org/
                    https://example.org:443/a             | https://example.org/a
                    http://example.org:0080/a             | http://example.org/a
                    https://example.org:80/a              | https://example.org:80/a
                    https://example.org/a/../b/./c//d     | https://example.org/b/c/d
                    https://example.org/%7Euser/%c3%a4    | https://example.org/~user/%C3%A4
                    https://example.org/\u00e4            | https://example.org/%C3%A4
                    https://example.org/100%25            | https://example.org/100%25
                    https://example.org/?b=2&a=1          | https://example.org/?a=1&b=2
                    https://example.org/?                 | https://example.org/
                    https://example.org/a#b               | https://example.org/a
                    https://user:pw@example.org/          | https://***@example.org/
                    https://B\u00fccher.example/          | https://xn--bcher-kva.example/
                    https://fa\u00df.de/                  | https://xn--fa-hia.de/
                    http://0x7f.1/                        | http://127.0.0.1/
                    http://[2001:DB8:0:0::1]/             | http://[2001:db8::1]/
                    https://r3---sn-x.example.com/        | https://r3---sn-x.example.com/
                    https://under_score.example.com/      | https://under_score.example.com/
                    """)
    void shouldHaveOneFormForAllSpellings(String url, String canonical) throws Unscannable {
        assertThat(CanonicalUrl.of(url)).hasToString(canonical);
        assertThat(CanonicalUrl.of(canonical)).hasToString(canonical);
    }

    @Test
    void shouldAcceptUrlsUpToTheLimitAndRefuseLongerOnes() throws Unscannable {
        var longest = "https://example.org/" + "a".repeat(CanonicalUrl.MAX_LENGTH - 20);
        assertThat(CanonicalUrl.of(longest)).hasToString(longest);
        assertRefused(longest + "a", Reason.TOO_LONG);
    }

    @Test
    void shouldRefuseAUrlWhoseCanonicalFormIsTooLong() {
        assertRefused("https://example.org/" + "\u00e4".repeat(400), Reason.TOO_LONG);
    }

    @Test
    void shouldUndoFiveEncodingsAndRefuseSix() throws Unscannable {
        assertThat(CanonicalUrl.of("https://example.org/%2525252561")).hasToString("https://example.org/a");
        assertRefused("https://example.org/%252525252561", Reason.ENCODING_TOO_DEEP);
    }

    @Test
    void shouldNotDependOnTheDefaultLocale() throws Unscannable {
        var before = Locale.getDefault();
        try {
            for (var tag : new String[] {"tr-TR", "ar-EG-u-nu-arab", "th-TH-u-nu-thai"}) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                assertThat(CanonicalUrl.of("HTTP://EXAMPLE.INFO/")).hasToString("http://example.info/");
                assertThat(CanonicalUrl.of("http://2130706433/")).hasToString("http://127.0.0.1/");
                assertThat(Skeleton.of("MALICIOUS")).isEqualTo(Skeleton.of("malicious"));
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    private static void assertRefused(String url, Reason reason) {
        assertThatThrownBy(() -> CanonicalUrl.of(url))
                .isInstanceOfSatisfying(
                        Unscannable.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
