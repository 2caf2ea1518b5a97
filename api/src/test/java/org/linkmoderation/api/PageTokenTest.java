package org.linkmoderation.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.linkmoderation.testkit.SettableClock;

class PageTokenTest {
    private final SettableClock clock = new SettableClock();
    private final PageToken tokens = new PageToken(clock);

    private void shouldRefuse(String question, String token) {
        assertThatThrownBy(() -> tokens.position(question, token))
                .isInstanceOf(ApiException.class)
                .hasMessage("Invalid Token: 'Invalid token'");
    }

    @Test
    void shouldNameAPositionForADay() {
        String token = tokens.of("ListExecutions a", "2026-11-29T06:00:00.000Z#e1");
        assertThat(new PageToken(clock).position("ListExecutions a", token))
                .as("by another endpoint, as after a restart")
                .isEqualTo("2026-11-29T06:00:00.000Z#e1");

        clock.advance(Duration.ofHours(24).minusMillis(1));
        assertThat(tokens.position("ListExecutions a", token)).endsWith("#e1");
        clock.advance(Duration.ofMillis(1));
        shouldRefuse("ListExecutions a", token);
    }

    @Test
    void shouldBelongToOneQuestion() {
        shouldRefuse("ListExecutions b", tokens.of("ListExecutions a", "e1"));
    }

    @Test
    void shouldRefuseWhatIsNoToken() {
        for (String token : new String[] {"", "none", "%%%", "YQ", "\n\n"}) {
            shouldRefuse("ListExecutions a", token);
        }
    }
}
