package org.linkmoderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartRequestTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "A-z_0",
                "v1.2",
                ".",
                "a!()@=+'b",
                "prüfung-äöüß",
                "検査",
                "😀",
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890"
            })
    void shouldTakeTheNamesOfStepFunctions(String name) {
        assertThatCode(() -> StartRequest.checkName(name)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "a/b",
                "../a",
                "a\n",
                "a\u0000",
                "a\u0085",
                "a\u00A0b",
                "a\u2028b",
                "a\u202Eb",
                "a\u200Bb",
                "a\uD83D",
                "a\uFFFF",
                "\uDBFF\uDFFF",
                "123456789012345678901234567890123456789012345678901234567890123456789012345678901"
            })
    void shouldRefuseOtherNames(String name) {
        assertThatThrownBy(() -> StartRequest.checkName(name))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("ExecutionName is '")
                .hasMessageEndingWith("'; expected 1 to 80 characters, without white space, invisible characters and"
                        + " < > { } [ ] ? * \" # % \\ ^ | ~ ` $ & , ; : /")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void shouldRefuseEachCharacterThatNoNameOfStepFunctionsHas() {
        assertThat("<>{}[]?*\"#%\\^|~`$&,;:/".chars().mapToObj(Character::toString))
                .allSatisfy(character -> assertThatThrownBy(() -> StartRequest.checkName("a" + character))
                        .isInstanceOf(InvalidRequestException.class));
    }

    @Test
    void shouldMeasureTheInputInBytesOfUtf8() throws Exception {
        String largest = "ä".repeat(131_072);
        assertThat(request(largest).input()).isEqualTo(largest);

        assertThatThrownBy(() -> request(largest + "x"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("States.DataLimitExceeded: the input has 262145 bytes; expected at most 262144");
    }

    @Test
    void shouldNameTheSameRequestAlwaysTheSame() throws Exception {
        String name = StartRequest.nameFor("ID:host-1234-5678-1:1:1:1:1");

        assertThat(StartRequest.nameFor("ID:host-1234-5678-1:1:1:1:1")).isEqualTo(name);
        assertThat(StartRequest.nameFor("ID:host-1234-5678-1:1:1:1:2")).isNotEqualTo(name);
        StartRequest.checkName(name);
    }

    @Test
    void shouldCutTextsForMessages() {
        assertThat(StartRequest.abbreviate("a\r\n\u001b[31m\tb")).isEqualTo("a\\u000D\\u000A\\u001B[31m\\u0009b");
        assertThat(StartRequest.abbreviate("x".repeat(100))).hasSize(100);
        assertThat(StartRequest.abbreviate("x".repeat(101))).isEqualTo("x".repeat(100) + "…");
    }

    private static StartRequest request(String input) throws InvalidRequestException {
        return StartRequest.of("moderation", "e1", "id", ExecutionType.STANDARD, input);
    }
}
