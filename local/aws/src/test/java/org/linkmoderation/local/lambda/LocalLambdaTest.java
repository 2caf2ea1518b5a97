package org.linkmoderation.local.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;
import org.linkmoderation.functions.ModerateCheck;

class LocalLambdaTest {

    /** A function that takes its environment as a map. */
    public static final class Greeting implements RequestHandler<Object, String> {

        private final Map<String, String> environment;

        /** @param environment the environment variables */
        public Greeting(Map<String, String> environment) {
            this.environment = environment;
        }

        @Override
        public String handleRequest(Object event, Context context) {
            return environment.toString();
        }
    }

    @Test
    void shouldMakeTheFunctionsThatAreNamed() {
        var functions = functions(Map.of("function.ModerateCheck", ModerateCheck.class.getName(), "port", "3001"));
        assertThat(functions).containsOnlyKeys("ModerateCheck");
        assertThat(functions.get("ModerateCheck").get()).isInstanceOf(ModerateCheck.class);
    }

    @Test
    void shouldGiveAFunctionItsOwnEnvironment() {
        var functions = functions(Map.of(
                "function.Hello", Greeting.class.getName(),
                "environment.Hello.WORD", "hi",
                "environment.Other.WORD", "no"));
        assertThat(functions.get("Hello").get().handleRequest(null, null)).isEqualTo("{WORD=hi}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"org.example.None", "java.lang.String", "", "a b"})
    void shouldRefuseAClassThatIsNoFunctionWithOneSentence(String className) {
        assertThatThrownBy(() -> functions(Map.of("function.Hello", className)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith("The setting function.Hello")
                .hasMessageContainingAll(
                        className, " of org.linkmoderation.local.lambda ", ": expected the class of a RequestHandler");
    }

    private static Map<String, ? extends Supplier<RequestHandler<?, ?>>> functions(Map<String, Object> properties) {
        return LocalLambda.functions(new Settings(LocalLambda.PID, properties), properties);
    }
}
