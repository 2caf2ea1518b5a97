package org.linkmoderation.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.testkit.AnyObject;

class RequestsTest {
    private static final String INPUT = "{\"code\": \"a1\"}";

    private final Requests requests = new Requests(new AnyObject());

    @Test
    void shouldTakeTheNameOfTheSender() throws Exception {
        StartRequest request = requests.of(Optional.of("e1"), "id", ExecutionType.EXPRESS, INPUT);

        assertThat(request.name()).isEqualTo("e1");
        assertThat(request.stateMachine()).isEqualTo("moderation");
        assertThat(request.type()).isEqualTo(ExecutionType.EXPRESS);
        assertThat(request.redrive()).isFalse();
    }

    @Test
    void shouldMakeANameThatIsAlwaysTheSameForARequest() throws Exception {
        StartRequest request = requests.of(Optional.empty(), "id", ExecutionType.STANDARD, INPUT);

        assertThat(request.name()).isEqualTo(StartRequest.nameFor("id"));
    }

    @Test
    void shouldPassTheInputOnAsItWasSent() throws Exception {
        String input = "{\"code\": \"a1\",\n \"more\": [1.50, null]}";

        assertThat(requests.of(Optional.empty(), "id", ExecutionType.STANDARD, input)
                        .input())
                .isEqualTo(input);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "x/json"})
    void shouldRefuseAWrongName(String name) {
        assertThatThrownBy(() -> requests.of(Optional.of(name), "id", ExecutionType.STANDARD, INPUT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("ExecutionName is '" + name + "'; expected");
    }

    @Test
    void shouldRefuseAWrongNameToRedrive() {
        // The journal can't even be asked for some
        assertThatThrownBy(() -> requests.redrive(Optional.of("x".repeat(3_000)), "id"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("ExecutionName is 'xxx");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_025, 500_000})
    void shouldRefuseARequestIdThatTheJournalCanNotKeep(int length) {
        assertThatThrownBy(() -> requests.of(Optional.of("e1"), "x".repeat(length), ExecutionType.STANDARD, INPUT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("RequestId has " + length + " characters; expected 1 to 1024");
    }

    @Test
    void shouldRefuseWhatTheStateMachineRefuses() {
        assertThatThrownBy(() -> requests.of(Optional.of("e1"), "id", ExecutionType.STANDARD, "{}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("the input has no 'code'");
    }

    @Test
    void shouldRefuseWhatIsNoJson() {
        assertThatThrownBy(() -> requests.of(Optional.of("e1"), "id", ExecutionType.STANDARD, "code=a1"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("not JSON");
    }

    @Test
    void shouldRefuseWhatIsTooLarge() {
        String input = "{\"code\":\"" + "x".repeat(262_144) + "\"}";

        assertThatThrownBy(() -> requests.of(Optional.of("e1"), "id", ExecutionType.STANDARD, input))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("States.DataLimitExceeded: the input has 262155 bytes; expected at most 262144");
    }
}
