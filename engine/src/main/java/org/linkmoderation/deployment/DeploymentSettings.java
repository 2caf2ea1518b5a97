package org.linkmoderation.deployment;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.component.BackOff;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.trigger.TriggerSettings;

/**
 * The settings that every state machine has.
 *
 * @param timeout the state machine's TimeoutSeconds
 * @param triggers where requests come from, and where notices go
 * @param type what is promised of an execution whose message does not say
 * @param inboxType what is promised of the executions of dropped files
 * @param undoBackOff when an undo that has failed is tried again; of a saga alone
 */
public record DeploymentSettings(
        Duration timeout,
        TriggerSettings triggers,
        ExecutionType type,
        ExecutionType inboxType,
        Optional<BackOff> undoBackOff) {
    private static final Pattern STANDARD = Pattern.compile("STANDARD");
    private static final Pattern TYPE = Pattern.compile("STANDARD|EXPRESS");

    /**
     * Reads the settings.
     *
     * @throws InvalidSetting if one of them can't be used
     */
    public static DeploymentSettings of(Settings settings, StateMachineDefinition definition) {
        return new DeploymentSettings(
                settings.seconds("timeout.seconds", (int) definition.timeout().toSeconds(), 1, 31_536_000),
                TriggerSettings.of(
                        settings,
                        definition.destinations() + ".requests",
                        definition.destinations() + ".notices",
                        "data/" + definition.name() + "/inbox"),
                type(settings, "type", definition),
                type(settings, "inbox.type", definition),
                definition.saga().map(saga -> undoBackOff(settings)));
    }

    private static BackOff undoBackOff(Settings settings) {
        return new BackOff(
                settings.seconds("undo.retry.interval.seconds", 1, 1, 3600),
                settings.seconds("undo.retry.max.seconds", 60, 1, 86_400));
    }

    private static ExecutionType type(Settings settings, String key, StateMachineDefinition definition) {
        String type = definition.saga().isEmpty()
                ? settings.text(key, ExecutionType.STANDARD.name(), TYPE, "STANDARD or EXPRESS")
                : settings.text(
                        key,
                        ExecutionType.STANDARD.name(),
                        STANDARD,
                        "STANDARD, since a saga could not be undone without its journal,");
        return ExecutionType.valueOf(type);
    }
}
