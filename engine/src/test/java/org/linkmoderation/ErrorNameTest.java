package org.linkmoderation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorNameTest {
    @ParameterizedTest
    @CsvSource({
        "States.ALL, CustomError, true",
        "States.ALL, States.Timeout, true",
        "States.ALL, States.TaskFailed, true",
        "States.ALL, States.DataLimitExceeded, true",
        "States.ALL, States.Runtime, false",
        "States.TaskFailed, CustomError, true",
        "States.TaskFailed, Lambda.TooManyRequestsException, true",
        "States.TaskFailed, States.DataLimitExceeded, true",
        "States.TaskFailed, States.Runtime, false",
        "States.TaskFailed, States.Timeout, false",
        "States.Timeout, States.Timeout, true",
        "States.Timeout, CustomError, false",
        "CustomError, CustomError, true",
        "CustomError, customerror, false",
        "CustomError, CustomErrorToo, false",
        "States.Runtime, States.Runtime, false"
    })
    void shouldMatchAsStepFunctionsDoes(String errorEquals, String error, boolean matches) {
        assertThat(ErrorName.matches(List.of(errorEquals), error)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({"A, true", "B, true", "States.Timeout, true", "C, false"})
    void shouldMatchAnyNameOfAList(String error, boolean matches) {
        assertThat(ErrorName.matches(List.of("A", "B", "States.Timeout"), error))
                .isEqualTo(matches);
    }
}
