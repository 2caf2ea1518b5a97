package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the rules cost: the popular sites, and the brands' own hosts, that they raise an alarm for. */
class FalseAlarmsTest {

    private static final LinkScan SCAN = LinkScan.of(Map.of());

    @Test
    void shouldRaiseOnlyTheKnownFalseAlarmsForPopularHosts() {
        var hosts = TestLinks.rows("popular-hosts.txt");
        assertThat(hosts).hasSizeGreaterThan(5_800);
        assertThat(alarms(hosts, "/"))
                .isEqualTo(Map.of(
                        "bit.ly", "SHORTENER",
                        "bitly.com", "SHORTENER",
                        "cutt.ly", "SHORTENER",
                        "goo.gl", "SHORTENER",
                        "t.co", "SHORTENER",
                        "tinyurl.com", "SHORTENER",
                        "app.revolt.chat", "BRAND_TYPO",
                        "gitlab.freedesktop.org", "BRAND_OTHER_SUFFIX",
                        "img-prod-cms-rt-microsoft-com.akamaized.net", "BRAND_DOMAIN_IN_LABEL,BRAND_WITH_WORDS",
                        "prod-video-cms-rt-microsoft-com.akamaized.net", "BRAND_DOMAIN_IN_LABEL,BRAND_WITH_WORDS"));
    }

    @Test
    void shouldRaiseNoneForBrandsOwnHostsNorForTheirLogins() {
        var hosts = TestLinks.rows("brand-hosts.txt");
        assertThat(hosts).hasSizeGreaterThan(750);
        assertThat(alarms(hosts, "/signin/account?verify=1")).isEmpty();
    }

    private static Map<String, String> alarms(List<String[]> hosts, String rest) {
        var alarms = new TreeMap<String, String>();
        for (var host : hosts) {
            var verdict = SCAN.judge("https://" + host[0] + rest);
            if (!verdict.safe()) {
                alarms.put(
                        host[0],
                        String.join(
                                ",", verdict.reasons().stream().map(Enum::name).toList()));
            }
        }
        return alarms;
    }
}
