package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PhrasesTest {

    private static final Phrases PHRASES = new Phrases(List.of("malware", "free-iphone", "xyz", "*crack*", "keygen*"));

    private static final LinkScan SCAN = LinkScan.of(Map.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a/some-malware.exe",
                "MALWARE",
                "/free-iphone",
                "malware2",
                "2malware",
                "a/malware/b",
                "cracks",
                "uncracked",
                "keygens"
            })
    void shouldFindPhrasesAsWordsAsTheyAre(String text) {
        assertThat(PHRASES.find(text, match -> true)).isNotNull().matches(match -> !match.disguised());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "m4lware",
                "malw4r3",
                "mal-ware",
                "m.a.l.w.a.r.e",
                "mal_ware",
                "mal ware",
                "m@lware",
                "free_iphone",
                "fr33-1ph0ne",
                "freeiphone",
                "malvvare"
            })
    void shouldFindPhrasesWithDigitsSignsAndSeparators(String text) {
        assertThat(PHRASES.find(text, match -> true)).isNotNull().matches(Phrases.Match::disguised);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ma",
                "/malwar",
                "malwarebytes",
                "MalwareBytes",
                "antimalware",
                "formal-warehouse",
                "animal/ware",
                "mal/ware",
                "wxyz",
                "/free-ipad",
                "mykeygen",
                "mal=ware",
                "mal&ware"
            })
    void shouldFindNothingInOtherWords(String text) {
        assertThat(PHRASES.find(text, match -> true)).isNull();
    }

    @Test
    void shouldFindThePhraseThatCountsAfterOneThatDoesNot() {
        assertThat(PHRASES.find("malware/xyz", match -> match.from() > 0).from())
                .isEqualTo(8);
        assertThat(new Phrases(List.of()).find("anything", match -> true)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://en.wikipedia.org/wiki/Phishing",
                "https://de.wikipedia.org/wiki/Phishing#Methoden",
                "https://en.wiktionary.org/wiki/malware",
                "https://www.malwarebytes.com/",
                "https://www.malwarebytes.com/phishing",
                "https://malwaretips.com/blogs/",
                "https://www.cloudflare.com/learning/access-management/phishing-attack/",
                "https://www.kaspersky.com/resource-center/threats/malware",
                "https://consumer.ftc.gov/articles/how-recognize-avoid-phishing-scams",
                "https://example.org/wiki/Malware",
                "https://example.org/blog/what-is-malware",
                "https://docs.example.com/security/phishing",
                "https://example.org/docs/malware-scanning",
                "https://bank.example.com/help/phishing.html",
                "https://docs.stripe.com/connect/account-verification",
                "https://www.hsbc.co.uk/help/security-centre/phishing-emails/",
                "https://www.polizei-beratung.de/themen/phishing",
                "https://example.org/news/phishing-campaign-hits-banks",
                "https://www.google.com/search?q=malware",
                "https://example.org/search?q=remove+malware"
            })
    void shouldLeavePagesAboutThePhraseAlone(String url) {
        assertThat(SCAN.judge(url).reasons()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://en.wikipedia.org/wiki/M4lware",
                "https://example.org/wiki/ph1shing",
                "https://example.org/what-is-mal-ware",
                "https://www.malwarebytes.com/mal.ware"
            })
    void shouldExcuseNoDisguise(String url) {
        assertThat(SCAN.judge(url).reasons()).containsExactly(Reason.PHRASE_DISGUISED);
    }
}
