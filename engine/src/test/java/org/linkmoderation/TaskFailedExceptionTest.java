package org.linkmoderation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TaskFailedExceptionTest {
    @Test
    void shouldCutTheCauseAsStepFunctionsDoes() {
        assertThat(new TaskFailedException("E", "x".repeat(32_768)).errorCause())
                .hasSize(32_768);
        assertThat(new TaskFailedException("E", "x".repeat(32_769)).errorCause())
                .hasSize(32_768);
    }

    @Test
    void shouldCutTheErrorAsStepFunctionsDoes() {
        assertThat(new TaskFailedException("E".repeat(400_000), "").error()).hasSize(256);
    }

    @Test
    void shouldNotCutACharacterInTwo() {
        assertThat(new TaskFailedException("E", "x" + "😀".repeat(20_000)).errorCause())
                .isEqualTo("x" + "😀".repeat(16_383));
    }

    @Test
    void shouldHaveACauseInAnyCase() {
        assertThat(new TaskFailedException("E", null).errorCause()).isEmpty();
    }
}
