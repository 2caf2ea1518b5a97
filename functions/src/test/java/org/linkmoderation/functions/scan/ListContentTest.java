package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListContentTest {

    @Test
    void shouldReadPlainDomains() throws Exception {
        var list = read(ListFormat.DOMAINS, """
                # a comment
                Bad.example.org
                *.worse.example.org   # with one behind

                b\u00fccher.example
                192.0.2.7
                example.org/downloads/
                example.com/a?x=1
                """);
        assertThat(list.entries()).isEqualTo(6);
        assertBlocked(
                list, "https://bad.example.org/", "https://www.bad.example.org:81/x?y", "http://worse.example.org");
        assertBlocked(list, "https://xn--bcher-kva.example/", "http://192.0.2.7/x");
        assertBlocked(
                list,
                "http://example.org/downloads/a/b",
                "https://sub.example.org/downloads/",
                "http://example.com/a?x=1");
        assertNotBlocked(
                list, "https://notbad.example.org/", "http://bad.example.org.example.net/", "http://example.org/");
        assertBlocked(list, "http://example.org/downloads", "http://example.org/downloads?x=1");
        assertNotBlocked(
                list,
                "http://example.org/downloads2",
                "http://example.org/x/downloads",
                "http://example.com/a",
                "http://example.com/a?x=2",
                "http://example.com/a/b?x=1");
        assertNotBlocked(list, "http://2.7/", "http://10.192.0.2.7.example.org/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"example.org/a", "example.org/a/", "example.org/a/b/c/d/e/f/g", "example.org/a/b/c/d/e/f/g/"})
    void shouldHoldAnEntryForAllBelowItHoweverDeep(String entry) throws Exception {
        var list = read(ListFormat.DOMAINS, entry);
        var path = entry.endsWith("/") ? entry.substring(0, entry.length() - 1) : entry;
        for (var below : List.of("", "/", "/x", "/x.html?y=1#z", "/1/2/3/4/5/6/7/8", "?q", "/?q")) {
            assertBlocked(list, "https://" + path + below, "http://www." + path + below);
        }
        assertNotBlocked(list, "https://" + path + "x", "https://example.org/", "https://example.org/b/a");
    }

    @Test
    void shouldRefuseANameOfManyCharactersAtOnce() {
        // Punycode takes 30 s for it
        assertTimeoutPreemptively(
                Duration.ofSeconds(2),
                () -> assertThatThrownBy(() -> read(ListFormat.DOMAINS, "\u65e5".repeat(60_000) + ".example"))
                        .isInstanceOf(ListContent.BrokenList.class));
    }

    @Test
    void shouldReadHostsFiles() throws Exception {
        var list = read(
                ListFormat.HOSTS,
                "\ufeff# hosts\r\n127.0.0.1 localhost\r\n127.0.1.1 my-machine my-machine.example.net\r\n::1\tip6-localhost ip6-loopback\r\nfe80::1%lo0 localhost\r\n"
                        + "0.0.0.0 ads.example.org tracker.example.org # two\r\n");
        assertThat(list.entries()).isEqualTo(3);
        assertThat(list.skipped()).isEqualTo(5);
        assertThat(list.pathHosts().isEmpty()).isTrue();
        assertBlocked(list, "http://ads.example.org/", "http://x.tracker.example.org/");
        assertNotBlocked(list, "http://localhost/");
    }

    @Test
    void shouldReadUrlhausCsv() throws Exception {
        var list = read(ListFormat.URLHAUS, """
                # id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter
                "1","2026-11-22 10:00:00","http://bad.example.org/a/B.exe","online","","x","exe, ""q"", more","https://urlhaus.abuse.ch/url/1/","me"
                "2","2026-11-22 10:00:00","http://bad.example.org:8080/c?d=1&a=2","online","","x","None","https://urlhaus.abuse.ch/url/2/","me"
                3,2026-11-22 10:00:00,https://root.example.org/,offline,,x,,https://urlhaus.abuse.ch/url/3/,me
                "4","2026-11-22 10:00:00","http://no host/","online","","x","","https://urlhaus.abuse.ch/url/4/","me"
                """);
        assertThat(list.entries()).isEqualTo(3);
        assertThat(list.skipped()).isEqualTo(1);
        assertBlocked(
                list,
                "https://bad.example.org/a/B.exe",
                "http://bad.example.org/a/%42.exe?x",
                "http://bad.example.org/c?a=2&d=1");
        assertBlocked(list, "http://root.example.org/anything");
        assertNotBlocked(list, "http://bad.example.org/", "http://bad.example.org/c", "http://bad.example.org/a/b.exe");
    }

    @Test
    void shouldReadAdblockNetworkRules() throws Exception {
        var list = read(ListFormat.ADBLOCK, """
                [Adblock Plus 2.0]
                ! Title: a list
                ||bad.example.org^
                ||zip^$document
                ||popup.example.org^$popup,important
                ||thirdparty.example.org^$third-party
                ||script.example.org^$script,domain=example.com
                ||pattern*.example.org^
                ||path.example.org/ads^
                ||open.example.org
                @@||good.example.org^
                example.org##.banner
                example.org#@#.banner
                /banner/*/img^
                """);
        assertThat(list.entries()).isEqualTo(3);
        assertThat(list.skipped()).isEqualTo(9);
        assertBlocked(list, "http://bad.example.org/", "http://a.zip/", "http://popup.example.org/");
        assertNotBlocked(
                list, "http://thirdparty.example.org/", "http://script.example.org/", "http://good.example.org/");
        assertNotBlocked(list, "http://path.example.org/ads", "http://open.example.org/", "http://example.org/");
    }

    @Test
    void shouldReadHashesOfAnyLengthFromFourBytes() throws Exception {
        var whole = sha256("bad.example.org/");
        var list = read(
                ListFormat.HASHES,
                "# hashes\n" + whole + "\n" + sha256("worse.example.org/").substring(0, 8) + "\n"
                        + sha256("example.org/a/").substring(0, 12).toUpperCase(java.util.Locale.ROOT) + "\n");
        assertThat(list.hashes().size()).isEqualTo(3);
        assertThat(matchesHash(list, "http://www.bad.example.org/x")).isTrue();
        assertThat(matchesHash(list, "http://worse.example.org/")).isTrue();
        assertThat(matchesHash(list, "http://example.org/a/b/c")).isTrue();
        assertThat(matchesHash(list, "http://example.org/b")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", textBlock = """
                    DOMAINS => good.example.org;bad..example.org => 2
                    DOMAINS => <html>; => 1
                    DOMAINS => a.example.org;#;com => 3
                    DOMAINS => a.example.org;http://b.example.org/ => 2
                    DOMAINS => a.example.org b.example.org => 1
                    DOMAINS => example.org/%2525252525252525 => 1
                    HOSTS => 0.0.0.0 a.example.org;b.example.org => 2
                    HOSTS => 0.0.0.0 a.example.org;0.0.0.0 => 2
                    HOSTS => 0.0.0.0 a.example.org;;0.0.0.0 a?b.example.org => 3
                    URLHAUS => "1","x","http://a.example.org/","y";"2" => 2
                    URLHAUS => "1","x","http://a.example.org/","y";"2","x","http://b => 2
                    URLHAUS => "1","x","http://a.example.org/"z,"y" => 1
                    URLHAUS => <!doctype html> => 1
                    ADBLOCK => ||a.example.org^;||b..example.org^ => 2
                    ADBLOCK => ||^ => 1
                    PHRASES => malware;ab => 2
                    HASHES => 00112233;0011223 => 2
                    HASHES => 00112233;001122 => 2
                    HASHES => 0011223g => 1
                    """)
    void shouldRefuseABrokenListWithTheNumberOfTheLine(ListFormat format, String lines, int line) {
        assertThatThrownBy(() -> read(format, lines.replace(';', '\n')))
                .isInstanceOfSatisfying(
                        ListContent.BrokenList.class, e -> assertThat(e.line()).isEqualTo(line))
                .hasMessageStartingWith("line " + line + " ");
    }

    @Test
    void shouldRefuseAListWithoutEntries() {
        assertThatThrownBy(() -> read(ListFormat.DOMAINS, "# nothing\n\n")).isInstanceOf(ListContent.BrokenList.class);
        assertThatThrownBy(() -> read(ListFormat.HOSTS, "127.0.0.1 localhost\n"))
                .isInstanceOf(ListContent.BrokenList.class);
    }

    @Test
    void shouldRefuseWhatIsNotUtf8AndLinesWithoutEnd() {
        assertThatThrownBy(() -> ListContent.read(
                        new ByteArrayInputStream(new byte[] {'a', '.', 'd', 'e', '\n', (byte) 0xff, '\n'}),
                        ListFormat.DOMAINS,
                        false))
                .isInstanceOf(ListContent.BrokenList.class)
                .hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> read(ListFormat.PHRASES, "phrase\n" + "a".repeat(100_000)))
                .isInstanceOf(ListContent.BrokenList.class)
                .hasMessageStartingWith("line 2 is longer");
    }

    @Test
    void shouldKeepEachPrefixOnceInOrder() {
        var builder = new HashPrefixes.Builder();
        for (long i = 1_000; i > 0; i--) {
            builder.add(i * 0x9e3779b97f4a7c15L, 8);
            builder.add(i * 0x9e3779b97f4a7c15L, 8);
        }
        var prefixes = builder.build();
        assertThat(prefixes.size()).isEqualTo(1_000);
        for (long i = 1; i <= 1_000; i++) {
            assertThat(prefixes.contains(i * 0x9e3779b97f4a7c15L)).isTrue();
            assertThat(prefixes.contains(i * 0x9e3779b97f4a7c15L + 1)).isFalse();
        }
    }

    private static ListContent read(ListFormat format, String text) throws IOException {
        return ListContent.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), format, false);
    }

    private static String sha256(String expression) {
        return HexFormat.of().formatHex(Expressions.sha256().digest(expression.getBytes(StandardCharsets.UTF_8)));
    }

    private static void assertBlocked(ListContent list, String... urls) throws Unscannable {
        for (var url : urls) {
            assertThat(isListed(list, url)).as(url).isTrue();
        }
    }

    private static void assertNotBlocked(ListContent list, String... urls) throws Unscannable {
        for (var url : urls) {
            assertThat(isListed(list, url)).as(url).isFalse();
        }
    }

    private static boolean isListed(ListContent list, String url) throws Unscannable {
        var expressions = Expressions.of(CanonicalUrl.of(url));
        return list.expressions().containsAny(expressions.hosts())
                || list.expressions().containsAny(expressions.paths());
    }

    private static boolean matchesHash(ListContent list, String url) throws Unscannable {
        var expressions = Expressions.of(CanonicalUrl.of(url));
        return list.hashes().containsAny(expressions.safeBrowsing());
    }
}
