package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkScanTest {

    @TempDir
    Path folder;

    @Test
    void shouldPreferTheAllowListToListsAndResemblance() throws IOException {
        var scan = scan(Map.of(
                "LINK_SCAN_BLOCK_LISTS",
                        "domains=" + list("bad.example.org", "partly.example.org/x/") + " phrases=packaged:phrases.txt",
                "LINK_SCAN_ALLOW_LISTS",
                        "domains="
                                + list(
                                        "good.bad.example.org",
                                        "paypa1.com",
                                        "partly.example.org/x/y/",
                                        "bit.ly",
                                        "malware.example.org")));
        assertAllowed(scan, "https://good.bad.example.org/");
        assertAllowed(scan, "https://www.paypa1.com/");
        assertAllowed(scan, "https://partly.example.org/x/y/z");
        assertAllowed(scan, "https://bit.ly/abc");
        assertAllowed(scan, "https://malware.example.org/malware");
        assertThat(scan.judge("https://bad.example.org/").reasons()).containsExactly(Reason.BLOCKED_HOST);
        assertThat(scan.judge("https://partly.example.org/x/z").reasons()).containsExactly(Reason.BLOCKED_URL);
        assertThat(scan.judge("https://malware.example.com/").reasons()).containsExactly(Reason.PHRASE);
        assertThat(scan.judge("https://example.org/").notes()).isEmpty();
    }

    @Test
    void shouldNotLetTheAllowListExcuseStructure() throws IOException {
        var scan = scan(Map.of(
                "LINK_SCAN_ALLOW_LISTS",
                "domains=" + list("127.0.0.1", "example.org", "nip.io", "go.example.net"),
                "LINK_SCAN_OWN_DOMAINS",
                "go.example.net"));
        assertThat(scan.judge("http://127.0.0.1/").reasons())
                .containsExactly(Reason.IP_LITERAL, Reason.PRIVATE_ADDRESS);
        assertThat(scan.judge("http://u@example.org/malware").reasons()).containsExactly(Reason.USER_INFO);
        assertThat(scan.judge("http://10.0.0.1.nip.io/").reasons())
                .containsExactly(Reason.PRIVATE_NAME, Reason.SPELLED_ADDRESS);
        assertThat(scan.judge("http://go.example.net/a").reasons()).containsExactly(Reason.OWN_DOMAIN);
    }

    @Test
    void shouldFlagShortenersOrLetThemPassAsSet() {
        assertThat(scan(Map.of()).judge("https://bit.ly/a").reasons()).containsExactly(Reason.SHORTENER);
        var passed = scan(Map.of("LINK_SCAN_SHORTENERS", "pass")).judge("https://bit.ly/a");
        assertThat(passed.safe()).isTrue();
        assertThat(passed.notes()).containsExactly(Note.SHORTENER_PASSED);
    }

    @ParameterizedTest
    @CsvSource({
        "BRAND_TYPO, https://googgle.com/",
        "BRAND_RESPELLED, https://m1crosoft.com/",
        "BRAND_WITH_SIGN, https://paypal\u2605.com/",
        "BRAND_WITH_LURE, https://paypal.example.net/signin",
        "BRAND_WITH_WORDS, https://paypal-login.com/",
        "BRAND_OTHER_SUFFIX, https://paypal.web.app/",
        "BRAND_SUBDOMAIN_OTHER, https://amazon.co.uk.example.net/",
        "BRAND_DOMAIN_IN_LABEL, https://apple.com-id.info/",
        "PHRASE_DISGUISED, https://example.org/m4lware",
        "PHRASE_IN_QUERY, https://example.org/?malware",
        "BIDI_CONTROL, https://example.org/%E2%80%AEa",
        "UNKNOWN_SUFFIX, https://a.nosuchtop/",
        "LOOPBACK_NAME, https://lvh.me/",
        "INNER_URLS_TOO_MANY, https://a.org/?u=https://b.org/?u=https://c.org/?u=https://d.org/?u=https://e.org"
    })
    void shouldMakeANoteOfAReasonOnRequest(Reason reason, String url) {
        assertThat(scan(Map.of()).judge(url).reasons()).contains(reason);
        var noted = scan(Map.of("LINK_SCAN_NOTE_ONLY", reason.name() + " INNER_URL"))
                .judge(url);
        assertThat(noted.safe()).isTrue();
        assertThat(noted.noted()).contains(reason);
        assertThat(noted.notes()).isEmpty();
        var answer = new HashMap<String, Object>();
        noted.writeTo(answer);
        assertThat(answer.get("notes")).isEqualTo(noted.noteCodes());
    }

    @Test
    void shouldLeaveToPeopleWhatTheSettingNamesAlone() {
        var scan = scan(Map.of("LINK_SCAN_REVIEW", "BRAND_TYPO BRAND_WITH_WORDS"));
        var typo = new HashMap<String, Object>();
        scan.judge("https://googgle.com/").writeTo(typo);
        assertThat(typo).containsEntry("safe", false).containsEntry("review", true);
        for (var url : List.of("https://googgle.com/malware", "https://example.org/", "https://10.0.0.1/")) {
            var answer = new HashMap<String, Object>(Map.of("review", true));
            scan.judge(url).writeTo(answer);
            assertThat(answer).as(url).doesNotContainKey("review");
        }
    }

    @Test
    void shouldLeaveNothingToPeopleUnlessItIsSet() {
        var answer = new HashMap<String, Object>();
        scan(Map.of()).judge("https://googgle.com/").writeTo(answer);
        assertThat(answer).containsEntry("safe", false).doesNotContainKey("review");
    }

    @Test
    void shouldMatchListedHashes() throws IOException {
        var file = Files.writeString(
                folder.resolve("hashes.txt"),
                java.util.HexFormat.of().formatHex(Expressions.sha256().digest("bad.example.org/".getBytes())));
        var scan = scan(Map.of("LINK_SCAN_BLOCK_LISTS", "hashes=" + file));
        assertThat(scan.judge("http://www.bad.example.org/x").reasons()).containsExactly(Reason.BLOCKED_HASH);
        assertThat(scan.judge("http://example.org/x").safe()).isTrue();
    }

    @Test
    void shouldBeWithoutRulesWhoseListsAreSetToNothing() {
        var scan = scan(Map.of(
                "LINK_SCAN_BLOCK_LISTS", "",
                "LINK_SCAN_BRAND_LISTS", "",
                "LINK_SCAN_SHORTENER_LISTS", "",
                "LINK_SCAN_SPELLED_ADDRESS_LISTS", ""));
        for (var url : List.of("https://paypa1.com/malware", "https://bit.ly/", "https://a.nip.io/")) {
            assertThat(scan.judge(url).safe()).isTrue();
        }
        assertThat(scan.judge("http://10.0.0.1/").safe()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "CLEAR, '', WEB_RISK_CLEAR",
        "LISTED, WEB_RISK, ''",
        "SLOW, '', WEB_RISK_SLOW",
        "FAILED, '', WEB_RISK_FAILED"
    })
    void shouldSayWhatTheSecondOpinionAnswered(SecondOpinion.Answer answer, String reason, String note) {
        var scan = LinkScan.of(Settings.of(Map.of()), url -> answer, Clock.systemUTC());
        var verdict = scan.judge("https://example.org/");
        assertThat(verdict.safe()).isEqualTo(reason.isEmpty());
        assertThat(String.join(",", verdict.reasons().stream().map(Enum::name).toList()))
                .isEqualTo(reason);
        assertThat(String.join(",", verdict.notes().stream().map(Enum::name).toList()))
                .isEqualTo(note);
    }

    @Test
    void shouldNotAskForASecondOpinionOfWhatIsAllowed() throws IOException {
        var scan = LinkScan.of(
                Settings.of(Map.of("LINK_SCAN_ALLOW_LISTS", "domains=" + list("example.org"))),
                url -> SecondOpinion.Answer.LISTED,
                Clock.systemUTC());
        assertAllowed(scan, "https://example.org/");
        assertThat(scan.judge("https://example.com/").reasons()).containsExactly(Reason.WEB_RISK);
    }

    @Test
    void shouldAskForASecondOpinionOnlyOfLinksThatSeemSafeAndInTheirCanonicalForm() {
        var asked = new ArrayList<String>();
        var scan = LinkScan.of(
                Settings.of(Map.of()),
                url -> {
                    asked.add(url);
                    return SecondOpinion.Answer.CLEAR;
                },
                Clock.systemUTC());
        scan.judge("https://example.org/malware");
        scan.judge("javascript:alert(1)");
        scan.judge("HTTPS://EXAMPLE.org/%61");
        assertThat(asked).containsExactly("https://example.org/a");
    }

    @Test
    void shouldBoundTheHostsDepthAndThePaths() {
        var scan = scan(Map.of());
        assertThat(scan.judge("https://1.2.3.4.5.6.7.8.9.10.example.org/").safe())
                .isTrue();
        assertThat(scan.judge("https://1.2.3.4.5.6.7.8.9.10.11.example.org/").reasons())
                .containsExactly(Reason.HOST_TOO_DEEP);
        assertThat(scan.judge("https://example.org" + "/a".repeat(40)).safe()).isTrue();
        assertThat(scan.judge("https://example.org" + "/a".repeat(41)).reasons())
                .containsExactly(Reason.PATH_TOO_DEEP);
    }

    @Test
    void shouldGiveEveryVerdictTheVersionAndAgeOfTheLists() {
        var scan = scan(Map.of());
        for (var url : List.of("https://example.org/", "https://example.org/malware", "nonsense")) {
            var answer = new HashMap<String, Object>();
            scan.judge(url).writeTo(answer);
            assertThat(answer)
                    .containsOnlyKeys("safe", "reasons", "notes", "canonicalUrl", "listVersion", "listAgeSeconds");
            assertThat(answer.get("listVersion")).asString().matches("[0-9a-f]{12}");
            assertThat((Long) answer.get("listAgeSeconds")).isNotNegative();
        }
    }

    private static void assertAllowed(LinkScan scan, String url) {
        var verdict = scan.judge(url);
        assertThat(verdict.reasons()).as(url).isEmpty();
        assertThat(verdict.notes()).as(url).containsExactly(Note.ALLOW_LISTED);
    }

    private static LinkScan scan(Map<String, String> settings) {
        return LinkScan.of(settings);
    }

    private Path list(String... lines) throws IOException {
        return Files.write(Files.createTempFile(folder, "list", ".txt"), List.of(lines));
    }
}
