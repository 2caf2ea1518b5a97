package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule with every packaged brand, not with some. */
class BrandRulesTest {

    private static final LinkScan SCAN = LinkScan.of(Map.of());

    private static final Set<String> WORDS = Words.packaged("brand-words.txt");
    private static final Set<String> GENERIC = Words.packaged("generic-words.txt");

    private static final List<String> DOMAINS =
            TestLinks.rows("brands.txt").stream().map(row -> row[0]).toList();

    private static final Set<String> OWN =
            TestLinks.rows("brand-domains.txt").stream().map(row -> row[0]).collect(Collectors.toSet());

    /** {@code B} is the brand's name, {@code D} its domain. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "D.example.net/",
                "www.D.a.b.example.net/x",
                "D-login.net/",
                "www.D-verify.example.net/",
                "D.s3.amazonaws.com/",
                "D.web.app/",
                "B-login.net/",
                "login-B.net/",
                "secure-B-verify.info/",
                "B-account.example.net/"
            })
    void shouldCatchAFormOfEveryBrand(String form) {
        assertThat(passed(form, DOMAINS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "B.co.uk.example.net/",
                "B.com.de/",
                "B.pages.dev/",
                "B.vercel.app/",
                "B.netlify.app/",
                "B.surge.sh/",
                "B.example.net/signin",
                "login.B.example.net/",
                "B.example.net/a/account/b",
                "B.example.net/?next=verify",
                "B\ud83d\udd12.com/",
                "\u2713B.net/",
            })
    void shouldCatchAFormOfEveryBrandButOrdinaryWords(String form) {
        assertThat(passed(
                        form,
                        DOMAINS.stream()
                                .filter(domain -> !GENERIC.contains(label(domain)))
                                .toList()))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "B.xyz/",
                "B.support/",
                "B.tk/",
                "Bsecurity.net/",
                "myB.net/",
                "Blogin.org/",
                "secureBlogin.com/",
                "wwwB.com/",
                "Bcom.net/",
                "B-com.net/",
                "B-com.example.net/",
                "B-anything.net/"
            })
    void shouldCatchAFormOfEveryCoinedName(String form) {
        assertThat(passed(form, coined())).isEmpty();
    }

    private enum Spelling {
        DOUBLED {
            @Override
            List<String> of(String name) {
                var all = new ArrayList<String>();
                for (int i = 0; i < name.length(); i++) {
                    all.add(name.substring(0, i + 1) + name.substring(i));
                }
                return all;
            }
        },
        LEFT_OUT {
            @Override
            List<String> of(String name) {
                var all = new ArrayList<String>();
                for (int i = 1; i < name.length(); i++) {
                    all.add(name.substring(0, i) + name.substring(i + 1));
                }
                return all;
            }
        },
        SWAPPED {
            @Override
            List<String> of(String name) {
                var all = new ArrayList<String>();
                for (int i = 1; i + 1 < name.length(); i++) {
                    all.add(name.substring(0, i) + name.charAt(i + 1) + name.charAt(i) + name.substring(i + 2));
                }
                return all;
            }
        },
        MORE {
            @Override
            List<String> of(String name) {
                var all = new ArrayList<String>();
                for (int i = 0; i <= name.length(); i++) {
                    all.add(name.substring(0, i) + "k" + name.substring(i));
                }
                return all;
            }
        },
        DIGITS {
            @Override
            List<String> of(String name) {
                var all = new ArrayList<String>();
                for (var pair : List.of("i1", "l1", "o0", "e3", "a4", "s5", "t7", "b8", "g9")) {
                    all.add(name.replace(pair.charAt(0), pair.charAt(1)));
                }
                return all;
            }
        },
        JOINED {
            @Override
            List<String> of(String name) {
                return List.of(name.replace("w", "vv"), name.replace("m", "rn"), name.replace("d", "cl"));
            }
        },
        HYPHEN {
            @Override
            List<String> of(String name) {
                var all = new ArrayList<String>();
                for (int i = 1; i < name.length(); i++) {
                    all.add(name.substring(0, i) + "-" + name.substring(i));
                }
                return all;
            }
        };

        abstract List<String> of(String name);
    }

    @ParameterizedTest
    @EnumSource(Spelling.class)
    void shouldCatchEverySpellingOfEveryLongCoinedName(Spelling spelling) {
        var passed = new ArrayList<String>();
        int count = 0;
        for (var domain : coined()) {
            var name = label(domain);
            if (name.length() >= Brand.MIN_TYPO && !name.contains("-") && !name.matches(".*[0-9].*")) {
                for (var misspelled : spelling.of(name)) {
                    if (!misspelled.equals(name) && !isOwn(misspelled)) {
                        count++;
                        if (SCAN.judge("https://" + misspelled + ".com/").safe()) {
                            passed.add(misspelled);
                        }
                    }
                }
            }
        }
        assertThat(count).isGreaterThan(50);
        assertThat(passed).as("of " + count).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://applebees.com/",
        "https://pineapple.com/",
        "https://purchase.example.org/",
        "https://www.officedepot.com/",
        "https://cooking.com/",
        "https://signals.org/",
        "https://live.example.org/login",
        "https://office.example.org/account",
        "https://www.livescience.com/",
        "https://chaselaw.com/",
        "https://stripesandstars.com/",
        "https://goldapple.ru/",
        "https://apple-tree.example.org/",
        "https://paypal.example.org/",
        "https://github.example.org/team/project",
        "https://onlinebanking.com/",
        "https://startupsupport.example.com/",
        "https://line6.com/",
        "https://steam250.com/",
        "https://web24.de/login",
        "https://football.live/login",
        "https://login.live.com/",
        "https://targetaccounts.com/",
        "https://applevalley.org/",
        "https://discard.com/",
        "https://stripes.com/",
        "https://netfilter.org/",
        "https://microcenter.com/",
        "https://instacart.com/",
        "https://apple.us-east-1.elb.example.net/",
        "https://www.amazon.com.mx/ap/signin",
        "https://mydhl.express.dhl/",
        "https://www.hsbc.com.hk/login",
        "https://openai.github.io/",
        "https://\u65e5\u672c\u8a9e.example.org/login"
    })
    void shouldLeaveOtherNamesAlone(String url) {
        assertThat(SCAN.judge(url).reasons()).isEmpty();
    }

    private static List<String> coined() {
        return DOMAINS.stream()
                .filter(domain -> label(domain).length() >= Brand.MIN_COINED)
                .filter(domain -> !label(domain).contains("-"))
                .filter(domain -> !WORDS.contains(label(domain)) && !GENERIC.contains(label(domain)))
                .toList();
    }

    private static boolean isOwn(String label) {
        return DOMAINS.stream().anyMatch(domain -> label(domain).equals(label)) || OWN.contains(label + ".com");
    }

    private static List<String> passed(String form, List<String> domains) {
        return domains.stream()
                .map(domain -> "https://" + form.replace("B", label(domain)).replace("D", domain))
                .filter(url -> SCAN.judge(url).safe())
                .filter(url -> !OWN.contains(url.substring("https://".length(), url.length() - 1)))
                .collect(Collectors.toList());
    }

    private static String label(String domain) {
        return Brands.firstLabel(domain);
    }
}
