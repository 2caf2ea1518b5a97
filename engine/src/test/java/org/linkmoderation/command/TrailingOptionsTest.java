package org.linkmoderation.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrailingOptionsTest {
    private final StopCommand stop = new StopCommand();

    @Test
    void shouldSetOptionsOnEitherSideOfTheName() throws Exception {
        List<String> others = TrailingOptions.set(
                stop, List.of("--error", "Operator.Stop", "e1", "--cause=a = b", "-m", "domains", "--json"));

        assertThat(others).containsExactly("e1");
        assertThat(stop.error).isEqualTo("Operator.Stop");
        assertThat(stop.cause).isEqualTo("a = b");
        assertThat(stop.stateMachine).isEqualTo("domains");
        assertThat(stop.json).isTrue();
    }

    @Test
    void shouldTakeTheOptionsThatResolveNeedsOnEitherSideOfTheName() throws Exception {
        ResolveCommand resolve = new ResolveCommand();

        assertThat(TrailingOptions.set(
                        resolve, List.of("shop", "--state", "RefundCharge", "--reason=by transfer, case 4711")))
                .containsExactly("shop");

        assertThat(resolve.state).isEqualTo("RefundCharge");
        assertThat(resolve.reason).isEqualTo("by transfer, case 4711");
    }

    @Test
    void shouldSayThatResolveNeedsItsOptions() {
        ResolveCommand resolve = new ResolveCommand();
        resolve.arguments = List.of("shop", "--state", "RefundCharge");

        assertThatThrownBy(resolve::execute)
                .isInstanceOf(CommandException.class)
                .hasMessage("Option --reason is required");
    }

    @Test
    void shouldConvertTheValueOfAnOption() throws Exception {
        ListCommand list = new ListCommand();

        assertThat(TrailingOptions.set(list, List.of("--limit", "7"))).isEmpty();

        assertThat(list.limit).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({
        "e1 --oops, Undefined option: --oops",
        "e1 --cause, Missing value for option: --cause",
        "e1 --json=maybe, Unable to convert option --json with value 'maybe'"
    })
    void shouldRefuseAWrongOption(String arguments, String message) {
        assertThatThrownBy(() -> TrailingOptions.set(stop, List.of(arguments.split(" "))))
                .isInstanceOf(CommandException.class)
                .hasMessageStartingWith(message);
    }
}
