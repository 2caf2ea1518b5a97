package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linkmoderation.functions.InvalidSetting;

class SettingsTest {

    @Test
    void shouldHaveStandardsForAll() {
        var settings = Settings.of(Map.of("PATH", "/bin", "AWS_REGION", "eu-central-1"));
        assertThat(settings.lists())
                .extracting(ListSpec::name)
                .containsExactly(
                        "phrases=packaged:phrases.txt",
                        "domains=packaged:domains.txt",
                        "domains=packaged:brands.txt",
                        "domains=packaged:brand-domains.txt",
                        "domains=packaged:shorteners.txt",
                        "domains=packaged:spelled-addresses.txt",
                        "domains=packaged:loopback-names.txt",
                        "domains=packaged:redirectors.txt",
                        "domains=packaged:references.txt");
        assertThat(settings.refresh()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.ownDomains()).isEmpty();
        assertThat(settings.noteOnly()).isEmpty();
        assertThat(settings.review()).isEmpty();
        assertThat(settings.shortenersPass()).isFalse();
        assertThat(settings.webRisk()).isNull();
    }

    @Test
    void shouldReadAllSettings() {
        var environment = new HashMap<String, String>();
        environment.put(
                "LINK_SCAN_BLOCK_LISTS",
                " hosts=/tmp/hosts\n urlhaus=https://lists.example.org/csv?x=1,2  adblock=s3://bucket/a/b.txt hashes=h ");
        environment.put("LINK_SCAN_ALLOW_LISTS", "domains=allow.txt");
        environment.put("LINK_SCAN_BRAND_LISTS", "");
        environment.put("LINK_SCAN_OWN_DOMAINS", "Go.example.org b\u00fccher.example");
        environment.put("LINK_SCAN_NOTE_ONLY", "BRAND_TYPO  INNER_URL");
        environment.put("LINK_SCAN_REVIEW", "BRAND_WITH_WORDS WEB_RISK UNKNOWN_SUFFIX");
        environment.put("LINK_SCAN_SHORTENERS", "pass");
        environment.put("LINK_SCAN_REFRESH_SECONDS", "60");
        environment.put("LINK_SCAN_LIST_TIMEOUT_SECONDS", "7");
        environment.put("LINK_SCAN_WEB_RISK", "on");
        environment.put("LINK_SCAN_WEB_RISK_BUDGET_MILLIS", "250");
        environment.put("LINK_SCAN_WEB_RISK_API_KEY", "key");
        var settings = Settings.of(environment);
        assertThat(settings.lists())
                .filteredOn(list -> list.purpose() == ListSpec.Purpose.BLOCK)
                .extracting(ListSpec::format)
                .containsExactly(ListFormat.HOSTS, ListFormat.URLHAUS, ListFormat.ADBLOCK, ListFormat.HASHES);
        assertThat(settings.lists()).noneMatch(list -> list.purpose() == ListSpec.Purpose.BRANDS);
        assertThat(settings.lists()).allMatch(list -> list.timeout().equals(Duration.ofSeconds(7)));
        assertThat(settings.ownDomains())
                .extracting(Host::toString)
                .containsExactly("go.example.org", "xn--bcher-kva.example");
        assertThat(settings.noteOnly()).containsExactlyInAnyOrder(Reason.BRAND_TYPO, Reason.INNER_URL);
        assertThat(settings.review())
                .containsExactlyInAnyOrder(Reason.BRAND_WITH_WORDS, Reason.WEB_RISK, Reason.UNKNOWN_SUFFIX);
        assertThat(settings.shortenersPass()).isTrue();
        assertThat(settings.refresh()).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.webRisk()).isEqualTo(new Settings.WebRiskSettings(Duration.ofMillis(250), "", "key"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    LINK_SCAN_BLOCK_LIST             | x                  | one of the names LINK_SCAN_ALLOW_LISTS
                    LINK_SCAN_BLOCK_LISTS            | list.txt           | format=address
                    LINK_SCAN_BLOCK_LISTS            | csv=list.txt       | format=address
                    LINK_SCAN_BLOCK_LISTS            | domains=           | a file, https://host/path
                    LINK_SCAN_BLOCK_LISTS            | domains=s3://      | a file, https://host/path
                    LINK_SCAN_BLOCK_LISTS            | domains=s3://b     | a file, https://host/path
                    LINK_SCAN_BLOCK_LISTS            | domains=https:///x | a file, https://host/path
                    LINK_SCAN_ALLOW_LISTS            | phrases=list.txt   | a format of domains, hashes
                    LINK_SCAN_BRAND_LISTS            | hosts=list.txt     | a format of domains
                    LINK_SCAN_OWN_DOMAINS            | a,b                | host names with spaces between them
                    LINK_SCAN_NOTE_ONLY              | BRAND_TYPOS        | codes with spaces between them, of UNKNOWN_SUFFIX
                    LINK_SCAN_NOTE_ONLY              | USER_INFO          | codes with spaces between them, of UNKNOWN_SUFFIX
                    LINK_SCAN_REVIEW                 | PRIVATE_ADDRESS    | codes with spaces between them, of UNKNOWN_SUFFIX
                    LINK_SCAN_SHORTENERS             | yes                | flag or pass
                    LINK_SCAN_REFRESH_SECONDS        | 4                  | a whole number from 5 to 86400
                    LINK_SCAN_REFRESH_SECONDS        | 86401              | a whole number from 5 to 86400
                    LINK_SCAN_REFRESH_SECONDS        | 5m                 | a whole number from 5 to 86400
                    LINK_SCAN_REFRESH_SECONDS        | ''                 | a whole number from 5 to 86400
                    LINK_SCAN_LIST_TIMEOUT_SECONDS   | 0                  | a whole number from 1 to 600
                    LINK_SCAN_WEB_RISK               | true               | off or on
                    LINK_SCAN_WEB_RISK_BUDGET_MILLIS | 9                  | a whole number from 10 to 10000
                    """)
    void shouldRefuseAWrongValueWithASentence(String name, String value, String expected) {
        assertThatThrownBy(() -> Settings.of(Map.of(name, value)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith("The setting " + name + " is \"" + value + "\"; expected ")
                .hasMessageContaining(expected)
                .hasMessageEndingWith(".");
    }
}
