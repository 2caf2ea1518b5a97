package org.linkmoderation.states;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Exchange;
import org.linkmoderation.TaskFailedException;

/**
 * The output of a state whose error was caught, {@code {"Error": "…", "Cause": "…"}}: the input of the state that the
 * Catch names.
 *
 * @see <a href="https://states-language.net/spec.html#fallback-states">Amazon States Language, Fallback states</a>
 */
public final class ErrorOutput {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ErrorOutput() {}

    /**
     * Makes the error that was caught the body.
     *
     * @throws Exception what was caught, if it is not the failure of a task: a shutdown, for example
     */
    public static void toBody(Exchange exchange) throws Exception {
        Exception caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (!(caught instanceof TaskFailedException failure)) {
            throw caught;
        }
        exchange.getMessage()
                .setBody(JSON.createObjectNode()
                        .put("Error", failure.error())
                        .put("Cause", failure.errorCause())
                        .toString());
    }
}
