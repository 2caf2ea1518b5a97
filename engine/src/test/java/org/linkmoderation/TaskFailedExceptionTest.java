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
    void shouldHaveACauseInAnyCase() {
        assertThat(new TaskFailedException("E", null).errorCause()).isEmpty();
    }
}
