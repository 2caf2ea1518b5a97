package org.linkmoderation.domains;

import java.time.Duration;
import java.util.Map;
import org.linkmoderation.component.AwsNames;
import org.linkmoderation.component.Settings;
import org.linkmoderation.states.Retry;
import org.linkmoderation.trigger.TriggerSettings;

/**
 * The settings of the saga and of its triggers.
 *
 * @param table the name of the table of domains
 * @param chargeFunction the name or ARN of the function that ChargeCard invokes
 * @param refundFunction the name or ARN of the function that RefundCharge invokes
 * @param executionTimeout the state machine's TimeoutSeconds, after which a saga is undone
 * @param functionTimeout TimeoutSeconds of ChargeCard and RefundCharge
 * @param retry the Retry of each state
 * @param undoRetry when an undo that has failed is tried again
 * @param triggers where requests come from, and where notices go
 */
record DomainsSettings(
        String table,
        String chargeFunction,
        String refundFunction,
        Duration executionTimeout,
        Duration functionTimeout,
        Retry retry,
        UndoRetry undoRetry,
        TriggerSettings triggers) {
    static final String PID = "org.linkmoderation.domains";

    static DomainsSettings of(Map<String, ?> properties) {
        Settings settings = new Settings(PID, properties);
        return new DomainsSettings(
                AwsNames.table(settings, "domains.table", "custom-domains"),
                AwsNames.function(settings, "charge.function", "ChargeCard"),
                AwsNames.function(settings, "refund.function", "RefundCharge"),
                settings.seconds("timeout.seconds", 300, 1, 31_536_000),
                settings.seconds("function.timeout.seconds", 30, 1, 900),
                Retry.of(settings),
                new UndoRetry(
                        settings.seconds("undo.retry.interval.seconds", 1, 1, 3600),
                        settings.seconds("undo.retry.max.seconds", 60, 1, 86_400)),
                TriggerSettings.of(settings, "domain.requests", "domain.notices", "data/domains/inbox"));
    }
}
