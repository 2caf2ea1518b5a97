package org.linkmoderation.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackOffTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 4", "6, 32", "7, 60", "1000000, 60"})
    void shouldDoubleTheDelayUpToTheLongest(int failures, int seconds) {
        assertThat(new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(1)).delay(failures))
                .isEqualTo(Duration.ofSeconds(seconds));
    }
}
