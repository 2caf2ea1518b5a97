package org.linkmoderation.reviewmail;

import jakarta.jms.ConnectionFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.component.Settings;
import org.linkmoderation.states.Engine;
import org.linkmoderation.states.Schedule;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.states.Ticks;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Mails at an interval what waits for a decision of people: a state machine, deployed while its settings are there, so
 * that each mail is sent by one container, and tried again while the mail server is down.
 */
@Component(
        service = {},
        configurationPid = ReviewMail.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ReviewMail {
    static final String PID = "org.linkmoderation.review.mail";

    /** The name of the state machine, of its Camel context and of the route that is its diagram. */
    static final String NAME = "review-mail";

    private final Engine.Deployment deployment;
    private final Schedule schedule;

    /**
     * @param engine deploys it
     * @param executions knows what waits
     * @param bundle the bundle
     * @param broker the broker; another one by the setting {@code ConnectionFactory.target}, a filter
     * @param properties the settings of PID {@value #PID}
     */
    @Activate
    public ReviewMail(
            @Reference Engine engine,
            @Reference Executions executions,
            BundleContext bundle,
            @Reference(name = "ConnectionFactory", target = "(name=link-moderation)") ConnectionFactory broker,
            Map<String, ?> properties) {
        Map<String, Object> withDefaults = new HashMap<>(properties);
        // One mail at a time
        withDefaults.putIfAbsent("consumers", 1);
        deployment = engine.deploy(
                new Settings(PID, withDefaults),
                settings -> definition(MailSettings.of(settings), executions),
                bundle,
                broker);
        MailSettings settings = MailSettings.of(new Settings(PID, properties));
        schedule = schedule(executions, Clock.systemUTC(), settings.stateMachine(), settings.ticks());
    }

    /** Sends a mail at each tick at which something waits. */
    static Schedule schedule(Executions executions, Clock clock, String stateMachine, Ticks ticks) {
        return new Schedule(executions, clock, NAME, ticks, () -> inputIfSomethingWaits(executions, stateMachine));
    }

    private static Optional<String> inputIfSomethingWaits(Executions executions, String stateMachine)
            throws InvalidRequestException {
        if (!executions.stateMachines().contains(stateMachine)) {
            throw new InvalidRequestException("the state machine '" + stateMachine + "' does not run here");
        }
        return PendingTasks.first(executions, stateMachine, 1).isEmpty() ? Optional.empty() : Optional.of("{}");
    }

    static StateMachineDefinition definition(MailSettings settings, Executions executions) {
        return StateMachineDefinition.named(NAME)
                .input(input -> {})
                // The next tick brings what is newer: a mail server that was down is not flooded when it is back
                .timeout(settings.ticks().interval())
                .retry(ReviewMailStateMachine.SEND_DIGEST, settings.retry())
                .routes(
                        new ReviewMailStateMachine(settings, new Digest(executions, settings)),
                        new ReviewMailStateMachine.Retries())
                .build();
    }

    @Deactivate
    void stop() {
        schedule.close();
        deployment.close();
    }

    /** How long one attempt to send may take. */
    static Duration longestCall() {
        return Duration.ofMinutes(3);
    }
}
