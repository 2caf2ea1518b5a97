package org.linkmoderation.itests.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.ModerationNode;

/**
 * Text that is to take over the terminal of whoever reads the log, or to forge a line of it, as an exception's message.
 */
class LogLinesIT {
    private static final String FORGED = "2026-01-01T00:00:00,000 | INFO  | forged";

    @Test
    void shouldKeepTheMessageOfAnExceptionOnItsLine() {
        ModerationNode node = ModerationNode.shared();

        node.karaf().shell("bundle:install 'nosuch:log-lines\u001b[2J\u202e\r\n" + FORGED + "'");

        node.karaf()
                .await(
                        "a stack trace with the location in the log",
                        Duration.ofSeconds(20),
                        () -> node.karaf().log().contains("log-lines"));
        String log = node.karaf().log();
        assertThat(log).contains("nosuch:log-lines·[2J···" + FORGED).containsPattern("\n\tat org\\.apache\\.karaf\\.");
        assertThat(log.lines()).noneMatch(line -> line.startsWith(FORGED));
        assertThat(log).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\n\\t]]");
    }
}
