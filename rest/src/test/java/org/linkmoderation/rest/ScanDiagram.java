package org.linkmoderation.rest;

import java.time.Duration;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.StateMachineBuilder;
import org.linkmoderation.states.StateMachineDefinition;

/** A state machine of one function. */
final class ScanDiagram extends StateMachineBuilder {
    private static final LambdaFunction SCAN = new LambdaFunction("Scan", Duration.ofSeconds(20), Retry.NONE);

    static StateMachineDefinition definition() {
        return StateMachineDefinition.named("links")
                .timeout(Duration.ofMinutes(5))
                .input(input -> {
                    if (!input.path("url").isTextual()) {
                        throw new InvalidRequestException("the input has no 'url'");
                    }
                })
                .routes(new ScanDiagram())
                .build();
    }

    // @formatter:off
    @Override
    public void configure() {
        errorHandler(failuresAreJournaled());

        from("direct:links").routeId("links")
            .to("direct:Scan");

        task("Scan")
            .to("direct:invokeScan");

        attempt("invokeScan")
            .policy(SCAN)
                .process(SCAN::prepareRequest)
                .to("aws2-lambda:Scan?operation=invokeFunction&pojoRequest=true")
            .end();
    }
    // @formatter:on
}
