package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Google's own client against an endpoint that speaks as Web Risk does. */
class WebRiskTest {

    private LoopbackServer server;

    @BeforeEach
    void start() throws IOException {
        server = new LoopbackServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldCallALinkUnsafeThatWebRiskLists() {
        answer(200, "{\"threat\":{\"threatTypes\":[\"MALWARE\"],\"expireTime\":\"2026-11-22T12:00:00Z\"}}");
        assertThat(judge("5000").reasons()).containsExactly(Reason.WEB_RISK);
        assertThat(server.requests())
                .singleElement()
                .asString()
                .startsWith("GET /v1/uris:search?")
                .contains("uri=https://example.org/a", "threatTypes=MALWARE", "threatTypes=SOCIAL_ENGINEERING");
    }

    @Test
    void shouldNoteThatWebRiskDoesNotListALink() {
        answer(200, "{}");
        var verdict = judge("5000");
        assertThat(verdict.safe()).isTrue();
        assertThat(verdict.notes()).containsExactly(Note.WEB_RISK_CLEAR);
    }

    @Test
    void shouldAnswerWithoutWebRiskWhenItIsSlow() {
        var tested = new CountDownLatch(1);
        server.answer(exchange -> await().atMost(Duration.ofSeconds(20)).until(() -> tested.getCount() == 0));
        try {
            var verdict = judge("200");
            assertThat(verdict.safe()).isTrue();
            assertThat(verdict.notes()).containsExactly(Note.WEB_RISK_SLOW);
        } finally {
            tested.countDown();
        }
    }

    @Test
    void shouldAnswerWithoutWebRiskWhenItFailsOrIsNotThere() {
        answer(403, "{\"error\":{\"code\":403,\"message\":\"no\",\"status\":\"PERMISSION_DENIED\"}}");
        assertThat(judge("5000").notes()).containsExactly(Note.WEB_RISK_FAILED);
        server.close();
        assertThat(judge("5000").notes()).containsExactly(Note.WEB_RISK_FAILED);
    }

    private void answer(int status, String json) {
        server.answer(exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            LoopbackServer.send(exchange, status, json);
        });
    }

    private Verdict judge(String budget) {
        return LinkScan.of(Map.of(
                        "LINK_SCAN_WEB_RISK",
                        "on",
                        "LINK_SCAN_WEB_RISK_BUDGET_MILLIS",
                        budget,
                        "LINK_SCAN_WEB_RISK_ENDPOINT",
                        server.address(),
                        "LINK_SCAN_WEB_RISK_API_KEY",
                        "key"))
                .judge("https://example.org/a");
    }
}
