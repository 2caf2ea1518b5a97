package org.linkmoderation.moderation;

import jakarta.jms.ConnectionFactory;
import java.util.Map;
import java.util.Optional;
import org.linkmoderation.component.AwsNames;
import org.linkmoderation.component.Settings;
import org.linkmoderation.states.DynamoDbUpdateItem;
import org.linkmoderation.states.Engine;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.ReviewSettings;
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
                new LambdaFunction(
                        AwsNames.function(settings, "function", "ModerateCheck"),
                        settings.seconds("check.safety.timeout.seconds", 60, 1, 900),
                        Retry.of(settings)),
                new DynamoDbUpdateItem(
                        AwsNames.table(settings, "links.table", "url-shortener"),
                        Retry.of(settings, "update.retry", 0)),
                ReviewSettings.of(settings, "moderation.reviews"));
    }

    /**
     * The definition.
     *
     * @param moderateCheck the function that CheckSafety invokes
     * @param updateItem updates an item of the links table
     * @param review how people decide about links; empty for the reference, where none do
     */
    static StateMachineDefinition definition(
            LambdaFunction moderateCheck, DynamoDbUpdateItem updateItem, Optional<ReviewSettings> review) {
        StateMachineDefinition.Builder definition = StateMachineDefinition.named("moderation")
                .input(Link::of)
                .table(updateItem.table())
                .retry(ModerationRetryAndCatch.CHECK_SAFETY, moderateCheck.retry())
                .retry(ModerationRetryAndCatch.UPDATE_LINK, updateItem.retry())
                .routes(new ModerationRetryAndCatch());
        review.ifPresentOrElse(
                settings -> definition
                        .answeredWithin(ReviewSettings.TIMEOUT, settings.timeout())
                        .routes(new ReviewedModeration(moderateCheck, updateItem, settings)),
                () -> definition.routes(new ModerationStateMachine(moderateCheck, updateItem)));
        return definition.build();
    }

    @Deactivate
    void stop() {
        deployment.close();
    }
}
