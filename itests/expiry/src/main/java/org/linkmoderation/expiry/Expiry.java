package org.linkmoderation.expiry;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.jms.ConnectionFactory;
import java.time.Duration;
import java.util.Map;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.component.AwsNames;
import org.linkmoderation.component.Settings;
import org.linkmoderation.states.DynamoDbUpdateItem;
import org.linkmoderation.states.Engine;
import org.linkmoderation.states.InputMembers;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.StateMachineDefinition;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The expiry of links: its definition, deployed while its settings are there. */
@Component(
        service = {},
        configurationPid = Expiry.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Expiry {
    static final String PID = "org.linkmoderation.expiry";

    private final Engine.Deployment deployment;

    @Activate
    public Expiry(
            @Reference Engine engine,
            BundleContext bundle,
            @Reference(name = "ConnectionFactory", target = "(name=link-moderation)") ConnectionFactory broker,
            Map<String, ?> properties) {
        deployment = engine.deploy(new Settings(PID, properties), Expiry::definition, bundle, broker);
    }

    static StateMachineDefinition definition(Settings settings) {
        Retry retry = Retry.of(settings);
        Duration timeout = settings.seconds("function.timeout.seconds", 10, 1, 900);
        Duration gracePeriod = settings.seconds("grace.period.seconds", 604_800, 0, 31_536_000);
        String function = AwsNames.function(settings, "function", "TellOwner");
        String table = AwsNames.table(settings, "links.table", "url-shortener");
        return StateMachineDefinition.named("expiry")
                .input(Expiry::check)
                .timeout(gracePeriod.plus(Duration.ofDays(1)))
                .table(table)
                .retry(ExpiryRetry.TELL_OWNER, retry)
                .routes(
                        new ExpiryStateMachine(
                                new LambdaFunction(function, timeout, retry),
                                gracePeriod,
                                new DynamoDbUpdateItem(table, Retry.NONE)),
                        new ExpiryRetry())
                .build();
    }

    private static void check(JsonNode input) throws InvalidRequestException {
        InputMembers.of(input, "{\"code\": \"…\"}").text("code");
    }

    @Deactivate
    void stop() {
        deployment.close();
    }
}
