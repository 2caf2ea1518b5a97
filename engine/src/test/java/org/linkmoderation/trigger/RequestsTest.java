package org.linkmoderation.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.RequestTooLargeException;
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

    @Test
    void shouldMakeOneRequestOfAnObject() throws Exception {
        List<StartRequest> all = requests.all(Optional.of("e1"), "id", bytes(" \n" + INPUT));

        assertThat(all).extracting(StartRequest::name).containsExactly("e1");
        assertThat(all).extracting(StartRequest::requestId).containsExactly("id");
        assertThat(all).extracting(StartRequest::type).containsExactly(ExecutionType.STANDARD);
    }

    @Test
    void shouldNumberTheRequestsOfAnArray() throws Exception {
        assertThat(requests.all(Optional.of("e"), "id", bytes("[" + INPUT + "]")))
                .extracting(StartRequest::name, StartRequest::requestId)
                .containsExactly(tuple("e-1", "id-1"));
        assertThat(requests.all(Optional.empty(), "id", bytes("[" + INPUT + "," + INPUT + "]")))
                .extracting(StartRequest::name, StartRequest::requestId)
                .containsExactly(
                        tuple(StartRequest.nameFor("id-1"), "id-1"), tuple(StartRequest.nameFor("id-2"), "id-2"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|the text holds no request; expected a JSON object, or an array of objects",
                "` `|the text holds no request; expected a JSON object, or an array of objects",
                "{\"code\":\"a\"} {}|line 1 column 14: there is more after the JSON document",
                "{\"code\":\"a\"} x|not JSON, line 1 column",
                "[{\"code\":\"a\"}, {}]|line 1 column 16: the input has no 'code'",
                "[{\"code\":\"a\"}|not JSON, line 1 column",
                "[{\"code\":\"a\"}] []|there is more after the array, line 1 column",
                "{\"code\":1,\"code\":2}|not JSON, line 1 column 17: Duplicate field 'code'"
            })
    void shouldSayWhereATextIsWrong(String text, String expected) {
        assertThatThrownBy(() -> requests.all(Optional.empty(), "id", bytes(text)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(expected);
    }

    @Test
    void shouldRefuseBytesThatAreNoText() {
        assertThatThrownBy(() -> requests.all(Optional.empty(), "id", new byte[] {'{', (byte) 0xFF, '}'}))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("it is no text in UTF-8; expected JSON");
    }

    @Test
    void shouldRefuseMoreRequestsThanCanBeSentAtOnce() throws Exception {
        assertThat(requests.all(Optional.empty(), "id", array(100))).hasSize(100);
        assertThatThrownBy(() -> requests.all(Optional.empty(), "id", array(101)))
                .isInstanceOf(RequestTooLargeException.class)
                .hasMessageEndingWith("there are more than 100 requests; expected at most so many");
    }

    private static byte[] array(int size) {
        return bytes("[" + String.join(",", Collections.nCopies(size, INPUT)) + "]");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
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
