package org.linkmoderation.itests.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
import org.linkmoderation.itests.ModerationNode;

/**
 * Text that is to take over the terminal of whoever reads the log, or to forge a line of it: in a message, and in the
 * exception that is logged with it. The local Lambda endpoint logs both for a name that no function can have.
 */
class LogLinesIT {
    private static final String LOGGING = "org.ops4j.pax.logging";
    private static final String FORGED = "2026-01-01T00:00:00,000 | INFO  | forged";
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

            invoke(node.ports().get("lambda"), "taken-over\u001b[2J\u009b1m\u202e\r\n" + FORGED);

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
                        .contains("InvokeError: 1 validation error detected: Value 'taken-over·[2J·1m···" + FORGED)
                        .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\n\\t]]");
                assertThat(log.lines()).as(name).noneMatch(line -> line.startsWith(FORGED));
            }
        }
    }

    private static void invoke(int port, String function) throws IOException, InterruptedException {
        String name = URLEncoder.encode(function, StandardCharsets.UTF_8).replace("+", "%20");
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/2015-03-31/functions/" + name + "/invocations"))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(400);
    }
}
