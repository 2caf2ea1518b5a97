package org.linkmoderation.rescan;

import com.fasterxml.jackson.databind.JsonNode;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.StateMachineBuilder;

/** Asks the function which lists it scans with: the verdict on a harmless URL says it. Run as EXPRESS executions. */
final class ListsStateMachine extends StateMachineBuilder {
    static final String NAME = "rescan-lists";

    /** Its input. The name is reserved for documentation, and no list has it. */
    static final String INPUT = "{\"code\":\"lists\",\"url\":\"https://example.org/\"}";

    private final LambdaFunction moderateCheck;

    ListsStateMachine(LambdaFunction moderateCheck) {
        this.moderateCheck = moderateCheck;
    }

    /** Checks the input of an execution. */
    static void check(JsonNode input) throws InvalidRequestException {
        if (!input.path("url").isTextual()) {
            throw new InvalidRequestException("the input has no 'url'; expected " + INPUT);
        }
    }

    // @formatter:off
    @Override
    public void configure() {
        errorHandler(failuresAreJournaled());

        from("direct:rescan-lists").routeId("rescan-lists")
            .to("direct:AskForLists");

        task("AskForLists").routeConfigurationId(RescanRetry.CHECK_SAFETY)
            .to("direct:invokeModerateCheck");

        invokeFunction("ModerateCheck", moderateCheck);
    }
    // @formatter:on
}
