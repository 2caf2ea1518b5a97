package org.linkmoderation.domains;

import jakarta.jms.ConnectionFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.linkmoderation.component.AwsNames;
import org.linkmoderation.component.Settings;
import org.linkmoderation.states.DynamoDbUpdateItem;
import org.linkmoderation.states.Engine;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.Sagas;
import org.linkmoderation.states.ShownText;
import org.linkmoderation.states.StateMachineDefinition;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The sale of custom domains: its definition, deployed while its settings are there. */
@Component(
        service = {},
        configurationPid = Domains.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Domains {
    static final String PID = "org.linkmoderation.domains";

    /** The name of the state machine, of its Camel context and of the route that runs it. */
    static final String NAME = "domains";

    private static final Pattern ERROR_NAMES = Pattern.compile("[A-Za-z_$][\\w$]*( *, *[A-Za-z_$][\\w$]*)*");
    private static final String REFUSALS =
            "InsufficientFunds, UnknownCard, CurrencyMismatch, InvalidAmount, UnknownCurrency, InvalidRequest,"
                    + " ChargeCancelled";

    private final Engine.Deployment deployment;

    /**
     * @param engine deploys it
     * @param bundle the bundle
     * @param broker the broker; another one by the setting {@code ConnectionFactory.target}, a filter
     * @param sagas the coordinator of sagas
     * @param properties the settings of PID {@value #PID}
     */
    @Activate
    public Domains(
            @Reference Engine engine,
            BundleContext bundle,
            @Reference(name = "ConnectionFactory", target = "(name=link-moderation)") ConnectionFactory broker,
            @Reference Sagas sagas,
            Map<String, ?> properties) {
        deployment =
                engine.deploy(new Settings(PID, properties), settings -> definition(settings, sagas), bundle, broker);
    }

    static StateMachineDefinition definition(Settings settings, Sagas sagas) {
        Retry retry = Retry.of(settings);
        Duration timeout = settings.seconds("function.timeout.seconds", 30, 1, 900);
        String refusals = settings.text("charge.refusals", REFUSALS, ERROR_NAMES, "names of errors and commas");
        return definition(
                new LambdaFunction(
                        AwsNames.function(settings, "charge.function", "ChargeCard"),
                        timeout,
                        retry,
                        Set.of(refusals.split(" *, *"))),
                new LambdaFunction(AwsNames.function(settings, "refund.function", "RefundCharge"), timeout, Retry.NONE),
                retry,
                AwsNames.table(settings, "domains.table", "custom-domains"),
                sagas);
    }

    /**
     * The definition.
     *
     * @param chargeCard the function that takes the money
     * @param refundCharge the function that gives it back
     * @param retry the Retry of each step
     * @param table the name of the table of domains
     * @param sagas the coordinator of sagas
     */
    static StateMachineDefinition definition(
            LambdaFunction chargeCard, LambdaFunction refundCharge, Retry retry, String table, Sagas sagas) {
        return StateMachineDefinition.named(NAME)
                .destinations("domain")
                .input(Sale::of)
                .secrets(Sale::withoutCard, ShownText.without("card"))
                .timeout(Duration.ofMinutes(5))
                .table(table)
                .retry(DomainsRetry.TABLE, retry)
                .retry(DomainsRetry.FUNCTION, retry)
                .saga(DomainsStateMachine.SAGA, sagas)
                .routes(
                        new DomainsStateMachine(chargeCard, refundCharge, new DynamoDbUpdateItem(table, retry)),
                        new DomainsRetry())
                .build();
    }

    @Deactivate
    void stop() {
        deployment.close();
    }
}
