package org.linkmoderation.itests.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.KarafTerminal;
import org.linkmoderation.itests.ModerationNode;
import org.linkmoderation.testkit.ScriptedLambda;

/**
 * Text that is to take over the terminal of whoever reads the log, or to forge a line of it, of senders, a function and
 * somebody who can't log in: in a message, and in the exception that is logged with it. The local Lambda endpoint logs
 * both for a name that no function can have.
 */
class LogLinesIT {
    private static final String LOGGING = "org.ops4j.pax.logging";
    private static final String FORGED = "2026-01-01T00:00:00,000 | INFO  | forged";
    private static final String HOSTILE = "taken-over\u001b[2J\u009b1m\u202e\r\n" + FORGED;
    private static final String VISIBLE = "taken-over\\u001B[2J\\u009B1m\\u202E\\u000D\\u000A" + FORGED;
    private static final String REFUSED = "InvokeError: 1 validation error detected: Value '";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void shouldKeepEveryTextOnItsLineInEachLog() throws Exception {
        try (ModerationNode node = new ModerationNode("security-log")) {
            KarafNode karaf = node.karaf();
            karaf.setting(LOGGING, "log4j2.logger.lambda.name", "org.linkmoderation.local.lambda")
                    .setting(LOGGING, "log4j2.logger.lambda.level", "DEBUG")
                    // No other test makes the distribution write to this file
                    .setting(LOGGING, "log4j2.rootLogger.appenderRef.Audit.ref", "AuditRollingFile")
                    .start();
            node.messages().request("name-" + HOSTILE, "log-name", "https://example.org/");
            node.links().putPending("log-error", "https://example.org/");
            node.lambda().script("log-error", ScriptedLambda.functionError("error-" + HOSTILE, HOSTILE));
            node.messages().request("log-error", "log-error", "https://example.org/");
            assertThatThrownBy(() -> karaf.shell("user-" + HOSTILE, "secret", "moderation:status"))
                    .isInstanceOf(IllegalStateException.class);
            for (String text : List.of("name-taken-over", "error-taken-over")) {
                karaf.await("the line with " + text, PATIENCE, () -> karaf.log().contains(text));
            }
            KarafTerminal tail = karaf.terminal();
            tail.type("log:tail -n 1000\r");
            tail.await("the lines before in log:tail", shown -> shown.contains("error-taken-over"));
            // More than once: Pax Logging loses what is logged while it takes the level that log:tail sets
            String tailed = tail.await("the refusal in log:tail", shown -> {
                invoke(node.ports().get("lambda"), HOSTILE);
                return shown.contains(REFUSED);
            });
            tail.close();

            for (String name : List.of("karaf.log", "security.log")) {
                Path file = karaf.base().resolve("data/log").resolve(name);
                karaf.await(
                        "the refusal in " + name,
                        PATIENCE,
                        () -> Files.readString(file).contains("InvokeError: "));
                String log = Files.readString(file);
                assertThat(log)
                        .as("%s: the message", name)
                        .contains("taken-over·[2J·1m·\\r\\n" + FORGED)
                        .as("%s: the exception", name)
                        .contains(REFUSED + "taken-over·[2J·1m···" + FORGED)
                        .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\n\\t]]");
                assertThat(log.lines()).as(name).noneMatch(line -> line.startsWith(FORGED));
            }

            assertThat(Files.readString(karaf.base().resolve("data/log/security.log")))
                    .contains("Authentication failed - user-taken-over·[2J·1m");
            assertThat(karaf.shellOk("log:display --no-color -n 1000").output())
                    .contains("name-taken-over\\u001B[2J", "error-taken-over\\u001B[2J")
                    .contains(REFUSED + VISIBLE)
                    .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\r\\n\\t]]");
            assertThat(karaf.shellOk("log:exception-display org.linkmoderation.local")
                            .output())
                    .contains(REFUSED + VISIBLE)
                    .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\r\\n\\t]]");
            assertThat(tailed)
                    .contains("name-taken-over\\u001B[2J", "error-taken-over\\u001B[2J")
                    .doesNotContain("taken-over\u001b", "\u009b", "\u202e");
        }
    }

    private static void invoke(int port, String function) {
        String name = URLEncoder.encode(function, StandardCharsets.UTF_8).replace("+", "%20");
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/2015-03-31/functions/" + name + "/invocations"))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .sendAsync(request, BodyHandlers.discarding())
                        .join()
                        .statusCode())
                .isEqualTo(400);
    }
}
