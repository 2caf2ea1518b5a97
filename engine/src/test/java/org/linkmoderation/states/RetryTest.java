package org.linkmoderation.states;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryTest {
    @Test
    void shouldBackOff() {
        Retry retry = new Retry(Duration.ofSeconds(1), 3, 2);

        assertThat(retry.calculateRedeliveryDelay(0, 1)).isEqualTo(1_000);
        assertThat(retry.calculateRedeliveryDelay(1_000, 2)).isEqualTo(2_000);
        assertThat(retry.calculateRedeliveryDelay(2_000, 3)).isEqualTo(4_000);
    }

    @Test
    void shouldNotCareForTheDelayBefore() {
        Retry retry = new Retry(Duration.ofSeconds(1), 3, 2);

        assertThat(retry.calculateRedeliveryDelay(0, 3)).isEqualTo(4_000);
        assertThat(retry.calculateRedeliveryDelay(99, 1)).isEqualTo(1_000);
    }

    @Test
    void shouldBackOffByFractions() {
        Retry retry = new Retry(Duration.ofSeconds(2), 3, 1.5);

        assertThat(retry.calculateRedeliveryDelay(0, 2)).isEqualTo(3_000);
        assertThat(retry.calculateRedeliveryDelay(0, 3)).isEqualTo(4_500);
    }

    @Test
    void shouldKeepTheIntervalWithoutABackoffRate() {
        assertThat(new Retry(Duration.ofSeconds(5), 3, 1).calculateRedeliveryDelay(0, 3))
                .isEqualTo(5_000);
    }

    @Test
    void shouldWaitLongerThanCamelDoesByItself() {
        assertThat(new Retry(Duration.ofHours(1), 3, 2).calculateRedeliveryDelay(0, 3))
                .isEqualTo(Duration.ofHours(4).toMillis());
    }

    @Test
    void shouldRetryAsOftenAsItSays() {
        assertThat(new Retry(Duration.ofSeconds(1), 3, 2).getMaximumRedeliveries())
                .isEqualTo(3);
        assertThat(new Retry(Duration.ofSeconds(1), 0, 2).getMaximumRedeliveries())
                .isZero();
        assertThat(Retry.NONE.getMaximumRedeliveries()).isZero();
    }
}
