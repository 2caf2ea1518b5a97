package org.linkmoderation.states;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.Processor;
import org.linkmoderation.TaskFailedException;

/**
 * The {@code Catch} field of a state: the state's output becomes {@code {"Error": "…", "Cause": "…"}}, the input of the
 * state that the diagram goes to next.
 *
 * @see <a href="https://states-language.net/spec.html#fallback-states">Amazon States Language, Fallback states</a>
 */
public final class Catch {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CAUGHT_IN = "org.linkmoderation.caughtIn";

    private Catch() {}

    /**
     * Makes the error that was caught the state's output. What is no failure of a task, a shutdown for example, goes
     * on.
     */
    public static Processor errorOutputOf(String state) {
        return exchange -> {
            Exception caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
            if (!(caught instanceof TaskFailedException failure)) {
                throw caught;
            }
            exchange.setProperty(CAUGHT_IN, state);
            exchange.getMessage()
                    .setBody(JSON.createObjectNode()
                            .put("Error", failure.error())
                            .put("Cause", failure.errorCause())
                            .toString());
        };
    }

    /**
     * Leaves an exception as it is. An {@code onException} without a step of its own would take that of the Retry that
     * is under way.
     */
    public static void nothing(Exchange exchange) {
        // The exception goes on by itself
    }

    /** Whether an error of a state was caught. */
    public static Predicate caughtIn(String state) {
        return new CaughtIn(state);
    }

    /**
     * Whether an error of a state was caught.
     *
     * @param state the name of the state
     */
    public record CaughtIn(String state) implements Predicate {
        @Override
        public boolean matches(Exchange exchange) {
            return state.equals(exchange.getProperty(CAUGHT_IN));
        }

        @Override
        public String toString() {
            return "Catch of " + state;
        }
    }
}
