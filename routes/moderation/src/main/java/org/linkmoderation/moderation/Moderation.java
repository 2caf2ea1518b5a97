package org.linkmoderation.moderation;

import jakarta.jms.ConnectionFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.linkmoderation.component.AwsNames;
import org.linkmoderation.component.Settings;
import org.linkmoderation.states.DynamoDbUpdateItem;
import org.linkmoderation.states.Engine;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.StateMachineDefinition;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The link moderation: its definition, deployed while its settings are there. */
@Component(
        service = {},
        configurationPid = Moderation.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Moderation {
    static final String PID = "org.linkmoderation.moderation";

    /** The name of the state machine, of its Camel context and of the route that is its diagram. */
    static final String NAME = "moderation";

    private final Engine.Deployment deployment;

    /**
     * @param engine deploys it
     * @param bundle the bundle
     * @param broker the broker; another one by the setting {@code ConnectionFactory.target}, a filter
     * @param properties the settings of PID {@value #PID}
     */
    @Activate
    public Moderation(
            @Reference Engine engine,
            BundleContext bundle,
            @Reference(name = "ConnectionFactory", target = "(name=link-moderation)") ConnectionFactory broker,
            Map<String, ?> properties) {
        deployment = engine.deploy(new Settings(PID, properties), Moderation::definition, bundle, broker);
    }

    static StateMachineDefinition definition(Settings settings) {
        return definition(
                AwsNames.function(settings, "function", "ModerateCheck"),
                settings.seconds("check.safety.timeout.seconds", 60, 1, 900),
                Retry.of(settings),
                AwsNames.table(settings, "links.table", "url-shortener"),
                Retry.of(settings, "update.retry", 0),
                ReviewSettings.of(settings));
    }

    /**
     * The definition.
     *
     * @param function the name or ARN of the function that CheckSafety invokes
     * @param checkSafetyTimeout CheckSafety's TimeoutSeconds
     * @param checkSafetyRetry CheckSafety's Retry
     * @param linksTable the name of the links table
     * @param updateRetry the Retry of the states that update the link, where DynamoDB throttles
     * @param review how people decide about links; empty for the reference, where none do
     */
    static StateMachineDefinition definition(
            String function,
            Duration checkSafetyTimeout,
            Retry checkSafetyRetry,
            String linksTable,
            Retry updateRetry,
            Optional<ReviewSettings> review) {
        LambdaFunction moderateCheck = new LambdaFunction(function, checkSafetyTimeout, checkSafetyRetry);
        DynamoDbUpdateItem updateItem = new DynamoDbUpdateItem(linksTable, updateRetry);
        return StateMachineDefinition.named(NAME)
                .input(Link::of)
                .timeout(review.map(ReviewSettings::executionTimeout).orElse(Duration.ofDays(1)))
                .table(linksTable)
                .retry(ModerationRetryAndCatch.CHECK_SAFETY_RETRY, checkSafetyRetry)
                .retry(ModerationRetryAndCatch.UPDATE_LINK, updateRetry)
                .routes(
                        review.<ModerationStateMachine>map(settings ->
                                        new ReviewedModeration(moderateCheck, updateItem, linksTable, settings))
                                .orElseGet(() -> new ModerationStateMachine(moderateCheck, updateItem, linksTable)),
                        new ModerationRetryAndCatch())
                .build();
    }

    @Deactivate
    void stop() {
        deployment.close();
    }
}
