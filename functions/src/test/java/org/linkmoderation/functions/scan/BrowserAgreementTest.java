package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** What is judged must be what a browser would open: a link may be refused, but never read as another host. */
class BrowserAgreementTest {

    @Test
    void shouldNeverJudgeAnotherHostThanABrowserOpens() {
        var different = new ArrayList<String>();
        int same = 0;
        for (var row : TestLinks.rows("browser-hosts.tsv")) {
            try {
                var host = CanonicalUrl.of(TestLinks.unescaped(row[0])).host().toString();
                if (row[1].equals("-")) {
                    continue; // A browser does not open it at all, whatever we say
                }
                if (host.equals(comparable(row[1]))) {
                    same++;
                } else {
                    different.add(row[0] + " is " + row[1] + " and was read as " + host);
                }
            } catch (Unscannable e) {
                assertThat(e.reason()).isNotNull();
            }
        }
        assertThat(different).isEmpty();
        assertThat(same).isGreaterThan(900);
    }

    private static String comparable(String hostname) {
        if (hostname.startsWith("[")) {
            return InetAddresses.toUriString(InetAddresses.forUriString(hostname));
        }
        return hostname.endsWith(".") ? hostname.substring(0, hostname.length() - 1) : hostname;
    }
}
