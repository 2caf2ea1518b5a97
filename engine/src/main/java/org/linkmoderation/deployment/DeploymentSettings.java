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
                timeout(settings, definition),
                TriggerSettings.of(
                        settings,
                        definition.destinations() + ".requests",
                        definition.destinations() + ".notices",
                        "data/" + definition.name() + "/inbox"),
                type(settings, "type", definition),
                type(settings, "inbox.type", definition),
                definition.saga().map(saga -> undoBackOff(settings)));
    }

    private static Duration timeout(Settings settings, StateMachineDefinition definition) {
        Duration timeout =
                settings.seconds("timeout.seconds", (int) definition.timeout().toSeconds(), 1, 31_536_000);
        definition
                .answers()
                .filter(answers -> timeout.compareTo(answers.timeout()) <= 0)
                .ifPresent(answers -> {
                    throw settings.invalid(
                            "timeout.seconds",
                            "more than " + answers.setting() + ", which is "
                                    + answers.timeout().toSeconds() + ",");
                });
        return timeout;
    }

    private static BackOff undoBackOff(Settings settings) {
        return new BackOff(
                settings.seconds("undo.retry.interval.seconds", 1, 1, 3600),
                settings.seconds("undo.retry.max.seconds", 60, 1, 86_400));
    }

    private static ExecutionType type(Settings settings, String key, StateMachineDefinition definition) {
        Optional<String> onlyStandard = definition.saga().isPresent()
                ? Optional.of("STANDARD, since a saga could not be undone without its journal,")
                : definition.answers().map(answers -> "STANDARD, since an EXPRESS execution can't wait for an answer,");
        return ExecutionType.valueOf(settings.text(
                key,
                ExecutionType.STANDARD.name(),
                onlyStandard.isPresent() ? STANDARD : TYPE,
                onlyStandard.orElse("STANDARD or EXPRESS")));
    }
}
