package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LookTest {

    private static final Brands BRANDS =
            new Brands(List.of("paypal.com", "google.com", "microsoft.com", "barclays.co.uk"), List.of());

    @ParameterizedTest
    @CsvSource({
        "paypal, p\u0430yp\u0430l",
        "paypal, PAYPAL",
        "paypal, paypa1",
        "paypal, p\u00e4yp\u0105l",
        "paypal, pay\u200bpal",
        "paypal, pay\u00adpal",
        "google, g00gle",
        "google, \uff47\uff4f\uff4f\uff47\uff4c\uff45",
        "microsoft, rnicrosoft",
        "modern, modem",
        "apple, \u0430\u0440\u0440\u04cf\u0435",
        "malware, \ud835\udcc2\ud835\udcb6\ud835\udcc1\ud835\udccc\ud835\udcb6\ud835\udcc7\u212f"
    })
    void shouldGiveTextsThatLookAlikeOneSkeleton(String one, String other) {
        assertThat(Skeleton.of(other)).isEqualTo(Skeleton.of(one));
    }

    @ParameterizedTest
    @CsvSource({"paypal, paypol", "google, goggle", "wikipedia, vvikipedia", "abc, abd"})
    void shouldTellOtherTextsApart(String one, String other) {
        assertThat(Skeleton.of(other)).isNotEqualTo(Skeleton.of(one));
    }

    @Test
    void shouldGiveAsciiTextTheSameSkeletonWithinOtherText() {
        for (char c = '!'; c < 0x7f; c++) {
            // The umlaut leads past the short way for ASCII
            assertThat(Skeleton.of(c + "\u00e4")).isEqualTo(Skeleton.of(String.valueOf(c)) + "a");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"p\u0430ypal", "g\u03bfogle", "\u0430b", "a\u0301\u0301b", "\u05d0\u0430", "1\u0661\u06f1"})
    void shouldFindMixedScriptsAndNumbers(String label) {
        assertThat(Skeleton.isMixed(label)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "m\u00fcnchen",
                "\u043f\u0440\u0430\u0432\u0434\u0430",
                "\u65e5\u672c\u8a9etokyo",
                "\ud55c\uae00abc",
                "\u03b5\u03bb\u03bb\u03ac\u03b4\u03b1",
                "i\u2764",
                "abc-123"
            })
    void shouldLeaveOrdinaryLabelsAlone(String label) {
        assertThat(Skeleton.isMixed(label)).isFalse();
        assertThat(Skeleton.isWhollyForeign(label)).isFalse();
        assertThat(Skeleton.hasFalsePunctuation(label)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\u0430\u0440\u0440\u04cf\u0435", "\u0441\u0445\u0435", "\u03bf\u03bd\u03bf", "\u0585\u0578"})
    void shouldFindWholeWordsThatReadAsLatin(String label) {
        assertThat(Skeleton.isWhollyForeign(label)).isTrue();
        assertThat(Skeleton.isMixed(label)).isFalse();
    }

    @Test
    void shouldNotTakeAStrokeOfAJapaneseWordForASlash() {
        assertThat(Skeleton.hasFalsePunctuation("\u30ce\u30fc\u30c8")).isFalse();
        assertThat(Skeleton.hasFalsePunctuation("com\u2044login")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "paypal.com, false",
        "www.paypal.com, false",
        "paypal.de, false",
        "paypal.co.uk, false",
        "paypa1.com, true",
        "www.paypa1.co.uk, true",
        "xn--pypal-4ve.com, true",
        "xn--pypal-4ve.example.org, false",
        "barc1ays.co.uk, true",
        "paypals.com, false"
    })
    void shouldFindImitatedBrandsInTheRegistrableDomainOnly(String name, boolean imitates) throws Unscannable {
        assertThat(BRANDS.isImitatedBy(Host.of(name))).isEqualTo(imitates);
    }

    @ParameterizedTest
    @CsvSource({
        "paypal.com.example.org, true",
        "www.paypal.com.login.example.org, true",
        "barclays.co.uk.example.org, true",
        "paypa1.com.example.org, true",
        "paypal.example.org, false",
        "com.paypal.example.org, false",
        "www.paypal.com, false",
        "example.org, false"
    })
    void shouldFindBrandsDomainsInFrontOfAnother(String name, boolean named) throws Unscannable {
        assertThat(BRANDS.areNamedBefore(Host.of(name))).isEqualTo(named);
    }
}
