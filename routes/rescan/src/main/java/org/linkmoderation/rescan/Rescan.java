package org.linkmoderation.rescan;

import jakarta.jms.ConnectionFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import org.linkmoderation.Executions;
import org.linkmoderation.component.Settings;
import org.linkmoderation.states.DynamoDbUpdateItem;
import org.linkmoderation.states.Engine;
import org.linkmoderation.states.LambdaFunction;
import org.linkmoderation.states.Schedule;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.states.Ticks;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The rescan of links: its state machines and its schedule, deployed while the settings are there. */
@Component(
        service = {},
        configurationPid = Rescan.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Rescan {
    static final String PID = "org.linkmoderation.rescan";

    private final Deque<Runnable> deployed = new ArrayDeque<>();

    /**
     * @param engine deploys the state machines
     * @param executions starts rescans
     * @param bundle the bundle
     * @param broker the broker; another one by the setting {@code ConnectionFactory.target}, a filter
     * @param properties the settings of PID {@value #PID}
     */
    @Activate
    public Rescan(
            @Reference Engine engine,
            @Reference Executions executions,
            BundleContext bundle,
            @Reference(name = "ConnectionFactory", target = "(name=link-moderation)") ConnectionFactory broker,
            Map<String, ?> properties) {
        Scans scans = new Scans(executions);
        try {
            deployed.push(
                    engine.deploy(
                            new Settings(PID, properties),
                            any -> definition(RescanSettings.of(any), scans),
                            bundle,
                            broker)::close);
            RescanSettings settings = RescanSettings.of(new Settings(PID, properties));
            deployed.push(engine.deploy(
                    inner(RescanAllStateMachine.NAME), any -> definitionOfAll(settings, scans), bundle, broker)::close);
            if (!settings.listsInterval().isZero()) {
                deployed.push(engine.deploy(
                        inner(ListsStateMachine.NAME), any -> definitionOfLists(settings), bundle, broker)::close);
                deployed.push(new ListsWatch(executions, settings.listsInterval())::close);
            }
            deployed.push(schedule(executions, Clock.systemUTC(), settings.ticks())::close);
        } catch (RuntimeException e) {
            // What was deployed before it does not stay behind
            stop();
            throw e;
        }
    }

    /** Scans all links at each tick. */
    static Schedule schedule(Executions executions, Clock clock, Ticks ticks) {
        return new Schedule(executions, clock, RescanAllStateMachine.NAME, ticks, () -> Optional.of("{}"));
    }

    /** What the engine reads of each state machine, for those that have no settings of their own in the file. */
    private static Settings inner(String stateMachine) {
        String data = System.getProperty("karaf.data", "data");
        return new Settings(PID, Map.of("consumers", "2", "inbox", data + "/" + stateMachine + "/inbox"));
    }

    /** The rescan of one link. */
    static StateMachineDefinition definition(RescanSettings settings, Scans scans) {
        return StateMachineDefinition.named(RescanStateMachine.NAME)
                .input(Link::of)
                .timeout(Duration.ofDays(1))
                .table(settings.linksTable())
                .retry(RescanRetry.CHECK_SAFETY, settings.retry())
                .retry(RescanRetry.UPDATE_LINK, settings.updateRetry())
                .routes(
                        new RescanStateMachine(
                                moderateCheck(settings),
                                new DynamoDbUpdateItem(settings.linksTable(), settings.updateRetry()),
                                scans),
                        new RescanRetry())
                .build();
    }

    /** The rescan of all links. */
    static StateMachineDefinition definitionOfAll(RescanSettings settings, Scans scans) {
        return StateMachineDefinition.named(RescanAllStateMachine.NAME)
                .input(Position::check)
                .timeout(Duration.ofDays(7))
                .table(settings.linksTable())
                .routes(new RescanAllStateMachine(new LinkPages(scans, settings.maxInFlight()), settings.linksTable()))
                .build();
    }

    /** The question which lists the function scans with. */
    static StateMachineDefinition definitionOfLists(RescanSettings settings) {
        return StateMachineDefinition.named(ListsStateMachine.NAME)
                .input(ListsStateMachine::check)
                .retry(RescanRetry.CHECK_SAFETY, settings.retry())
                .retry(RescanRetry.UPDATE_LINK, settings.updateRetry())
                .routes(new ListsStateMachine(moderateCheck(settings)), new RescanRetry())
                .build();
    }

    private static LambdaFunction moderateCheck(RescanSettings settings) {
        return new LambdaFunction(settings.function(), settings.timeout(), settings.retry());
    }

    @Deactivate
    void stop() {
        while (!deployed.isEmpty()) {
            deployed.pop().run();
        }
    }
}
