package org.linkmoderation.api;

import static org.linkmoderation.states.Catch.caughtIn;
import static org.linkmoderation.states.Catch.errorOutputOf;
import static org.linkmoderation.states.Choice.booleanEquals;
import static org.linkmoderation.states.ErrorEquals.errorEquals;

import java.time.Duration;
import java.util.Optional;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.states.CallbackTask;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.StateMachineBuilder;
import org.linkmoderation.states.StateMachineDefinition;

/** A state machine with one of each: a function with Retry and Catch, a Choice, a callback, a Wait and a Fail state. */
final class LinkDiagram extends StateMachineBuilder {
    private static final LambdaFunction CHECK =
            new LambdaFunction("Check", Duration.ofSeconds(5), new Retry(Duration.ofMillis(1), 2, 1));

    static StateMachineDefinition definition() {
        return StateMachineDefinition.named("links")
                .timeout(Duration.ofMinutes(5))
                .input(input -> {
                    if (!input.isObject()) {
                        throw new InvalidRequestException("the input is no object");
                    }
                })
                .routes(new RetryAndCatch(), new LinkDiagram())
                .retry("Check.Retry", new Retry(Duration.ofMillis(1), 2, 1))
                .build();
    }

    /** Of the state Check. */
    private static final class RetryAndCatch extends RouteConfigurationBuilder {
        @Override
        public void configuration() {
            routeConfiguration("Check.RetryAndCatch")
                    .onException(TaskFailedException.class)
                    .onWhen(errorEquals("Lambda.ServiceException"))
                    .redeliveryPolicyRef("Check.Retry")
                    .continued(errorEquals("Rejected"))
                    .process(errorOutputOf("Check"))
                    .end()
                    .onException(TaskFailedException.class)
                    .maximumRedeliveries(0)
                    .continued(errorEquals("Rejected"))
                    .process(errorOutputOf("Check"))
                    .end();
        }
    }

    // @formatter:off
    @Override
    public void configure() {
        errorHandler(failuresAreJournaled());

        from("direct:links").routeId("links")
            .to("direct:Check")
            .choice().id("Check.Catch")
                .when(caughtIn("Check"))
                    .to("direct:Refuse")
                .otherwise()
                    .process(enterChoice("IsSafe")).id("IsSafe.entered")
                    .choice().id("IsSafe")
                        .when(booleanEquals("safe", true))
                            .to("direct:Review")
                        .otherwise()
                            .to("direct:Pause")
                    .end()
            .end();

        task("Check").routeConfigurationId("Check.RetryAndCatch")
            .to("direct:invokeCheck");

        attempt("invokeCheck")
            .policy(CHECK)
                .process(CHECK::prepareRequest)
                .to("aws2-lambda:Check?operation=invokeFunction&pojoRequest=true")
            .end();

        task("Review")
            .policy(new CallbackTask("jms", "sendMessage", Duration.ofHours(1), Optional.empty(), Retry.NONE))
                .process(exchange -> LastToken.set(exchange.getMessage().getHeader(CallbackTask.TASK_TOKEN, String.class)))
            .end();

        waitSeconds("Pause", 600);

        fail("Refuse")
            .process(exchange -> {
                throw new TaskFailedException("Refused", "The link is refused.");
            });
    }
    // @formatter:on
}
