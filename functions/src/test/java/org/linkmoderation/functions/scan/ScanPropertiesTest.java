package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every input, however hostile. How long a scan takes is shown by the benchmark, not asserted here. */
class ScanPropertiesTest {

    private static final LinkScan SCAN = LinkScan.of(TestLinks.evasionSettings());

    @Property(tries = 3_000)
    void shouldNeverThrowNorFailWhateverTheText(@ForAll("texts") String text) {
        assertThat(SCAN.judge(text).reasons()).doesNotContain(Reason.SCAN_FAILED);
    }

    @Property(tries = 6_000)
    void shouldJudgeAUrlAsItsCanonicalForm(@ForAll("urls") String url) {
        var verdict = SCAN.judge(url);
        assertThat(verdict.reasons()).doesNotContain(Reason.SCAN_FAILED);
        if (verdict.canonicalUrl() == null) {
            assertThat(verdict.safe()).isFalse();
        } else {
            // The fragment is judged, and is no part of the form
            int hash = url.indexOf('#');
            var again = SCAN.judge(verdict.canonicalUrl() + (hash < 0 ? "" : url.substring(hash)));
            assertThat(again.canonicalUrl()).isEqualTo(verdict.canonicalUrl());
            assertThat(again.reasons()).isEqualTo(verdict.reasons());
        }
    }

    @Property(tries = 2_000)
    void shouldCatchAListedHostHoweverItIsEncoded(@ForAll("encodings") List<Integer> encodings) {
        var host = encoded("evil.example.org", encodings);
        assertThat(SCAN.judge("https://" + host + "/x").reasons()).containsExactly(Reason.BLOCKED_HOST);
    }

    @Property(tries = 4_000)
    void shouldFindTheSameFormTheShortWayAndTheLongWay(@ForAll("plainUrls") String url) throws Unscannable {
        String shortWay;
        try {
            shortWay = form(CanonicalUrl.of(url));
        } catch (Unscannable e) {
            shortWay = e.reason().name();
        }
        String longWay;
        try {
            longWay = form(CanonicalUrl.ofAny(url));
        } catch (Unscannable e) {
            longWay = e.reason().name();
        }
        assertThat(shortWay).isEqualTo(longWay);
    }

    @Property(tries = 2_000)
    void shouldCatchAPhraseInThePathHoweverItIsEncoded(@ForAll("encodings") List<Integer> encodings) {
        var path = encoded("/a/malware/b", encodings);
        assertThat(SCAN.judge("https://example.org/" + path).reasons()).containsExactly(Reason.PHRASE);
    }

    @Provide
    Arbitrary<String> plainUrls() {
        var host = Arbitraries.strings().withChars("abz19.-_").ofMinLength(1).ofMaxLength(20);
        var rest = Arbitraries.strings()
                .withChars("ab1/./?&=#;:@!$'()*,~_-+[]{}|^`<>\"\\%2e")
                .ofMaxLength(40);
        return Combinators.combine(Arbitraries.of("http://", "https://"), host, Arbitraries.of("", "/", "?", "#"), rest)
                .as((s, h, separator, r) -> s + h + separator + r);
    }

    private static String form(CanonicalUrl url) {
        return url + " " + url.host() + " " + url.path() + " " + url.query() + " " + url.fragment();
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(2_048),
                Arbitraries.strings()
                        .withChars("%25abcdefhtp:/\\@?#[].\t\n \u3002\u00ad\u0430\ud83d\udca9")
                        .ofMaxLength(2_048),
                Arbitraries.strings().ascii().ofMaxLength(300).map(text -> "http://" + text));
    }

    @Provide
    Arbitrary<String> urls() {
        var scheme = Arbitraries.of("http://", "https://", "HTTPS:", "http:\\\\", "https:////", "http:/");
        var user = Arbitraries.of("", "", "", "u@", "u:p@", "a%40b@", "@");
        var host = Arbitraries.oneOf(
                Arbitraries.of(
                        "evil.example.org",
                        "b\u00fccher.de",
                        "127.1",
                        "0x7f.1",
                        "[::1]",
                        "[::ffff:1.2.3.4]",
                        "p\u0430ypal.com",
                        "xn--80ak6aa92e.com",
                        "a_b.example.com",
                        "paypal.com.example.net",
                        "bit.ly",
                        "go.example.org"),
                Arbitraries.strings()
                        .withChars("abpl10.-_%2e\u3002\u0430\u00ad\u00df\u2460")
                        .ofMinLength(1)
                        .ofMaxLength(30),
                Arbitraries.strings().all().ofMinLength(1).ofMaxLength(12));
        var port = Arbitraries.of("", "", "", ":80", ":443", ":8080", ":", ":0", ":99999");
        var piece = Arbitraries.of(
                "a",
                "bad",
                "malware",
                "/",
                "//",
                "/./",
                "/../",
                "%2e",
                "%2E%2e",
                "%2f",
                "%252f",
                "%25",
                "%",
                "%zz",
                "%00",
                "?",
                "&",
                "=",
                "b=1",
                "#",
                "\\",
                ";",
                "+",
                " ",
                "\u00e4",
                "u=https://evil.example.org/",
                "https%3a%2f%2fbit.ly",
                "\u65e5",
                "%C3%A4",
                "%ff",
                "<>\"`{}|^",
                "'",
                ":",
                "@",
                "[",
                "]",
                "*",
                "!",
                "~",
                "\u200b",
                "\ufffd",
                "\ud83d\udca9");
        var rest = piece.list().ofMaxSize(14).map(pieces -> String.join("", pieces));
        return Combinators.combine(scheme, user, host, port, Arbitraries.of("", "/", "/", "?", "#", "\\"), rest)
                .as((s, u, h, p, separator, r) -> s + u + h + p + separator + r);
    }

    /** For each character how to write it: as it is, percent-encoded one to three times over, in another case. */
    @Provide
    Arbitrary<List<Integer>> encodings() {
        return Arbitraries.integers().between(0, 4).list().ofSize(16);
    }

    private static String encoded(String text, List<Integer> encodings) {
        var encoded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int how = encodings.get(i % encodings.size());
            if (how == 0 || c == '/') {
                encoded.append(c);
            } else if (how == 4) {
                encoded.append(Character.toUpperCase(c));
            } else {
                encoded.append("%").append("25".repeat(how - 1)).append(String.format("%02x", (int) c));
            }
        }
        return encoded.toString();
    }
}
