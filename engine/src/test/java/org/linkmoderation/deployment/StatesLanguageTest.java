package org.linkmoderation.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.linkmoderation.states.CallbackTask;
import org.linkmoderation.states.Choice;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.StateMachineBuilder;
import org.linkmoderation.states.StateMachineDefinition;

class StatesLanguageTest {
    @Test
    void shouldDescribeALoopAndEachRuleOfAChoice() throws Exception {
        StateMachineDefinition definition = StateMachineDefinition.named("loop")
                .input(input -> {})
                .routes(new StateMachineBuilder() {
                    @Override
                    public void configure() {
                        from("direct:loop")
                                .routeId("loop")
                                .to("direct:Ask")
                                .process(enterChoice("IsDone"))
                                .choice()
                                .id("IsDone")
                                .when(Choice.booleanEqualsIfPresent("approved", true))
                                .to("direct:Pause")
                                .to("direct:loop")
                                .when(Choice.stringEquals("next", "TELL"))
                                .to("direct:Tell")
                                .to("direct:Keep")
                                .end();
                        task("Ask").to("direct:ask");
                        task("Tell").to("direct:ask");
                        waitSeconds("Pause", 1);
                        pass("Keep");
                        attempt("ask")
                                .policy(CallbackTask.decidedByPeople(Duration.ofHours(1), Retry.NONE))
                                .log("asked")
                                .end();
                    }
                })
                .build();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            DefinedRoutes.add(definition, context);

            assertThat(new ObjectMapper()
                            .readTree(StatesLanguage.of(definition, Duration.ofDays(1), context)
                                    .toString()))
                    .isEqualTo(new ObjectMapper().readTree("""
                            {
                              "Comment": "Derived from the Camel routes of 'loop'",
                              "StartAt": "Ask",
                              "TimeoutSeconds": 86400,
                              "States": {
                                "Ask": {
                                  "Type": "Task",
                                  "Resource": "arn:aws:states:::people:decide.waitForTaskToken",
                                  "TimeoutSeconds": 3600,
                                  "Next": "IsDone"
                                },
                                "IsDone": {
                                  "Type": "Choice",
                                  "Choices": [
                                    {
                                      "And": [
                                        {"Variable": "$.approved", "IsPresent": true},
                                        {"Variable": "$.approved", "BooleanEquals": true}
                                      ],
                                      "Next": "Pause"
                                    },
                                    {"Variable": "$.next", "StringEquals": "TELL", "Next": "Tell"}
                                  ],
                                  "Default": "Succeed"
                                },
                                "Pause": {"Type": "Wait", "Next": "Ask"},
                                "Tell": {
                                  "Type": "Task",
                                  "Resource": "arn:aws:states:::people:decide.waitForTaskToken",
                                  "TimeoutSeconds": 3600,
                                  "Next": "Keep"
                                },
                                "Keep": {"Type": "Pass", "End": true},
                                "Succeed": {"Type": "Succeed"}
                              }
                            }
                            """));
        }
    }
}
